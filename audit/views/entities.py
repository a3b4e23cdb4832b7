"""The sheets of our legal entities: the duties of each as a whole, judged once, with its systems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audit.engine.facts import FactSheetError
from audit.engine.findings import Outcome
from audit.reports.exposure import LegalExposure, read_exposure
from audit.reports.outcome import Duty, read_duty
from audit.selectors.reading import Reading
from audit.services.entities import EntitySheet, EntitySystem, judge_legal_entity
from audit.views.access import CHANGE_SYSTEM, may, needs
from audit.views.words import OUTCOMES
from governance.models import LegalEntity

ROWS_ON_A_PAGE: Final = 25


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One duty of the entity with the systems that make it apply; none where its own answers do."""

    duty: Duty
    systems: tuple[EntitySystem, ...]


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A duty of which it is not known whether it applies, with the systems that leave it open."""

    id: str
    title: str
    citation: str
    systems: tuple[EntitySystem, ...]
    missing: tuple[str, ...]


@require_safe
@never_cache
@needs("audit.view_standing")
def show_entity(request: HttpRequest, entity_id: int) -> HttpResponse:
    """What the law asks of one legal entity as a whole."""
    context = {"as_of": timezone.localdate(), "may_change": may(request.user, CHANGE_SYSTEM), "entity_id": entity_id}
    try:
        sheet = judge_legal_entity(legal_entity_id=entity_id, as_of=timezone.localdate())
    except LegalEntity.DoesNotExist:
        raise Http404 from None
    except FactSheetError as wrong:
        entity = LegalEntity.objects.get(pk=entity_id)
        problems = [str(problem) for problem in wrong.problems]
        return render(request, "pages/entity.html", {**context, "name": entity.name, "problems": problems})
    return render(request, "pages/entity.html", {**context, **describe_sheet(sheet)})


@require_safe
@needs("audit.view_standing")
def list_entities(request: HttpRequest) -> HttpResponse:
    """Every legal entity with what its sheet comes to; each is judged for the page."""
    today = timezone.localdate()
    entities = LegalEntity.objects.order_by("name", "pk").values_list("pk", "name")
    page = Paginator(entities, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [_summarise(pk, name, today) for pk, name in page.object_list]
    return render(request, "pages/entities.html", {"rows": rows, "page": page, "as_of": today})


def _summarise(entity_id: int, name: str, today: date) -> dict[str, object]:
    try:
        sheet = judge_legal_entity(legal_entity_id=entity_id, as_of=today)
    except FactSheetError as wrong:
        return {"id": entity_id, "name": name, "problem": f"The answers cannot be judged. {wrong.problems[0]}"}
    outcomes = [entry.duty.outcome for entry in sheet.result.duties if entry.duty.in_force]
    return {
        "id": entity_id,
        "name": name,
        "systems": len(sheet.systems),
        "duties": len(sheet.result.duties),
        "unmet": outcomes.count(Outcome.NOT_SATISFIED),
        "unshown": outcomes.count(Outcome.UNDETERMINED),
        "still_open": len(sheet.result.undetermined),
    }


def describe_sheet(sheet: EntitySheet) -> dict[str, object]:
    """What the page shows of a sheet."""
    rows = sorted(_list_duties(sheet), key=lambda row: (_place(row.duty), row.duty.applies_from or date.max))
    return {
        "name": sheet.name,
        "sheet": sheet,
        "duties": rows,
        "still_open": list(_list_open(sheet)),
        "exposure": read_entity_exposure(sheet),
        "systems": list(sheet.systems.values()),
    }


def read_entity_exposure(sheet: EntitySheet) -> LegalExposure:
    """The fines behind the duties of the entity, with the nearest day."""
    return read_exposure(Reading(sheet.result.exposure))


def _place(duty: Duty) -> int:
    places = list(OUTCOMES)
    return places.index(duty.outcome) if duty.outcome in places else len(places)


def _list_duties(sheet: EntitySheet) -> Iterator[DutyRow]:
    for entry in sheet.result.duties:
        duty = read_duty(Reading(entry.duty.to_json()))
        yield DutyRow(duty, tuple(sheet.systems[name] for name in entry.systems))


def _list_open(sheet: EntitySheet) -> Iterator[OpenRow]:
    for entry in sheet.result.undetermined:
        told = Reading(entry.to_json())
        yield OpenRow(
            told.text("id"),
            told.text("title"),
            told.text("citation"),
            tuple(sheet.systems[name] for name in entry.systems),
            entry.missing_facts,
        )
