"""Judges one system by packs of rules: the answers the packs declare, then the duties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import compress

from audit.engine.dates import earliest
from audit.engine.expressions import OPEN, TRUE, Situation, await_fact
from audit.engine.facts import Control, FactSheet, JsonValue, first_expiry
from audit.engine.findings import Duty
from audit.engine.logic import UNKNOWN, Datum
from audit.engine.regulatory.duties import judge_duty
from audit.engine.regulatory.missing import Ledger, Undetermined
from audit.engine.regulatory.rendering import is_undecided, render_answer, tell_later
from audit.engine.regulatory.result import RegulatoryResult
from audit.engine.rules import GoLive, PackView, RulePack
from audit.engine.trace import plain


@dataclass(slots=True)
class _Judgement:
    """What one call of ``judge_regulation`` works on: each pack with its view of the day."""

    situation: Situation
    packs: Sequence[tuple[RulePack, PackView]]
    as_of: date
    ledger: Ledger
    answers: dict[str, JsonValue] = field(default_factory=dict)


def judge_regulation(
    sheet: FactSheet, controls: Mapping[str, Control], packs: Sequence[RulePack], as_of: date
) -> RegulatoryResult:
    """Judge one system by the packs, in the order given, as the law had been adopted by the day.

    A pack that reads derived facts of another must come after it. Facts and controls whose
    evidence has expired by the day do not count.
    """
    views = [(pack, pack.at(as_of)) for pack in packs]
    situation = _derive(_known_values(sheet, as_of), [view for _, view in views])
    judgement = _Judgement(situation, views, as_of, Ledger(situation))
    for pack in packs:
        if pack.results:
            _answer(pack, judgement)
    duties: list[Duty] = []
    undetermined: list[Undetermined] = []
    for _, view in views:
        _judge_rules(view, controls, judgement, duties, undetermined)
    return RegulatoryResult(
        answers=judgement.answers,
        duties=tuple(duties),
        undetermined=tuple(undetermined),
        ledger=judgement.ledger,
        readings=tuple(_readings(judgement)),
        past_review=tuple([pack.id for pack in packs if pack.is_past_review(as_of)]),
        valid_until=_valid_until(sheet, controls, (duties, undetermined), judgement),
        packs=packs,
        as_of=as_of,
    )


def _judge_rules(
    view: PackView,
    controls: Mapping[str, Control],
    judgement: _Judgement,
    duties: list[Duty],
    undetermined: list[Undetermined],
) -> None:
    """The duties whose condition holds, whatever their day, and the rules of which that is open."""
    situation, ledger = judgement.situation, judgement.ledger
    values = situation.values
    codes = view.pick(view.decide_all(values))
    for (rule, version), code in zip(compress(view.rules, codes), filter(None, codes), strict=True):
        if code == OPEN:
            ledger.add_duty(rule.row, version.when)
            undetermined.append(Undetermined(rule, version, situation))
        else:
            days = version.schedule.days(values)
            if len(days) > 1:
                ledger.add_duty(rule.row, version.schedule)
            duties.append(judge_duty(rule, version, days, values, controls, judgement.as_of))


def derive_facts(sheet: FactSheet, packs: Sequence[RulePack], as_of: date) -> Situation:
    """The facts that count on the day with all facts the packs derive from them.

    A fact that does not apply reads as none: no comparison with it holds.
    """
    return _derive(_known_values(sheet, as_of), [pack.at(as_of) for pack in packs])


def _known_values(sheet: FactSheet, as_of: date) -> dict[str, Datum]:
    values: dict[str, Datum] = {}
    for key, fact in sheet.items():
        value = fact.value
        if fact.expires_on is not None and as_of >= fact.expires_on:
            continue
        if fact.not_applicable:
            value = None
        values[key] = frozenset(value) if value.__class__ is tuple else value  # type: ignore[assignment]  # a list is a tuple
    return values


def _derive(values: dict[str, Datum], views: Sequence[PackView]) -> Situation:
    situation = Situation(values)
    asks = situation.asks
    for view in views:
        for key, evaluate, ask in view.steps:
            values[key] = evaluate(values)
            asks[key] = ask
    return situation


def _answer(pack: RulePack, judgement: _Judgement) -> None:
    """Give the keys of the result that the pack answers, most important first."""
    situation = judgement.situation
    for place, result in enumerate(pack.results):
        datum = situation.values.get(result.fact, UNKNOWN)
        judgement.answers.update(render_answer(result, datum, pack.choices[result.fact]))
        if is_undecided(datum):
            judgement.ledger.add_answer(result.label, await_fact(result.fact), situation)
        if place == 0 and pack.go_live is not None:
            _answer_go_live(pack.go_live, judgement)


def _answer_go_live(rule: GoLive, judgement: _Judgement) -> None:
    """Before go-live, the class of the same facts once in service, so that an idea is never shown as done."""
    judgement.answers[rule.key] = None
    judgement.answers.update({key: None for key, _ in rule.also})
    situation = judgement.situation
    if situation.values.get(rule.fact) not in rule.before:
        return
    answered = {key: value for key, value in situation.values.items() if key not in situation.asks}
    later = _derive({**answered, rule.fact: rule.becomes}, [view for _, view in judgement.packs])
    datum = later.values[rule.reads]
    if is_undecided(datum):
        judgement.ledger.add_answer(rule.key, await_fact(rule.reads), later)
    else:
        judgement.answers[rule.key] = plain(datum)
    for key, fact in rule.also:
        judgement.answers[key] = tell_later(later.values[fact])


def _readings(judgement: _Judgement) -> Iterable[Mapping[str, JsonValue]]:
    """The disputed readings that concern this system, beside the operative ones."""
    for pack, _ in judgement.packs:
        codes = pack.decide_readings(judgement.situation.values)
        for reading, code in zip(pack.readings, codes, strict=True):
            if code == TRUE:
                yield {
                    "id": reading.id,
                    "about": reading.about,
                    "operative": reading.operative,
                    "other_reading": reading.other,
                    "basis": reading.basis,
                }


def _valid_until(
    sheet: FactSheet,
    controls: Mapping[str, Control],
    judged: tuple[Sequence[Duty], Sequence[Undetermined]],
    judgement: _Judgement,
) -> date | None:
    as_of = judgement.as_of
    duties, undetermined = judged
    coming = [view.next_turn(as_of) for _, view in judgement.packs]
    for duty in duties:
        if duty.applies_from is not None and duty.applies_from > as_of:
            coming.append(duty.applies_from)
        if duty.stages or duty.possible_days:
            coming += [day for day in (*duty.stages.values(), *duty.possible_days) if day > as_of]
    values = judgement.situation.values
    for entry in undetermined:  # from its day on a duty that may apply weighs in the band of exposure
        schedule = entry.version.schedule
        possible = (*schedule.stages.values(), *schedule.days(values))
        coming += [day for day in possible if isinstance(day, date) and day > as_of]
    return earliest(first_expiry(sheet.values(), as_of), first_expiry(controls.values(), as_of), *coming)
