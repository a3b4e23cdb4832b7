"""Why a system stands as it does: the proof of its class and of each duty, made when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from audit.models import Assessment, Standing
from audit.reports.outcome import Duty, read_outcome
from audit.reports.wording import short_day
from audit.services.reasoning import OtherRulesError, Reasons, find_reasons, list_flips
from audit.views.access import needs
from audit.views.spoken import Line, name_fact, speak, tell_flips, tell_proof
from audit.views.words import OUTCOMES, Word

CLASS: Final = "aia.class"
_PACK: Final = "eu_ai_act"
_OPEN_READINGS: Final = f"{_PACK}.open_readings"
_FIRST: Final = (
    CLASS,
    "aia.class_if_in_scope",
    "aia.annex_iii_match",
    "aia.filter_holds",
    "aia.art_5_match",
    "aia.in_scope",
    "aia.scope_rule",
    "aia.roles",
)
"""What the class was concluded from, in the order in which a reader asks; the first two are shown together."""


@dataclass(frozen=True, slots=True)
class Proved:
    """One conclusion with its proof: what it says, by which version of which provision, and the lines."""

    name: str
    title: str
    result: str
    citation: str
    version: str
    lines: tuple[Line, ...]
    is_open: bool


@require_safe
@needs("audit.view_standing")
def show_reasons(request: HttpRequest, system_id: int) -> HttpResponse:
    """The proof of the latest assessment; ``?of=`` names the conclusion that stands open."""
    standing = get_object_or_404(
        Standing.objects.select_related(
            "system", "assessment__fact_sheet", "assessment__outcome_record", "assessment__pack_set"
        ),
        system_id=system_id,
    )
    assessment = standing.assessment
    if assessment is None:
        raise Http404("The system was not assessed yet.")
    wanted = request.GET.get("of", CLASS)
    context: dict[str, Any] = {"system": standing.system, "standing": standing, "assessment": assessment}
    try:
        reasons = find_reasons(assessment)
    except OtherRulesError as wrong:
        context["problem"] = str(wrong)
    else:
        duties = read_outcome(assessment.result).regulation.duties
        context |= {
            "class_proofs": list(_prove_class(reasons, wanted)),
            "duty_proofs": list(_prove_duties(reasons, duties, wanted)),
            "flips": tell_flips(list_flips(assessment)),
        }
    return render(request, "pages/reasons.html", context)


def tell_flips_of(assessment_id: int) -> list[str] | None:
    """What would flip the class, in words; None where the rules have changed since, so that nobody can tell."""
    assessment = Assessment.objects.select_related("fact_sheet", "pack_set").get(pk=assessment_id)
    try:
        return tell_flips(list_flips(assessment))
    except OtherRulesError:
        return None


def _prove_class(reasons: Reasons, wanted: str) -> Iterator[Proved]:
    """What the pack of the AI Act concludes, the class first, then what it was concluded from."""
    pack = reasons.proof.get(_PACK)
    if pack is None:
        return
    derived: Mapping[str, Any] = pack["derived"]
    for key in sorted(derived, key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST)):
        if key == _OPEN_READINGS:
            continue  # read off the day alone, by names of the pack; what is read in two ways stands with its duty
        entry = derived[key]
        steps = sorted(entry["steps"], key=lambda step: step["outcome"] == "does not hold")
        lines = [line for step in steps for line in _tell_step(key, step, reasons)]
        yield Proved(
            key,
            name_fact(key, reasons.statements),
            _tell_value(key, entry["value"]),
            entry["citation"],
            pack["version"],
            tuple(lines),
            key == wanted or (wanted == CLASS and key in _FIRST[:2]),
        )


def _tell_step(key: str, step: Mapping[str, Any], reasons: Reasons) -> Iterator[Line]:
    """The condition of one possible value, under a line that names it."""
    name = str(step["for"])
    heading = {"when": "It holds when", "doubt": "It is in doubt when"}.get(
        name, f"{capfirst(_tell_value(key, name))}, when"
    )
    citation = f" ({step['citation']})" if step["citation"] else ""
    yield Line(0, f"{heading}{citation}", "", "", "", str(step["outcome"]))
    yield from tell_proof(step, reasons.statements, 1)


def _prove_duties(reasons: Reasons, duties: Sequence[Duty], wanted: str) -> Iterator[Proved]:
    for duty in duties:
        pack = reasons.proof.get(duty.pack)
        rule = pack["rules"].get(duty.rule) if pack else None
        if pack is None or rule is None:
            continue
        adopted = rule["version_adopted_from"]
        yield Proved(
            duty.rule,
            duty.title,
            OUTCOMES.get(duty.outcome, Word(duty.outcome, "")).text,
            duty.citation,
            f"{pack['version']}{f', as adopted on {short_day(date.fromisoformat(adopted))}' if adopted else ''}",
            tuple(tell_proof(rule["proof"], reasons.statements)),
            duty.rule == wanted,
        )


def _tell_value(key: str, value: object) -> str:
    return "undecided" if isinstance(value, dict) else "none" if value in (None, []) else speak(key, value)
