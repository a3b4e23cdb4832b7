"""Why a finding went: which fact, law or method moved, from the difference of two assessments."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from audit.engine.assess import PackSet
from audit.engine.diff import Change, compare
from audit.engine.facts import FactSheetError, JsonValue
from audit.models import Assessment
from audit.models.results import read_inputs

MOST_CHANGED_FACTS: Final = 12
"""With more changed facts the exact difference costs too much for one finding; the run's cause is given instead."""

_ITEMS: Final = {
    "class:prohibited": "aia_class",
    "class:undecided": "aia_class",
    "lock_in:orderly_margin": "orderly_margin_days",
    "lock_in:sudden_margin": "sudden_margin_days",
}


class Explanation:
    """What moved between a system's latest assessment and a new one; compared only when asked."""

    def __init__(self, before: Assessment | None, after: Assessment, packs: PackSet) -> None:
        self.before = before
        self.after = after
        self.packs = packs

    def name_cause(self, finding_key: str) -> str:
        """The cause for one finding: the facts, the law or the method that moved its item; else what moved at all."""
        change = self._changes.get(_ITEMS.get(finding_key, finding_key))
        if change is None:
            return self.name_all()
        facts = f": {', '.join(change.facts[:5])}" if change.facts else ""
        return f"{' and '.join(cause.value for cause in change.causes)}{facts}"

    def name_all(self) -> str:
        """All that moved: facts and controls by key, packs, the engine; else the day alone."""
        if self.before is None:
            return "first assessment"
        causes = []
        if self._changed_facts:
            more = f" and {len(self._changed_facts) - 5} more" if len(self._changed_facts) > 5 else ""
            causes.append(f"fact: {', '.join(self._changed_facts[:5])}{more}")
        old, new = self.before.packs, self.after.packs
        packs = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
        if packs:
            causes.append(f"law: {', '.join(packs)}")
        if self.before.engine != self.after.engine:
            causes.append(f"method: engine {self.before.engine} to {self.after.engine}")
        return "; ".join(causes) or "the day"

    @cached_property
    def _changed_facts(self) -> list[str]:
        if self.before is None:
            return []
        old, new = self.before.fact_sheet.content, self.after.fact_sheet.content
        return _changed_keys(old, new, "facts") + _changed_keys(old, new, "controls")

    @cached_property
    def _changes(self) -> Mapping[str, Change]:
        """The exact difference by item, where the packs are the same and few facts changed."""
        before = self.before
        if (
            before is None
            or before.packs_hash != self.after.packs_hash
            or len(self._changed_facts) > MOST_CHANGED_FACTS
        ):
            return {}
        try:
            changes = compare(read_inputs(before, self.packs), read_inputs(self.after, self.packs))
        except FactSheetError:
            # A sheet of an older vocabulary no longer reads; what moved is named without it.
            return {}
        return {change.item: change for change in changes}


def _changed_keys(before: Mapping[str, JsonValue], after: Mapping[str, JsonValue], part: str) -> list[str]:
    old, new = before.get(part), after.get(part)
    if not isinstance(old, dict) or not isinstance(new, dict):
        return []
    return sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
