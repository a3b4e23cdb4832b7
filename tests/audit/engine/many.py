"""Many sheets read and judged together, as a run does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from audit.engine.assess import PackSet, SystemOutcome, assess_read
from audit.engine.expressions.columns import reading
from audit.engine.facts import Control, FactSheet


class Given(NamedTuple):
    """One of many systems to be assessed: its id, its facts and its controls."""

    system_id: str
    sheet: FactSheet
    controls: Mapping[str, Control]


def assess_many(systems: Sequence[Given], packs: PackSet, as_of: date) -> list[SystemOutcome]:
    """The outcomes of many systems on one day, in their order."""
    with reading([each.sheet for each in systems], as_of) as read:
        ids, controls = [each.system_id for each in systems], [each.controls for each in systems]
        return [outcome for outcome, _ in assess_read(ids, read, controls, packs)]
