"""An assessment: a pure function of fact sheet, controls, rule packs and day (DESIGN §1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from audit.engine.dates import earliest
from audit.engine.facts import Control, FactSheet, JsonValue
from audit.engine.lock_in import LockInModel, LockInResult, judge_lock_in
from audit.engine.regulatory import RegulatoryResult, judge_regulation
from audit.engine.rules import RulePack
from audit.engine.transparency import TransparencyModel, TransparencyResult, judge_transparency

ENGINE_VERSION: Final = "1.1"


@dataclass(frozen=True, eq=False)
class PackSet:
    """The packs an assessment is made with; ``hashes`` gives each one's version and content hash."""

    regulatory: tuple[RulePack, ...]
    lock_in: LockInModel
    transparency: TransparencyModel
    hashes: Mapping[str, str]


@dataclass(frozen=True)
class Assessment:
    """The outcome for one system on one day: three judgements, never one total."""

    system_id: str
    as_of: date
    regulatory: RegulatoryResult
    lock_in: LockInResult
    transparency: TransparencyResult
    packs: Mapping[str, str]

    @property
    def valid_until(self) -> date | None:
        """The first later day on which time alone could change the outcome; ``None`` if no such day is known."""
        return earliest(self.regulatory.valid_until, self.lock_in.valid_until, self.transparency.valid_until)

    def to_json(self) -> dict[str, JsonValue]:
        """Give the result object of DESIGN §3, its keys always in the same order."""
        valid_until = self.valid_until
        return {
            "id": self.system_id,
            "as_of": self.as_of.isoformat(),
            "regulatory": self.regulatory.to_json(),
            "lock_in": self.lock_in.to_json(),
            "transparency": self.transparency.to_json(),
            "packs": dict(self.packs),
            "engine": ENGINE_VERSION,
            "valid_until": None if valid_until is None else valid_until.isoformat(),
        }


def assess(
    system_id: str, sheet: FactSheet, controls: Mapping[str, Control], packs: PackSet, as_of: date
) -> Assessment:
    """Assess one system as of a day. Pure: the same arguments always give the same result."""
    return Assessment(
        system_id=system_id,
        as_of=as_of,
        regulatory=judge_regulation(sheet, controls, packs.regulatory, as_of),
        lock_in=judge_lock_in(sheet, packs.lock_in, as_of),
        transparency=judge_transparency(sheet, packs.transparency, as_of),
        packs=packs.hashes,
    )
