"""An import of a bill adds all of it or nothing, never twice, and each row tells where it came from."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from governance.imports.bom.runs import BillRun
from governance.imports.bom.saving import import_bill
from governance.models import AuditEvent, Component, ComponentArtefact, Vendor
from governance.services.chaining import verify_chain
from tests.governance.imports.bom.bills import DATA, LIBRARY, MODEL, SERIAL, SERVICE, make_bill, try_out

pytestmark = pytest.mark.django_db
CONTENT = make_bill(MODEL, DATA, LIBRARY, services=(SERVICE,))


def carry_out(run: BillRun, content: bytes = CONTENT) -> list[Component]:
    return import_bill(run=run, file_name="bom.json", content=content, actor="anna")


def test_components_vendors_and_parts_are_added_as_stated() -> None:
    known = Vendor.objects.create(name="Searchers", legal_name="Searchers Ltd")
    carry_out(try_out(CONTENT, None))
    model = Component.objects.get(kind="model")
    assert (model.name, model.version, model.licence_id) == ("example-org/ticket-classifier", "1.0", "Apache-2.0")
    assert (model.is_hosted_only, model.released_on, model.has_data_information) == (None, None, None)
    assert model.vendor is not None
    assert (model.vendor.name, model.vendor.source_on, model.vendor.grade) == (
        "Example Org",
        date(2026, 4, 28),
        "vendor_claimed",
    )
    assert str(model.vendor.country) == ""
    assert Component.objects.get(kind="service").vendor == known
    assert Vendor.objects.count() == 2
    parts = ComponentArtefact.objects.filter(component=model)
    assert {part.part for part in parts} == {"Model parameters (Final)", "Model card", "Datasets"}
    assert {(part.source, part.grade) for part in parts} == {
        (f"CycloneDX bill of materials {SERIAL}, version 1", "vendor_claimed")
    }


def test_the_history_names_person_file_and_place_and_stays_one_chain() -> None:
    carry_out(try_out(CONTENT, None))
    events = AuditEvent.objects.filter(action="imported")
    assert {event.actor for event in events} == {"anna"}
    origin = events.get(object_type="component", object_label="tickets 2026.04").changes["imported_from"][1]
    assert origin.startswith("components[1] of bom.json, SHA-256 ")
    assert events.filter(object_type="vendor").count() == 2
    assert events.filter(object_type="componentartefact").count() == 3
    assert verify_chain().is_intact


def test_a_second_import_adds_nothing_even_after_a_new_name() -> None:
    carry_out(try_out(CONTENT, None))
    Component.objects.filter(kind="model").update(name="Ticket classifier")
    again = try_out(make_bill(MODEL, DATA, LIBRARY, services=(SERVICE,), version=2), None)
    assert again.planned == ()
    assert len(again.known) == 4
    assert again.new_vendors == ()
    with pytest.raises(ValueError, match="without problems"):
        carry_out(again)
    assert Component.objects.count() == 4


def test_nothing_is_saved_when_the_register_changed_in_between() -> None:
    run = try_out(CONTENT, None)
    Component.objects.create(key="search", name="Search API", kind="service")
    with pytest.raises(IntegrityError):
        carry_out(run)
    assert list(Component.objects.values_list("name", flat=True)) == ["Search API"]
    assert not Vendor.objects.exists()
    assert not AuditEvent.objects.filter(action="imported").exists()


def test_a_dry_run_with_problems_is_never_carried_out() -> None:
    run = try_out(make_bill(MODEL, {"type": "library"}), None)
    assert len(run.planned) == 1
    with pytest.raises(ValueError, match="without problems"):
        carry_out(run)
    assert not Component.objects.exists()


def test_the_command_does_the_same(tmp_path: Path) -> None:
    file, out = tmp_path / "bom.json", io.StringIO()
    file.write_bytes(CONTENT)
    call_command("import_bill", str(file), "--dry-run", stdout=out)
    assert not Component.objects.exists()
    assert "new: model example-org/ticket-classifier 1.0 of Example Org" in out.getvalue()
    call_command("import_bill", str(file), "--kind", "model", "--kind", "library", stdout=out)
    assert sorted(Component.objects.values_list("kind", flat=True)) == ["library", "model"]
    assert "2 components and 1 vendors added" in out.getvalue()
    file.write_bytes(make_bill({"type": "library"}))
    with pytest.raises(CommandError, match=r"components\[0\]\.name: .*is missing"):
        call_command("import_bill", str(file), stdout=out)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_bill", str(tmp_path / "none.json"), stdout=out)
