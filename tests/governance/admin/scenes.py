"""People and rows that the tests of the screens share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import Group, User
from django.forms import BoundField, NullBooleanSelect
from django.test import Client

from governance.admin.conflicts import DecisionsField
from governance.admin.rows import RowsField
from governance.models import AISystem, Component, LegalEntity, SystemComponent, Vendor


def sign_in(group: str, name: str = "") -> Client:
    """A browser in which a member of the group is signed in."""
    user, _ = User.objects.get_or_create(username=name or group, defaults={"is_staff": True})
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def make_system(reference: str = "SYS-001", **columns: Any) -> AISystem:
    """A system in service at a bank in the EU, made of GPT-4."""
    entity, _ = LegalEntity.objects.get_or_create(name="Aldermoor Bank AG", defaults={"country": "DE"})
    values = {
        "name": f"Chatbot {reference}",
        "legal_entity": entity,
        "purpose": "Answers customers' questions.",
        "owner": "Customer service",
        "stage": "on_market_or_in_service",
        **columns,
    }
    system = AISystem.objects.create(reference=reference, **values)
    vendor, _ = Vendor.objects.get_or_create(name="OpenAI")
    component, _ = Component.objects.get_or_create(
        key="gpt-4", defaults={"name": "GPT-4", "kind": "model", "vendor": vendor, "licence_id": "proprietary"}
    )
    SystemComponent.objects.create(system=system, component=component, is_primary=True, run_mode="vendor_api")
    return system


def read_form(client: Client, address: str) -> dict[str, Any]:
    """What the browser would send back from a change page if nothing were typed."""
    response = client.get(address)
    assert response.status_code == 200
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data: dict[str, Any] = {}
    for field in forms[0]:
        forms += _rows_in(field)
    for form in forms:
        for bound in form:
            if isinstance(bound.field, RowsField | DecisionsField):
                continue
            value = bound.value()
            if isinstance(bound.field.widget, NullBooleanSelect):
                data[bound.html_name] = {True: "true", False: "false"}.get(value, "unknown")
            elif value is True:
                data[bound.html_name] = "on"
            elif value is not None and value is not False and value != "":
                data[bound.html_name] = _as_sent(bound.field.prepare_value(value))
    return data


def _rows_in(field: BoundField) -> list[Any]:
    """The small forms that stand inside one field."""
    if isinstance(field.field, RowsField):
        formset = field.field.widget.make_formset(field.html_name, field.value())
        return [formset.management_form, *formset.forms]
    if isinstance(field.field, DecisionsField):
        return list(field.field.widget.make_forms(field.html_name, None))
    return []


def errors_of(response: Any) -> Mapping[str, Iterable[str]]:
    """All messages of a refused change page by field."""
    found: dict[str, list[str]] = dict(response.context["adminform"].form.errors)
    for inline in response.context["inline_admin_formsets"]:
        for form in inline.formset.forms:
            found |= {f"{form.prefix}-{name}": list(messages) for name, messages in form.errors.items()}
    return found


def _as_sent(value: Any) -> Any:
    return [str(item) for item in value] if isinstance(value, list | tuple) else str(getattr(value, "code", value))
