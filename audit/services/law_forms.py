"""Which forms of the law a system is offered, how far each is, and beginning one: only what applies is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from audit.engine.facts import Fact, FactSheetError, JsonValue, parse_sheet
from audit.engine.regulatory import judge_regulation
from audit.models import Assessment, Standing
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from audit.snapshots.law_records import SERVED
from governance.models import AISystem
from governance.models.law import LawRecord
from governance.selectors.law_records import (
    RecordKind,
    RecordState,
    find_contradictions,
    pick_record,
    read_record_states,
)
from governance.services.law_records import RecordError, RecordProblem, start_record
from governance.vocabulary import load_vocabulary

_DESIGN_CHANGE: Final = "sys.significant_design_change_date"
_SOME_DAY: Final = date(2100, 1, 1)
"""A day far ahead, after the days from which on a change of design counts, which the rules know."""

TITLES: Final[Mapping[RecordKind, tuple[str, str]]] = {
    RecordKind.FRIA: ("Fundamental-rights impact assessment", "AI Act Art. 27"),
    RecordKind.DPIA: ("Data protection impact assessment", "GDPR Art. 35 and 36"),
    RecordKind.NOT_HIGH_RISK: ("Why it is not high-risk, and its registration", "AI Act Art. 6(3), 6(4), 49(2)"),
}


@dataclass(frozen=True, slots=True)
class DutyServed:
    """A duty that a form serves, as the latest assessment judged it."""

    id: str
    title: str
    outcome: str
    applies_from: str


@dataclass(frozen=True, slots=True)
class OfferedForm:
    """One form for one system: whether the law asks for it, and what there is.

    ``is_asked`` is None while that is open. ``counting`` is the version that speaks on the day, ``draft`` the one
    being filled in.
    """

    kind: RecordKind
    title: str
    citation: str
    is_asked: bool | None
    why: str
    duties: tuple[DutyServed, ...]
    counting: RecordState | None
    draft: RecordState | None
    contradicts: bool
    as_of: date

    @property
    def is_offered(self) -> bool:
        """Tell whether it may be begun: the law asks for it, or may."""
        return self.is_asked is not False

    @property
    def is_overdue(self) -> bool:
        """Tell whether the version that counts no longer does."""
        until = self.counting.counts_until if self.counting is not None and self.counting.is_final else None
        return until is not None and until <= self.as_of


def list_forms(*, system: AISystem, as_of: date) -> tuple[OfferedForm, ...]:
    """The three forms for a system, by its latest assessment."""
    standing: Standing | None = getattr(system, "standing", None)
    outlook = _look_ahead(standing.read_assessment() if standing is not None else None)
    states = read_record_states([system.pk]).get(system.pk, [])
    return tuple(_offer(kind, outlook, states, system, as_of) for kind in RecordKind)


def start_form(*, kind: RecordKind, system: AISystem, actor: str, as_of: date) -> LawRecord:
    """Begin a form, or go on with its draft. Raises ``RecordError`` where the law does not ask for it."""
    form = next(form for form in list_forms(system=system, as_of=as_of) if form.kind == kind)
    if not form.is_offered and form.counting is None and form.draft is None:
        raise RecordError((RecordProblem(kind, form.why),))
    return start_record(kind=kind, system_id=system.pk, actor=actor)


@dataclass(frozen=True, slots=True)
class _Outlook:
    """What the law asks now, once in service, and after a significant change of design; None where not judged."""

    now: JsonValue = None
    in_service: JsonValue = None
    changed: JsonValue = None


def _look_ahead(assessment: Assessment | None) -> _Outlook:
    """The outcome that was stored, and the same facts judged once in service and once after a change of design."""
    if assessment is None:
        return _Outlook()
    packs = load_packs().regulatory
    now: JsonValue = assessment.result["regulatory"]
    try:
        sheet = parse_sheet(assessment.read_sheet()["facts"], fact_types())
    except FactSheetError:  # of an older vocabulary: what lies ahead is not told until it is assessed again
        return _Outlook(now)
    as_of = assessment.as_of
    go_live = next((pack.go_live for pack in packs if pack.go_live is not None), None)
    later: JsonValue = None
    if go_live is not None and go_live.fact in sheet and sheet[go_live.fact].value != go_live.becomes:
        served = {**sheet, go_live.fact: replace(sheet[go_live.fact], value=go_live.becomes)}
        later = judge_regulation(served, {}, packs, as_of).to_json()
    if not isinstance(now, dict) or now.get("grandfathered_art_111_2") is not True:
        return _Outlook(now, later)
    redesigned = {**sheet, _DESIGN_CHANGE: Fact(_SOME_DAY)}
    return _Outlook(now, later, judge_regulation(redesigned, {}, packs, as_of).to_json())


def _offer(
    kind: RecordKind, outlook: _Outlook, states: Sequence[RecordState], system: AISystem, as_of: date
) -> OfferedForm:
    title, citation = TITLES[kind]
    is_asked, why = _is_asked(kind, outlook)
    counting = pick_record(states, kind, as_of)
    draft = next((state for state in states if state.kind == kind and not state.is_final), None)
    newest = next((state for state in states if state.kind == kind), None)
    contradicts = newest is not None and bool(find_contradictions(newest, system.answers))
    duties = tuple(_duties_served(kind, outlook.now))
    return OfferedForm(kind, title, citation, is_asked, why, duties, counting, draft, contradicts, as_of)


def _is_asked(kind: RecordKind, outlook: _Outlook) -> tuple[bool | None, str]:
    """Whether the law asks for the form, and why we think so."""
    if outlook.now is None:
        return None, "Nothing has been assessed yet; whether it is asked for is open."
    is_asked, why = _is_asked_by(kind, outlook.now)
    if is_asked is not False:
        return is_asked, why
    is_asked, _ = _is_asked_by(kind, outlook.in_service)
    if is_asked is not False:
        return is_asked, "It is to be done before the system is put into service."
    if _is_asked_by(kind, outlook.changed)[0]:
        return None, "Not asked for now; it is once the design is changed significantly (Art. 111(2))."
    return False, "On what is known the law does not ask for it."


def _is_asked_by(kind: RecordKind, law: JsonValue) -> tuple[bool | None, str]:
    if not isinstance(law, dict):
        return False, ""
    rows = {served.row for served in SERVED[kind]}
    if any(row.get("id") in rows for row in _rows(law, "duties")):
        return True, "The law asks for it on what is known."
    points = law.get("annex_iii_points")
    if kind == RecordKind.NOT_HIGH_RISK and points:
        named = ", ".join(map(str, points)) if isinstance(points, list) else str(points)
        return True, f"Its use is listed in Annex III ({named}). Said not to be high-risk, it needs this record."
    waiting = [row for row in _rows(law, "undetermined") if row.get("id") in rows]
    if waiting:
        return None, f"It may be asked for; that depends on: {_first_question(waiting[0])}"
    return False, ""


def _duties_served(kind: RecordKind, law: JsonValue) -> Iterator[DutyServed]:
    rows = {served.row for served in SERVED[kind]}
    for row in _rows(law, "duties") if isinstance(law, dict) else ():
        if row.get("id") in rows:
            yield DutyServed(
                str(row["id"]), str(row.get("title", "")), str(row["outcome"]), str(row.get("applies_from") or "")
            )


def _rows(law: Mapping[str, JsonValue], key: str) -> list[Mapping[str, JsonValue]]:
    rows = law.get(key)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _first_question(row: Mapping[str, JsonValue]) -> str:
    missing = row.get("missing_facts")
    key = str(missing[0]) if isinstance(missing, list) and missing else ""
    fact = load_vocabulary().facts.get(key)
    return fact.question if fact is not None else "facts that are not known yet."
