"""Findings and reports over all systems, as plain rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from audit.models import Finding, Rating, Report
from audit.selectors.system_page import REPORT_COLUMNS

GRAVITY = Case(
    *(When(rating=rating, then=Value(place)) for place, rating in enumerate(reversed(Rating.values))),
    output_field=IntegerField(),
)
"""The place of a finding's rating, the gravest first."""


@dataclass(frozen=True, slots=True)
class FindingFilters:
    """By what findings are narrowed; ``state`` is open, answered, unanswered, overdue or closed."""

    state: str = "open"
    rating: str = ""
    area: str = ""
    words: str = ""


def list_findings(filters: FindingFilters, *, as_of: date) -> QuerySet[Finding, Mapping[str, Any]]:
    """The findings that pass the filters with their system's name, the gravest first."""
    rows = Finding.objects.filter(_state(filters.state, as_of))
    if filters.rating:
        rows = rows.filter(rating=filters.rating)
    if filters.area:
        rows = rows.filter(area=filters.area)
    if filters.words:
        rows = rows.filter(Q(title__icontains=filters.words) | Q(system__name__icontains=filters.words))
    columns: QuerySet[Finding, Mapping[str, Any]] = rows.order_by(GRAVITY, "opened_on", "id").values(
        "id",
        "system_id",
        "title",
        "condition",
        "criterion",
        "area",
        "rating",
        "opened_on",
        "closed_on",
        "closed_because",
        "owner",
        "due_on",
        "response",
        "response_by",
        "response_on",
        "accepted_until",
        reference=F("system__reference"),
        system_name=F("system__name"),
    )
    return columns


def list_reports(words: str = "") -> QuerySet[Report, Mapping[str, Any]]:
    """All reports with the name of their subject, empty for the whole portfolio; the newest first."""
    rows = Report.objects.all()
    if words:
        rows = rows.filter(
            Q(number__icontains=words) | Q(system__name__icontains=words) | Q(organisation__name__icontains=words)
        )
    columns: QuerySet[Report, Mapping[str, Any]] = rows.order_by("-id").values(
        *REPORT_COLUMNS,
        "system_id",
        "organisation_id",
        subject=Coalesce(F("system__name"), F("organisation__name"), Value("")),
    )
    return columns


def _state(state: str, as_of: date) -> Q:
    still_open = Q(closed_on__isnull=True)
    match state:
        case "answered":
            return still_open & ~Q(response="")
        case "unanswered":
            return still_open & Q(response="")
        case "overdue":
            # As audit.services.news.escalating measures it: a risk that is accepted is not overdue.
            is_accepted_no_more = Q(accepted_until=None) | Q(accepted_until__lt=as_of)
            is_past = Q(due_on__lt=as_of) | Q(due_on=None, accepted_until__lt=as_of)
            return still_open & is_accepted_no_more & is_past
        case "closed":
            return ~still_open
        case _:
            return still_open
