"""What a system without any contract is asked itself, where others have it in the contract: above all the way out."""

from __future__ import annotations

from datetime import date
from typing import Final

from audit.engine.dates import DayError, parse_day
from audit.engine.facts import JsonValue
from audit.engine.lock_in.exercises import TEST_KIND, TESTED, TESTED_ON, ages_on
from audit.snapshots.answers import read_answers
from audit.snapshots.subject import Subject
from audit.snapshots.values import RawFact
from governance.choices import ExitTestKind

_OF_THE_TEST: Final = (TEST_KIND, "exit.test_phases", "exit.tested_target", "exit.tested_days")
LEAVING: Final = (
    *("ict.exit_plan", "exit.fallback", "exit.fallback_activation_days", "exit.tolerable_outage_days"),
    *("exit.skills_in_house", "exit.validation_days", TESTED_ON, *_OF_THE_TEST),
    "ict.data_processing_service",
)
"""What stands with the contract where there is one; without any it is answered for the system itself.

The last is no matter of leaving: with no vendor it asks whether we offer the system as a cloud ourselves.
"""
_HANGS_ON: Final = {
    TESTED_ON: (TESTED, *_OF_THE_TEST),
    "exit.fallback": ("exit.fallback_activation_days", "exit.tolerable_outage_days"),
}


def find_answered(subject: Subject) -> set[str]:
    """What an officer answered, and what hangs on it: of these the rows cannot say that they fall away."""
    answered = {key for key in LEAVING if key in subject.system.answers}
    return answered.union(*(_HANGS_ON.get(key, ()) for key in answered))


def derive_exit_tested_by_answer(subject: Subject) -> dict[str, RawFact]:
    """Whether the exit was tested within twelve months, by the day and the kind that were answered.

    A test on paper does not count; while its kind is not known, nothing is concluded (facts/lock_in.yaml).
    """
    given = subject.system.answers
    stated: dict[str, JsonValue] = {key: given[key] for key in (TESTED_ON, TEST_KIND) if key in given}
    answers = read_answers("system", stated)
    tested, kind = answers.get(TESTED_ON), answers.get(TEST_KIND)
    if tested is None:
        return {}
    lapses_on = _find_lapse(tested.value)
    is_on_paper = kind is not None and kind.value == ExitTestKind.TABLETOP
    if lapses_on is None or subject.as_of >= lapses_on or is_on_paper:
        return {TESTED: RawFact(False, tested.source, grade=tested.grade)}
    if kind is None:
        return {}
    return {TESTED: RawFact(True, tested.source, grade=tested.grade, expires_on=lapses_on)}


def _find_lapse(tested_on: object) -> date | None:
    """The day from which the test is older than twelve months; none where there never was one."""
    try:
        return ages_on(parse_day(tested_on)) if isinstance(tested_on, str) else None
    except DayError:
        return None
