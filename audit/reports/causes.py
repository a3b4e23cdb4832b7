"""Why outcomes differ between two stored assessments, in every report by the engine's comparison and in its words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

from django.utils.translation import gettext, pgettext

from audit.engine.assess import ENGINE_VERSION
from audit.engine.diff import REGULATORY, Cause, Change, compare
from audit.engine.facts import FactSheetError, JsonValue
from audit.models import Assessment
from audit.models.results import read_inputs
from audit.reports.wording import listing
from audit.rulepacks import PackError

Compared: TypeAlias = "tuple[Change, ...] | None"
"""The items that differ with their causes; none where the two cannot be compared item by item."""

Causes: TypeAlias = "tuple[Cause, ...] | None"
Shown: TypeAlias = tuple[str, tuple[str, ...]]
"""What one line of a report shows: a part of the result, and the items of it."""
_UNMET: Final = "not_satisfied"
CLASS: Final[Shown] = (REGULATORY, ("aia_class",))
LOCK_IN: Final[Shown] = ("lock_in", ("low", "high", "band"))
TRANSPARENCY: Final[Shown] = ("transparency", ("low", "high", "band"))


def compare_assessments(before: Assessment, after: Assessment) -> Compared:
    """Compare two assessments; none where an engine, a sheet or a pack of another day can no longer be computed."""
    if not before.engine == after.engine == ENGINE_VERSION:
        return None
    try:
        return compare(read_inputs(before), read_inputs(after))
    except (FactSheetError, PackError):
        return None


def duty_item(rule: str) -> Shown:
    """What a line about one duty shows."""
    return REGULATORY, (f"duty:{rule}",)


def find_causes(compared: Compared, shown: Shown) -> Causes:
    """Give the causes of what moved in the items shown, each once; none where nothing could be compared."""
    part, items = shown
    if compared is None:
        return None
    return _once(cause for each in compared if each.part == part and each.item in items for cause in each.causes)


def find_causes_of_unmet(compared: Compared) -> Causes:
    """Give the causes of all that moved among the duties that are not met, or were not."""
    if compared is None:
        return None
    duties = (each for each in compared if each.item.startswith("duty:") and _UNMET in _outcomes(each))
    return _once(cause for each in duties for cause in each.causes)


def _outcomes(change: Change) -> list[JsonValue]:
    return [value.get("outcome") for value in (change.before, change.after) if isinstance(value, dict)]


def _once(causes: Iterable[Cause]) -> tuple[Cause, ...]:
    found = {*causes}
    return tuple(cause for cause in Cause if cause in found)


def say_causes(causes: Causes) -> str:
    """Give causes in words, in the engine's order: fact, law, method; or that they are not known."""
    if causes is None:
        return gettext("not known")
    return listing([cause_word(cause) for cause in causes]) or gettext("passing of time")


def cause_word(cause: str) -> str:
    """Give a cause in words."""
    words = {
        Cause.FACT.value: pgettext("cause of a change", "fact"),
        Cause.LAW.value: pgettext("cause of a change", "law"),
        Cause.METHOD.value: pgettext("cause of a change", "method"),
    }
    return words.get(cause, cause)
