"""The four groups of people and what each may do: officer, risk analyst, auditor, administrator."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

OFFICER: Final = "officer"
RISK_ANALYST: Final = "risk_analyst"
AUDITOR: Final = "auditor"
ADMINISTRATOR: Final = "administrator"

_REGISTER: Final = (
    "aisystem",
    "component",
    "componentartefact",
    "controlstatus",
    "dataflow",
    "dataprotectionassessment",
    "evaluationrecord",
    "evidence",
    "fundamentalrightsassessment",
    "hostoffer",
    "legalentity",
    "nothighriskassessment",
    "subcontractor",
    "systemcomponent",
    "vendor",
    "vendordependency",
)
_OPERATE: Final = frozenset(
    {
        "audit.hold_reassessmentrun",
        "audit.send_again_delivery",
        "audit.add_subscription",
        "audit.change_subscription",
        "audit.delete_subscription",
    }
)
"""Reassessments, and who is told what of them."""
_SCHEDULE: Final = ("periodictask", "crontabschedule", "intervalschedule", "solarschedule", "clockedschedule")


def _all_of(app: str, models: Iterable[str], verbs: Iterable[str]) -> frozenset[str]:
    return frozenset(f"{app}.{verb}_{model}" for model in models for verb in verbs)


_READ: Final = frozenset(
    {
        "governance.view_*",
        "audit.view_*",
    }
)
_ASK: Final = frozenset(
    {
        "audit.change_finding",
        "audit.change_reminder",
        "audit.request_assessment",
        "audit.request_report",
        "audit.request_scenario",
        "audit.request_stress",
    }
)
"""What whoever works with the judgement may ask of it."""

GROUP_PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    AUDITOR: _READ,
    RISK_ANALYST: _READ | _ASK,
    OFFICER: _READ
    | _ASK
    | _OPERATE
    | _all_of("governance", _REGISTER, ("add", "change", "delete"))
    | _all_of("django_celery_beat", _SCHEDULE, ("add", "change", "delete", "view")),
    ADMINISTRATOR: _READ
    | _ASK
    | _OPERATE
    | _all_of("governance", _REGISTER, ("add", "change", "delete"))
    | _all_of("django_celery_beat", _SCHEDULE, ("add", "change", "delete", "view"))
    | _all_of("auth", ("user",), ("add", "change", "delete", "view"))
    | {"auth.view_group"},
}
"""What each group may do; ``view_*`` stands for viewing every kind of row of that app."""


def set_up_groups() -> None:
    """Create the groups that are missing and give each exactly its permissions; safe to run at any time."""
    for name, codes in GROUP_PERMISSIONS.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set(_find_permissions(codes))


def _find_permissions(codes: Iterable[str]) -> list[Permission]:
    wanted = Q(pk__in=[])
    for code in codes:
        app, _, codename = code.partition(".")
        if codename.endswith("*"):
            wanted |= Q(content_type__app_label=app, codename__startswith=codename[:-1])
        else:
            wanted |= Q(content_type__app_label=app, codename=codename)
    return list(Permission.objects.filter(wanted))
