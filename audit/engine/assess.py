"""An assessment: a pure function of fact sheet, controls, rule packs and day (DESIGN §1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from audit.engine.dates import earliest
from audit.engine.expressions.columns import Sheets
from audit.engine.facts import Control, FactSheet, JsonValue
from audit.engine.lock_in import LockInModel, LockInOutcome, LockInResult, judge_lock_in, judge_lock_in_read
from audit.engine.regulatory import (
    LawGist,
    LawOutcome,
    RegulatoryResult,
    judge_regulation,
    judge_with_gists,
    take_law_gist,
)
from audit.engine.regulatory import gist_read as gist_law
from audit.engine.rules import RulePack
from audit.engine.transparency import (
    TransparencyModel,
    TransparencyOutcome,
    TransparencyResult,
    judge_transparency,
    judge_transparency_read,
)

ENGINE_VERSION: Final = "1.6"


@dataclass(frozen=True, eq=False)
class PackSet:
    """The packs an assessment is made with; ``hashes`` gives each one's version and content hash."""

    regulatory: tuple[RulePack, ...]
    lock_in: LockInModel
    transparency: TransparencyModel
    hashes: Mapping[str, str]


class SystemGist(NamedTuple):
    """An outcome of which what is open in the law is told by a number: enough to see whether it is the same."""

    as_of: date
    law: LawGist
    lock_in: LockInOutcome
    transparency: TransparencyOutcome


class SystemOutcome(NamedTuple):
    """What an assessment comes to, without its explanations: what is kept, listed and made findings of."""

    system_id: str
    as_of: date
    law: LawOutcome
    lock_in: LockInOutcome
    transparency: TransparencyOutcome

    @property
    def valid_until(self) -> date | None:
        """The first later day on which time alone could change the outcome; ``None`` if no such day is known."""
        return earliest(self.law.valid_until, self.lock_in.valid_until, self.transparency.valid_until)

    def gist(self) -> SystemGist:
        """Its gist, as ``gist_read`` gives it."""
        return SystemGist(self.as_of, take_law_gist(self.law), self.lock_in, self.transparency)


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

    def outcome(self) -> SystemOutcome:
        """The outcome alone, as ``assess_read`` gives it."""
        parts = (self.regulatory.outcome(), self.lock_in.outcome(), self.transparency.outcome())
        return SystemOutcome(self.system_id, self.as_of, *parts)

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


def assess_read(
    system_ids: Sequence[str], read: Sheets, controls: Sequence[Mapping[str, Control]], packs: PackSet
) -> list[tuple[SystemOutcome, SystemGist]]:
    """The outcomes of many systems on the day for which their sheets were read, each with its gist.

    What ``assess`` gives of each, in their order, without explanations; there is at least one.
    """
    as_of = read.as_of
    laws = judge_with_gists(read, controls, packs.regulatory, as_of)
    return [
        (SystemOutcome(system_id, as_of, law, *scores), SystemGist(as_of, gist, *scores))
        for system_id, (law, gist), scores in zip(system_ids, laws, _judge_scores(read, packs), strict=False)
    ]


def gist_read(read: Sheets, controls: Sequence[Mapping[str, Control]], packs: PackSet) -> list[SystemGist]:
    """The gists alone: every rule is judged, and what is open is not listed."""
    as_of = read.as_of
    laws = gist_law(read, controls, packs.regulatory, as_of)
    return [SystemGist(as_of, law, *scores) for law, scores in zip(laws, _judge_scores(read, packs), strict=True)]


def _judge_scores(read: Sheets, packs: PackSet) -> Iterator[tuple[LockInOutcome, TransparencyOutcome]]:
    lock_ins = judge_lock_in_read(read, packs.lock_in, read.as_of)
    return zip(lock_ins, judge_transparency_read(read, packs.transparency, read.as_of), strict=True)
