"""Findings and reports over all systems, as plain rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from audit.models import Finding, Rating, Report
from audit.selectors.among import among
from audit.selectors.system_page import REPORT_COLUMNS
from governance.models import AISystem

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


_MOST_NAMED: Final = 2_000
_COLUMNS: Final = (
    "id",
    "system_id",
    "key",
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
)


@dataclass(frozen=True, slots=True)
class FoundFindings:
    """The findings that pass some filters, the gravest first and of one rating the oldest first.

    A page of them is found in an index, rating by rating; of as many rows as the page has more than that is read.
    """

    rows: QuerySet[Finding]
    ratings: tuple[str, ...] = tuple(reversed(Rating.values))

    def __len__(self) -> int:
        return self.rows.count()

    def __getitem__(self, part: slice) -> list[Mapping[str, Any]]:
        """The findings from one place up to another, with their system's name."""
        start = part.start or 0
        ids = [*self.list_ids(start, part.stop - start)]
        columns = Finding.objects.filter(among("id", ids)).values(
            *_COLUMNS, reference=F("system__reference"), system_name=F("system__name")
        )
        found = {row["id"]: row for row in columns.order_by()}
        return [found[pk] for pk in ids if pk in found]

    def count_up_to(self, most: int) -> int:
        """How many they are, if no more than ``most``; else one more than that."""
        return self.rows.order_by()[: most + 1].count()

    def list_ids(self, skipped: int, wanted: int) -> Iterator[int]:
        """The ids of so many of them after so many others."""
        for rating in self.ratings:
            rows = self.rows.filter(rating=rating)
            ids = rows.order_by("opened_on", "id").values_list("id", flat=True)[skipped : skipped + wanted]
            found = list(ids)
            yield from found
            wanted -= len(found)
            if not wanted:
                return
            skipped = max(skipped - rows.count(), 0) if skipped and not found else 0


def list_findings(filters: FindingFilters, *, as_of: date) -> FoundFindings:
    """The findings that pass the filters."""
    rows = Finding.objects.filter(_state(filters.state, as_of))
    if filters.area:
        rows = rows.filter(area=filters.area)
    if filters.words:
        rows = rows.filter(_mention(filters.words))
    if filters.state == "overdue":
        named = name_few(rows)
        rows = rows if named is None else Finding.objects.filter(named)
    if filters.rating:
        return FoundFindings(rows.filter(rating=filters.rating), (filters.rating,))
    return FoundFindings(rows)


def _mention(words: str) -> Q:
    """In the title or in the system's name; no index tells that."""
    systems = AISystem.objects.filter(name__icontains=words).values("pk")
    mentions = Q(title__icontains=words) | Q(system__in=systems)
    named = name_few(Finding.objects.filter(mentions))
    return mentions if named is None else named


def name_few(rows: QuerySet[Finding]) -> Q | None:
    """The rows by their ids, if they are few: what no index tells is looked for once, and not for each rating."""
    ids = list(rows.order_by().values_list("id", flat=True)[: _MOST_NAMED + 1])
    return among("id", ids) if len(ids) <= _MOST_NAMED else None


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
            # As audit.services.news.escalating measures it, each by the index of its day: an accepted risk is not.
            past = Finding.objects.filter(closed_on=None).order_by()
            is_accepted_no_more = Q(accepted_until=None) | Q(accepted_until__lt=as_of)
            due = past.filter(is_accepted_no_more, due_on__lt=as_of)
            accepted = past.filter(due_on=None, accepted_until__lt=as_of)
            return still_open & Q(pk__in=due.values("pk").union(accepted.values("pk"), all=True))
        case "closed":
            return Q(closed_on__isnull=False)
        case _:
            return still_open
