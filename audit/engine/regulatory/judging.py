"""Judges one system by packs of rules: the answers the packs declare, then the duties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from audit.engine.dates import earliest
from audit.engine.expressions import Situation
from audit.engine.facts import Control, FactSheet, JsonValue, first_expiry, known_facts
from audit.engine.findings import Duty, Undetermined
from audit.engine.logic import UNKNOWN, Datum, Members, Possible
from audit.engine.regulatory.duties import judge_rule
from audit.engine.regulatory.missing import Ledger
from audit.engine.regulatory.result import RegulatoryResult
from audit.engine.rules import GoLive, ResultKey, RulePack
from audit.engine.trace import plain


@dataclass(slots=True)
class _Judgement:
    """What one call of ``judge_regulation`` works on."""

    situation: Situation
    packs: Sequence[RulePack]
    as_of: date
    ledger: Ledger = field(default_factory=Ledger)
    answers: dict[str, JsonValue] = field(default_factory=dict)


def judge_regulation(
    sheet: FactSheet, controls: Mapping[str, Control], packs: Sequence[RulePack], as_of: date
) -> RegulatoryResult:
    """Judge one system by the packs, in the order given, as the law had been adopted by the day.

    A pack that reads derived facts of another must come after it. Facts and controls whose
    evidence has expired by the day do not count.
    """
    judgement = _Judgement(derive_facts(sheet, packs, as_of), packs, as_of)
    for pack in packs:
        _answer(pack, judgement)
    duties: list[Duty] = []
    undetermined: list[Undetermined] = []
    for pack in packs:
        for rule, version in pack.at(as_of).rules:
            found = judge_rule(rule, version, judgement.situation, controls, as_of, judgement.ledger)
            if isinstance(found, Duty):
                duties.append(found)
            elif found is not None:
                undetermined.append(found)
    return RegulatoryResult(
        answers=judgement.answers,
        duties=tuple(duties),
        undetermined=tuple(undetermined),
        missing=judgement.ledger.rank(judgement.situation),
        readings=tuple(_readings(judgement)),
        past_review=tuple(pack.id for pack in packs if pack.is_past_review(as_of)),
        valid_until=_valid_until(sheet, controls, duties, judgement),
    )


def derive_facts(sheet: FactSheet, packs: Sequence[RulePack], as_of: date) -> Situation:
    """The facts that count on the day with all facts the packs derive from them.

    A fact that does not apply reads as none: no comparison with it holds.
    """
    values: dict[str, Datum] = {}
    for key, fact in known_facts(sheet, as_of).items():
        value = fact.value if fact.applies else None
        values[key] = frozenset(value) if isinstance(value, tuple) else value
    return _derive(values, packs, as_of)


def _derive(values: dict[str, Datum], packs: Sequence[RulePack], as_of: date) -> Situation:
    situation = Situation(values)
    for pack in packs:
        for derivation in pack.at(as_of).derivations:
            key = derivation.derived.key
            values[key] = derivation.evaluate(values)
            situation.asks[key] = derivation.ask
    return situation


def _is_undecided(datum: Datum) -> bool:
    return datum is UNKNOWN or isinstance(datum, Possible) or (isinstance(datum, Members) and not datum.is_decided)


def _answer(pack: RulePack, judgement: _Judgement) -> None:
    """Give the keys of the result that the pack answers, most important first."""
    situation = judgement.situation
    for place, result in enumerate(pack.results):
        datum = situation.values.get(result.fact, UNKNOWN)
        judgement.answers.update(_render(result, datum, pack.choices[result.fact]))
        if _is_undecided(datum):
            judgement.ledger.add_answer(result.label, situation.shares_of(result.fact))
        if place == 0 and pack.go_live is not None:
            _answer_go_live(pack.go_live, judgement)


def _render(result: ResultKey, datum: Datum, choices: Sequence[str]) -> dict[str, JsonValue]:
    """The key and its ``possible`` companion, choices in the pack's order."""
    given: JsonValue = None
    if isinstance(datum, Members):
        given = [choice for choice in choices if choice in datum.certain] if datum.is_decided else None
    elif not _is_undecided(datum) and datum != result.none:
        given = plain(datum)
    rendered: dict[str, JsonValue] = {result.key: given}
    if result.possible:
        rendered[result.possible] = [choice for choice in choices if _is_possible(choice, datum)]
    return rendered


def _is_possible(choice: str, datum: Datum) -> bool:
    if datum is UNKNOWN:
        return True
    if isinstance(datum, Members):
        return choice in datum.possible
    return choice in datum.values if isinstance(datum, Possible) else choice == datum


def _answer_go_live(rule: GoLive, judgement: _Judgement) -> None:
    """Before go-live, the class of the same facts once in service, so that an idea is never shown as done."""
    judgement.answers[rule.key] = None
    situation = judgement.situation
    if situation.values.get(rule.fact) not in rule.before:
        return
    answered = {key: value for key, value in situation.values.items() if key not in situation.asks}
    later = _derive({**answered, rule.fact: rule.becomes}, judgement.packs, judgement.as_of)
    datum = later.values[rule.reads]
    if _is_undecided(datum):
        judgement.ledger.add_answer(rule.key, later.shares_of(rule.reads))
    else:
        judgement.answers[rule.key] = plain(datum)


def _readings(judgement: _Judgement) -> Iterable[Mapping[str, JsonValue]]:
    """The disputed readings that concern this system, beside the operative ones."""
    for pack in judgement.packs:
        for reading in pack.readings:
            if reading.when.decide(judgement.situation.values) is True:
                yield {
                    "id": reading.id,
                    "about": reading.about,
                    "operative": reading.operative,
                    "other_reading": reading.other,
                    "basis": reading.basis,
                }


def _valid_until(
    sheet: FactSheet, controls: Mapping[str, Control], duties: Sequence[Duty], judgement: _Judgement
) -> date | None:
    as_of = judgement.as_of
    coming: list[date] = []
    for pack in judgement.packs:
        coming += [day for day in pack.boundaries if day > as_of]
        coming += [day for day in pack.at(as_of).fixed_days if day > as_of]
        if not pack.is_past_review(as_of):
            coming.append(pack.review_by + timedelta(days=1))
    for duty in duties:
        if duty.applies_from is not None and duty.applies_from > as_of:
            coming.append(duty.applies_from)
        if duty.stages or duty.possible_days:
            coming += [day for day in (*duty.stages.values(), *duty.possible_days) if day > as_of]
    return earliest(first_expiry(sheet.values(), as_of), first_expiry(controls.values(), as_of), *coming)
