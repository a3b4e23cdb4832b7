"""Judges one rule that binds: from which day, and what the recorded control is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, TypeAlias

from audit.engine.expressions import Values
from audit.engine.facts import Control
from audit.engine.findings import Duty, Outcome, is_current, is_met, judge_control
from audit.engine.logic import Scalar
from audit.engine.rules import Rule, RuleVersion, Schedule

# The control that counts, the control of a framework it was found under, and those that help in part.
Found: TypeAlias = tuple[Control | None, str, tuple[str, ...]]
NO_CONTROL: Final[Found] = (None, "", ())


def judge_duty(  # noqa: PLR0917 # one call a rule on the fast path; a wrapper object would cost more than it tells
    rule: Rule,
    version: RuleVersion,
    days: Sequence[Scalar],
    values: Values,
    controls: Mapping[str, Control],
    as_of: date,
) -> Duty:
    """The duty of a rule whose condition holds; ``days`` are those from which it may still apply."""
    is_breached = version.breached_when is not None and version.breached_when.decide(values) is True
    return settle_duty(rule, version, days, is_breached, controls, as_of)


def settle_duty(  # noqa: PLR0917 # as above
    rule: Rule,
    version: RuleVersion,
    days: Sequence[Scalar],
    is_breached: bool,
    controls: Mapping[str, Control],
    as_of: date,
) -> Duty:
    """The same where it is known whether the facts themselves break the duty."""
    schedule = version.schedule
    first = days[0] if len(days) == 1 else None
    if not controls and version.is_plain and isinstance(first, date):  # the usual case, in one step
        in_force = as_of >= first
        outcome = Outcome.UNDETERMINED if in_force else Outcome.NOT_YET_IN_FORCE
        return Duty(rule.row, rule.id, outcome, first, in_force, version.static, schedule.stages)
    control, through, helped_by = _find_control(rule, version, controls, as_of) if controls else NO_CONTROL
    verdict = _is_in_force(schedule, days, as_of)
    outcome = _judge_outcome(version, verdict, control, is_breached, as_of)
    return Duty(
        rule.row,
        rule.id,
        outcome,
        first if isinstance(first, date) else None,
        verdict is True and outcome is not Outcome.REPEALED,
        version.static,
        schedule.stages,
        () if len(days) == 1 else tuple(sorted([day for day in days if isinstance(day, date)])),
        control,
        through,
        helped_by,
    )


def _find_control(rule: Rule, version: RuleVersion, controls: Mapping[str, Control], as_of: date) -> Found:
    """A control is recorded for the rule, for its row of the fact base, or under the control's name, which is its own.

    Of several such records the worse counts, an expired one only where there is no other. Where none is, one of
    a framework that the rule accepts counts if it is met: that it is not met there says nothing of the rule.
    """
    helped_by = tuple([name for name in version.helped_by if name in controls and is_met(controls[name], as_of)])
    recorded = [controls[name] for name in (rule.id, rule.row, version.control) if name in controls]
    if recorded:
        counting = [control for control in recorded if is_current(control, as_of)] or recorded
        return max(counting, key=_is_unmet), "", helped_by
    for name in version.accepts:
        if name in controls and is_met(controls[name], as_of):
            return controls[name], name, helped_by
    return None, "", helped_by


def _is_unmet(control: Control) -> bool:
    return control.status in ("not_met", "partly")


def _judge_outcome(
    version: RuleVersion, in_force: bool | None, control: Control | None, is_breached: bool, as_of: date
) -> Outcome:
    if version.repealed_on is not None and as_of >= version.repealed_on:
        return Outcome.REPEALED
    if in_force is None:
        return Outcome.UNDETERMINED
    if not in_force:
        return Outcome.NOT_YET_IN_FORCE
    if is_breached and (control is None or version.no_control_cures):
        return Outcome.NOT_SATISFIED
    return judge_control(control, as_of)


def _is_in_force(schedule: Schedule, days: Sequence[Scalar], as_of: date) -> bool | None:
    """Whether the duty is in force on the day; ``None`` where the days still possible differ."""
    day = days[0]
    if len(days) == 1 and isinstance(day, date):
        return as_of >= day
    if schedule.always:
        return True
    if schedule.stages:
        first = min(schedule.stages.values())
        return as_of >= max(first, schedule.no_day_before or first)
    no_day = False if schedule.no_day_before is not None and as_of < schedule.no_day_before else None
    verdicts = {as_of >= day if isinstance(day, date) else no_day for day in days}
    return verdicts.pop() if len(verdicts) == 1 else None
