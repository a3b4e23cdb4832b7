"""Judges systems whose rows were read together: facts, outcome, what is said of it, and what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import Final, NamedTuple

from audit.engine.assess import SystemOutcome, assess_read
from audit.engine.brief_writing import BriefWriter
from audit.engine.canonical import hash_text
from audit.engine.dates import earliest
from audit.engine.expressions.columns import a_reader
from audit.engine.expressions.tagged import Tagger
from audit.engine.facts import Control, FactSheet, FactSheetError, parse_controls, parse_sheet
from audit.models import Standing
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from audit.selectors.among import among
from audit.services.conditions import Case, derive_findings, list_asked
from audit.services.keeping import keep_read
from audit.services.leasing import HEARTBEAT_SECONDS, fail, renew
from audit.services.outcomes import summarise
from audit.services.preceding import Preceding
from audit.services.standings import describe_standing
from audit.services.storing import Batch, Judged, Stored, Written, confirm, store_chunk
from audit.services.tagging import SheetsToKeep, SheetToKeep, tagged_keys
from audit.services.wording import hash_wordings
from audit.services.writing import Cell
from audit.snapshots import Sighting, Snapshot


@dataclass(frozen=True, slots=True)
class Assessed:
    """What became of one system: the id of its assessment, or why there is none; whether its outcome moved."""

    system_id: int
    assessment_id: int | None
    has_changed: bool = False
    error: str = ""


class _Seen(NamedTuple):
    """A system to be judged: its rows, and their fingerprint.

    ``sheet_id`` is that of its stored sheet, where its rows are the same since and time has changed nothing.
    """

    sighting: Sighting
    basis: str
    sheet_id: int | None

    @property
    def system_id(self) -> int:
        """Whose it is."""
        return self.sighting.system_id


class _Made(NamedTuple):
    """A system whose facts were made of its rows."""

    seen: _Seen
    snapshot: Snapshot
    sheet: FactSheet
    controls: Mapping[str, Control]


_writer: Final = BriefWriter()


class Chunk:
    """Judges systems together and stores them some hundred at a time, so that memory stays flat."""

    def __init__(self, batch: Batch, preceding: Mapping[int, Preceding], *, may_confirm: bool) -> None:
        self.batch = batch
        self.as_of = batch.as_of
        self.preceding = preceding
        self._confirms = may_confirm
        self.packs = load_packs()
        self.types = fact_types()
        self.done: list[Assessed] = []
        self._unmoved: list[int] = []
        self.renewed = monotonic()

    def look(self, sightings: Iterable[Sighting]) -> None:
        """Judge the systems whose rows moved and store what came of it; the others are put aside for ``keep``."""
        moved = []
        for sighting in sightings:
            basis = sighting.take_fingerprint()
            if self.preceding[sighting.system_id].find_sheet(basis) is None:
                moved.append(_Seen(sighting, basis, None))
            else:
                self._unmoved.append(sighting.system_id)
        self._judge_and_store(moved)

    def keep(self) -> list[int]:
        """Of the systems put aside confirm or keep what was said of them; gives those of which something else is said.

        These have to be judged (``judge``). All at once, for most of the work is that of a few, whatever their number.
        """
        unmoved, self._unmoved = self._unmoved, []
        if not unmoved:
            return []
        before = {system_id: self.preceding[system_id] for system_id in unmoved}
        confirmed = [key for key, each in before.items() if self._may_confirm(each)]
        if confirmed:
            self._note_stored(confirm(confirmed, self.batch))
        for system_id in confirmed:
            del before[system_id]
        kept = keep_read(before, self.batch)
        self._note_stored(kept)
        self._renew()
        known = {one.system_id for one in kept}
        return [system_id for system_id in before if system_id not in known]

    def judge(self, sightings: Iterable[Sighting]) -> None:
        """Judge the systems by their rows, whether these moved or not, and store what came of it."""
        self._judge_and_store([self._see(sighting) for sighting in sightings])

    def _see(self, sighting: Sighting) -> _Seen:
        basis = sighting.take_fingerprint()
        return _Seen(sighting, basis, self.preceding[sighting.system_id].find_sheet(basis))

    def _may_confirm(self, before: Preceding) -> bool:
        return self._confirms and before.pack_set_id == self.batch.pack_set_id

    def _judge_and_store(self, seen: Sequence[_Seen]) -> None:
        judged, sheets = self._judge(seen)
        if judged:
            self._note_stored(store_chunk(judged, sheets, self.batch))
        self._renew()

    def _judge(self, seen: Sequence[_Seen]) -> tuple[list[Judged], SheetsToKeep]:
        """Judge systems by facts made of their rows, and write these as tags, to be kept."""
        made = list(self._make(seen))
        if not made:
            return [], SheetsToKeep((), {})
        tagger = Tagger(tagged_keys())
        with a_reader(self.as_of) as reader:
            read = reader.read([one.sheet for one in made])
            tags = tagger.write(read)
            assessed = assess_read(
                [one.snapshot.reference for one in made], read, [one.controls for one in made], self.packs
            )
        sheets = [
            SheetToKeep(
                one.seen.system_id, one.seen.basis, row, one.snapshot.write_controls(), one.seen.sighting.common
            )
            for one, row in zip(made, tags, strict=True)
        ]
        wordings = hash_wordings([gist for _, gist in assessed])
        judged = list(map(self._say, made, [outcome for outcome, _ in assessed], wordings))
        return judged, SheetsToKeep(sheets, tagger.tagged)

    def _make(self, seen: Iterable[_Seen]) -> Iterator[_Made]:
        """Make the facts; a system whose facts cannot be judged is refused."""
        for one in seen:
            try:
                yield self._make_one(one)
            except FactSheetError as error:
                self._refuse(one.system_id, error)

    def _make_one(self, one: _Seen) -> _Made:
        snapshot = one.sighting.build()
        sheet = snapshot.sheet if snapshot.sheet is not None else parse_sheet(snapshot.facts, self.types)
        controls = snapshot.given_controls
        if controls is None:
            controls = parse_controls(snapshot.controls)
        return _Made(one, snapshot, sheet, controls)

    def _refuse(self, system_id: int, error: FactSheetError) -> None:
        text = "The facts cannot be judged. " + "; ".join(f"{problem}" for problem in error.problems)
        fail(Standing.objects.filter(system_id=system_id), token=self.batch.lease_token, error=text)
        self.done.append(Assessed(system_id, None, error=text))

    def _say(self, made: _Made, outcome: SystemOutcome, wording: str) -> Judged:
        """All that is said of a judgement."""
        critical = made.sheet.get("ict.critical_function")
        case = Case(
            snapshot=made.snapshot,
            outcome=summarise(outcome, self.packs.hashes),
            is_critical=critical is not None and critical.value is True,
            is_in_service=made.seen.sighting.is_in_service,
            asked=list_asked(outcome.law),
        )
        columns = describe_standing(case, outcome, made.sheet)
        text = _writer.write(outcome)
        return Judged(
            snapshot=made.snapshot,
            fact_sheet_id=made.seen.sheet_id,
            outcome=Written(text, hash_text(text)),
            valid_until=case.outcome.valid_until,
            columns={
                **columns,
                "valid_until": earliest(_day_in(columns), made.seen.sighting.find_next_day()),
                "basis_sha256": made.seen.basis,
                "wording_sha256": wording,
            },
            drafts=derive_findings(case),
        )

    def _note_stored(self, stored: Iterable[Stored]) -> None:
        self.done += [Assessed(one.system_id, one.assessment_id, has_changed=one.has_changed) for one in stored]

    def _renew(self) -> None:
        if monotonic() - self.renewed >= HEARTBEAT_SECONDS:
            # A chunk takes longer than a lease where the machine is busy.
            left = self.batch.serials.keys() - {one.system_id for one in self.done}
            renew(Standing.objects.filter(among("system_id", left)), token=self.batch.lease_token)
            self.renewed = monotonic()


def _day_in(columns: Mapping[str, Cell]) -> date | None:
    day = columns["valid_until"]
    return day if isinstance(day, date) else None
