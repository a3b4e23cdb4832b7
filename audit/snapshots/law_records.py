"""What the forms of the law say: controls for the obligations they serve, and facts that follow from them.

A final record speaks from the day it was finished; complete and in date it counts as met. A draft never does, and
says nothing where somebody has recorded a control by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from audit.engine.facts import JsonValue
from audit.snapshots.rows import ControlRow, SupportRow
from audit.snapshots.values import RawFact, texts_in
from governance.choices import ControlState
from governance.selectors.law_records import RecordKind, RecordState, pick_record


class Served(NamedTuple):
    """An obligation that a form serves, under each of its names: the rule, the row of the fact base, the control."""

    rule: str
    row: str
    control: str

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return (self.rule, self.row, self.control)


FRIA_DUTY: Final = Served("eu_ai_act.art_27.fundamental_rights_assessment", "AIA-27", "fundamental_rights_assessment")
DPIA_DUTY: Final = Served("gdpr.art_35.impact_assessment", "GDPR-35", "impact_assessment")
DPIA_INFORMATION_DUTY: Final = Served("eu_ai_act.art_26_9.feed_the_dpia", "AIA-26-9", "feed_the_dpia")
DOCUMENT_DUTY: Final = Served("eu_ai_act.art_6_4.document_conclusion", "AIA-6-4", "document_conclusion")
REGISTER_DUTY: Final = Served("eu_ai_act.art_49_2.register_conclusion", "AIA-49-2", "register_conclusion")

SERVED: Final[Mapping[RecordKind, tuple[Served, ...]]] = {
    RecordKind.FRIA: (FRIA_DUTY,),
    RecordKind.DPIA: (DPIA_DUTY, DPIA_INFORMATION_DUTY),
    RecordKind.NOT_HIGH_RISK: (DOCUMENT_DUTY, REGISTER_DUTY),
}


class RecordedControl(NamedTuple):
    """What a form says of one obligation, as a control with its evidence, and how we know it in words."""

    served: Served
    control: ControlRow
    supports: tuple[SupportRow, ...]
    source: str
    is_final: bool


def derive_controls(states: Sequence[RecordState], as_of: date) -> Iterator[RecordedControl]:
    """The controls that a system's forms come to on the day."""
    for kind in RecordKind:
        state = pick_record(states, kind, as_of)
        if state is None:
            continue
        for served, status, remark in _judge(state, as_of):
            control = ControlRow(state.id, state.system_id, None, served.rule, status, _expiry(state))
            supports = tuple(
                SupportRow(state.id, each.reference, each.grade, each.expires_on) for each in state.supports
            )
            told = "; ".join(part for part in (f"{state.label}: {state.completeness}", remark) if part)
            yield RecordedControl(served, control, supports, told, state.is_final)


def derive_from_law_records(
    states: Sequence[RecordState], as_of: date, answers: Mapping[str, JsonValue]
) -> dict[str, RawFact]:
    """The facts that follow from complete, final forms in date: the ground of Art. 6(3), and that data are personal.

    Where several grounds are relied on, the one that the questionnaire names stands for them, or else the first.
    """
    facts: dict[str, RawFact] = {}
    state = pick_record(states, RecordKind.NOT_HIGH_RISK, as_of)
    if state is not None and state.counts_on(as_of):
        conditions = texts_in(state.content["conditions"])
        answer = answers.get("sys.filter_condition")
        answered = answer.get("value") if isinstance(answer, dict) else answer
        stated: dict[str, JsonValue] = {
            "sys.filter_condition": answered if answered in conditions else conditions[0],
            "sys.materially_influences": False,
            "sys.profiling": False,
        }
        facts |= {
            key: RawFact(value, f"register: {state.label}", expires_on=state.counts_until)
            for key, value in stated.items()
        }
    state = pick_record(states, RecordKind.DPIA, as_of)
    if state is not None and state.counts_on(as_of):
        facts["data.personal"] = RawFact(True, f"register: {state.label}", expires_on=state.counts_until)
    return facts


def _expiry(state: RecordState) -> date | None:
    """Review and what was referred to; the evidence's own expiry is added where all evidence is read."""
    days = (state.day("review_due_on"), state.lent_until)
    return min((day for day in days if day is not None), default=None)


def _judge(state: RecordState, as_of: date) -> Iterator[tuple[Served, str, str]]:
    match state.kind:
        case RecordKind.FRIA:
            yield _judge_fria(state, as_of)
        case RecordKind.DPIA:
            yield DPIA_DUTY, _met_if(state), ""
            if state.is_final and state.is_complete and str(state.content["provider_information"]).strip():
                yield DPIA_INFORMATION_DUTY, ControlState.MET, "the provider’s information was used"
        case RecordKind.NOT_HIGH_RISK:
            yield _judge_document(state, as_of)
            yield _judge_registration(state, as_of)


def _judge_fria(state: RecordState, as_of: date) -> tuple[Served, str, str]:
    """Complete is one half, the authority's notice the other (Art. 27(3))."""
    status = _met_if(state)
    if status != ControlState.MET:
        return FRIA_DUTY, status, ""
    if state.content["is_exempt_from_notice"]:
        return FRIA_DUTY, status, "exempt from notifying (Art. 46(1))"
    notified_on = state.day("notified_on")
    if notified_on is None or notified_on > as_of:
        return FRIA_DUTY, ControlState.PARTLY, "the authority is not notified (Art. 27(3))"
    return FRIA_DUTY, status, f"authority notified on {notified_on.isoformat()}"


def _judge_document(state: RecordState, as_of: date) -> tuple[Served, str, str]:
    """Documented, and handed over to an authority that has asked (Art. 6(4))."""
    status = _met_if(state)
    asked_on, given_on = state.day("requested_on"), state.day("provided_on")
    is_waiting = asked_on is not None and asked_on <= as_of and (given_on is None or given_on > as_of)
    if status == ControlState.MET and is_waiting and asked_on is not None:
        return DOCUMENT_DUTY, ControlState.PARTLY, f"asked for on {asked_on.isoformat()} and not handed over"
    return DOCUMENT_DUTY, status, ""


def _judge_registration(state: RecordState, as_of: date) -> tuple[Served, str, str]:
    registered_on = state.day("registered_on")
    if registered_on is None or registered_on > as_of or not state.content["registration_number"]:
        return REGISTER_DUTY, ControlState.NOT_MET, "not registered (Art. 49(2))"
    status = _met_if(state)
    return REGISTER_DUTY, status, f"registered on {registered_on.isoformat()}, {state.content['registration_number']}"


def _met_if(state: RecordState) -> str:
    if state.is_final and state.is_complete:
        return ControlState.MET
    return ControlState.PARTLY if any(element.is_complete for element in state.elements) else ControlState.NOT_MET
