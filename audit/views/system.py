"""A system's page: what we conclude, how sure, what is missing, what is due, and the reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_countries import countries

from audit.portfolio.duties_calendar import DutyState, by_number
from audit.portfolio.ways_out import read_ways_of_assessment
from audit.reports.dated import arrange_outcome
from audit.reports.figures import Moment, Step
from audit.reports.outcome import Duty, Outcome, Score, read_outcome
from audit.selectors import SystemPage, get_system_page
from audit.selectors.work import read_work
from audit.views import words
from audit.views.access import CHANGE_SYSTEM, REQUEST_ASSESSMENT, REQUEST_REPORT, RESPOND, may, needs
from audit.views.conclusion import answer_first, conclude, count_outcomes, list_unmet_of_entity
from audit.views.exposure import list_bands
from audit.views.reasons import tell_flips_of
from governance.choices import TransferTool
from governance.models import AISystem

SHOWN_DRIVERS = 6


@require_safe
@never_cache
@needs("audit.view_standing")
def show_system(request: HttpRequest, system_id: int) -> HttpResponse:
    """All about one system on one page."""
    try:
        shown = get_system_page(system_id)
    except AISystem.DoesNotExist:
        raise Http404 from None
    outcome = read_outcome(shown.result) if shown.assessment else None
    context = {
        "page": shown,
        "system": shown.system,
        "standing": shown.standing,
        "outcome": outcome,
        "work": read_work(system_id),
        "progress_url": reverse("system_progress", args=[system_id]),
        "closed_findings": [row for row in shown.findings if row["closed_on"]],
        "steps": flow_steps(shown),
        "openness": [(key, fact) for key, fact in shown.openness.items() if key != "open.status"],
        "is_open_washed": (shown.openness.get("open.washing") or {}).get("value") is True,
        "dossier": shown.components[0] if shown.components else None,
        "as_of": timezone.localdate(),
        "may_assess": may(request.user, REQUEST_ASSESSMENT),
        "may_report": may(request.user, REQUEST_REPORT),
        "may_respond": may(request.user, RESPOND),
        "may_change": may(request.user, CHANGE_SYSTEM),
    }
    context |= _divide_findings(shown, outcome)
    if outcome is not None and shown.assessment is not None:
        context |= _describe_outcome(outcome)
        context["is_explained"] = "drivers" in (shown.result.get("lock_in") or {})
        context["flips"] = tell_flips_of(shown.assessment["id"])
        context["ways"] = read_ways_of_assessment(
            system_id=system_id, assessment_id=shown.assessment["id"], as_of=outcome.as_of or timezone.localdate()
        )
    return render(request, "pages/system.html", context)


@require_safe
@never_cache
@needs("audit.view_standing")
def show_progress(_request: HttpRequest, system_id: int) -> JsonResponse:
    """What is under way for a system, for the script that watches it: a text, and a mark that changes when it does."""
    work = read_work(system_id)
    return JsonResponse({"mark": work.mark, "text": work.text, "is_working": work.is_working})


def flow_steps(shown: SystemPage) -> list[Step]:
    """The data flows as the diagram takes them; a basis is unknown only where one would be needed."""
    return [
        Step(
            source=row["from_name"],
            source_place=countries.name(row["from_country"]) if row["from_country"] else "",
            target=row["to_name"],
            target_place=countries.name(row["to_country"]) if row["to_country"] else "",
            data=row["data"],
            basis="" if row["transfer_tool"] == "unknown" else str(TransferTool(row["transfer_tool"]).label),
            is_basis_unknown=row["transfer_tool"] == "unknown",
        )
        for row in shown.flows
    ]


def _divide_findings(shown: SystemPage, outcome: Outcome | None) -> dict[str, Any]:
    """The open findings; those that only say that nothing is recorded on a duty stand together in one table."""
    duties = outcome.regulation.duties if outcome else ()
    silent = {f"duty:{duty.rule}": duty for duty in duties if duty.outcome == "undetermined"}
    still_open = [row for row in shown.findings if row["closed_on"] is None]
    unrecorded = [(row, silent[row["key"]]) for row in still_open if row["key"] in silent]
    return {
        "open_findings": [row for row in still_open if row["key"] not in silent],
        "unrecorded": unrecorded,
        "unrecorded_count": len(unrecorded),
    }


def _describe_outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "bands": list_bands(),
        "sentences": conclude(outcome),
        "first": answer_first(outcome),
        "duties": _sort_duties(outcome.regulation.duties),
        "counts": count_outcomes(outcome.regulation),
        "unmet_by_entity": list_unmet_of_entity(outcome.regulation),
        "disputed": [(_name_disputed(entry.about, outcome), entry) for entry in outcome.regulation.disputed],
        "scores": [
            _describe_score("Lock-in", outcome.lock_in),
            _describe_score("Transparency risk", outcome.transparency),
        ],
        "moments": _list_moments(outcome),
    }


def _name_disputed(about: str, outcome: Outcome) -> str:
    """The title of the duty that is read in two ways; what the pack says where it is no duty of this system."""
    titles = {duty.id: duty.title for duty in outcome.regulation.undetermined}
    titles |= {duty.id: duty.title for duty in outcome.regulation.duties}
    return titles.get(about, about)


def _describe_score(title: str, score: Score) -> dict[str, Any]:
    unknown = sum(1 for driver in score.drivers if driver.grade == "unknown")
    return {
        "title": title,
        "score": score,
        "drivers": score.drivers[:SHOWN_DRIVERS],
        "missing": score.missing[:SHOWN_DRIVERS],
        "more": max(len(score.missing) - SHOWN_DRIVERS, 0),
        "unknown": unknown,
    }


def _sort_duties(duties: Sequence[Duty]) -> list[Duty]:
    """What is not met first, then what has no record, then what is to come by its day."""
    places = list(words.OUTCOMES)

    def place(duty: Duty) -> tuple[int, str, str]:
        day = duty.applies_from.isoformat() if duty.applies_from else "9999"
        return (places.index(duty.outcome) if duty.outcome in places else len(places), day, by_number(duty.id))

    return sorted(duties, key=place)


def _list_moments(outcome: Outcome) -> list[Moment]:
    as_of = outcome.as_of
    if as_of is None:
        return []
    days: dict[tuple[date, str], int] = {}
    for entry in arrange_outcome(outcome.regulation.duties, as_of):
        if entry.state is DutyState.COMING and entry.day is not None:
            days[entry.day, entry.pack] = days.get((entry.day, entry.pack), 0) + 1
    return [
        Moment(day, f"{number} dut{'y begins' if number == 1 else 'ies begin'}", "coming")
        for (day, _pack), number in sorted(days.items())
    ]
