"""Judges one rule: whether it binds, from which day, and what the recorded control is worth."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from audit.engine.expressions import Situation, Weights
from audit.engine.facts import Control
from audit.engine.findings import Duty, Outcome, Undetermined, judge_control
from audit.engine.logic import Scalar
from audit.engine.regulatory.missing import Ledger
from audit.engine.rules import Rule, RuleVersion, Schedule


def judge_rule(  # noqa: PLR0917 # one call a rule on the fast path; a wrapper object would cost more than it tells
    rule: Rule,
    version: RuleVersion,
    situation: Situation,
    controls: Mapping[str, Control],
    as_of: date,
    ledger: Ledger,
) -> Duty | Undetermined | None:
    """The duty where its condition holds, whatever its day; ``Undetermined`` where that is open; else ``None``."""
    truth = situation.decide(version.when)
    if truth is False:
        return None
    if truth is None:
        weights, keys = situation.waits_for(version.when)
        ledger.add_duty(rule.row, weights)
        return Undetermined(rule.row, rule.id, keys, version.static)
    days = version.schedule.days(situation.values)
    if len(days) > 1:
        awaited: Weights = {}
        version.schedule.blame(situation, awaited)
        ledger.add_duty(rule.row, awaited)
    return _build_duty(rule, version, situation, _find_control(rule, version, controls), days, as_of)


def _find_control(rule: Rule, version: RuleVersion, controls: Mapping[str, Control]) -> Control | None:
    """A control is recorded for the rule, for its row of the fact base, or under the control's own name."""
    for name in (rule.id, rule.row, version.control):
        if name in controls:
            return controls[name]
    return None


def _build_duty(  # noqa: PLR0917 # see judge_rule
    rule: Rule,
    version: RuleVersion,
    situation: Situation,
    control: Control | None,
    days: frozenset[Scalar],
    as_of: date,
) -> Duty:
    known_days = tuple(sorted([day for day in days if isinstance(day, date)]))
    in_force = _is_in_force(version.schedule, days, as_of)
    outcome = _judge_outcome(version, in_force, control, situation, as_of)
    return Duty(
        id=rule.row,
        rule=rule.id,
        outcome=outcome,
        applies_from=known_days[0] if len(days) == 1 and known_days else None,
        in_force=in_force is True and outcome is not Outcome.REPEALED,
        static=version.static,
        stages=version.schedule.stages,
        possible_days=known_days if len(days) > 1 else (),
        control=control,
    )


def _judge_outcome(
    version: RuleVersion, in_force: bool | None, control: Control | None, situation: Situation, as_of: date
) -> Outcome:
    if version.repealed_on is not None and as_of >= version.repealed_on:
        return Outcome.REPEALED
    if in_force is None:
        return Outcome.UNDETERMINED
    if not in_force:
        return Outcome.NOT_YET_IN_FORCE
    if control is None and version.breached_when is not None and version.breached_when.decide(situation.values):
        return Outcome.NOT_SATISFIED
    return judge_control(control, as_of)


def _is_in_force(schedule: Schedule, days: frozenset[Scalar], as_of: date) -> bool | None:
    """Whether the duty is in force on the day; ``None`` where the days still possible differ."""
    if schedule.always:
        return True
    if schedule.stages:
        first = min(schedule.stages.values())
        return as_of >= max(first, schedule.no_day_before or first)
    no_day = False if schedule.no_day_before is not None and as_of < schedule.no_day_before else None
    verdicts = {as_of >= day if isinstance(day, date) else no_day for day in days}
    return verdicts.pop() if len(verdicts) == 1 else None
