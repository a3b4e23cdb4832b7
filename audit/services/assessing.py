"""Assesses systems, one or many: snapshot, judgement, and what is stored of it, some hundred in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import Final

from django.db import transaction

from audit.engine.assess import ENGINE_VERSION, Given, PackSet, SystemOutcome, assess_many
from audit.engine.brief_writing import BriefWriter
from audit.engine.canonical import hash_canonical, hash_text
from audit.engine.dates import earliest
from audit.engine.facts import FactSheetError, JsonValue, parse_controls, parse_sheet
from audit.models import Assessment, RulePackRecord, Standing, WorkState
from audit.rulepacks import load_packs
from audit.rulepacks.contents import read_pack_content
from audit.rulepacks.facts import fact_types
from audit.selectors.among import among
from audit.services.assessments import PackStamp
from audit.services.conditions import Case, derive_findings, list_asked
from audit.services.grounds import current_figures
from audit.services.leasing import HEARTBEAT_SECONDS, LeaseLostError, ask_for, claim, fail, renew
from audit.services.marking import ensure_standings
from audit.services.outcomes import summarise
from audit.services.preceding import Preceding, Stable, read_preceding
from audit.services.sending import ASSESS_SYSTEM, send_on_commit
from audit.services.standings import describe_standing
from audit.services.storing import Batch, Judged, Kept, Written, store_chunk
from audit.services.wording import hash_wording
from audit.services.writing import Cell
from audit.snapshots import Concentration, Sighting, Snapshot, sight_systems
from governance.models import AISystem

AT_ONCE: Final = 1_000
"""So many systems are read, judged and stored together: what they share is made once, and memory stays flat."""


class SystemBusyError(RuntimeError):
    """The system is being assessed by another worker at this moment."""


class AssessmentFailedError(RuntimeError):
    """The facts of a system cannot be judged; the text names each of them and what would be right."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """What became of one system: the id of its assessment, or why there is none; whether its outcome moved."""

    system_id: int
    assessment_id: int | None
    has_changed: bool = False
    error: str = ""


@transaction.atomic
def request_assessment(*, system_ids: Collection[int], requested_by: str) -> int:
    """Queue the assessment of systems and send it after the commit; gives how many were not under way already."""
    ensure_standings(system_ids)
    rows = Standing.objects.filter(system_id__in=system_ids)
    queued = ask_for(rows, requested_by=requested_by)
    waiting = rows.filter(state=WorkState.QUEUED).order_by("system_id").values_list("system_id", flat=True)
    send_on_commit(ASSESS_SYSTEM, list(waiting))
    return queued


def assess_now(*, system_id: int, as_of: date, requested_by: str, lease_token: str = "") -> Assessment:
    """Assess one system in this process and give its assessment; the same input gives the stored one.

    Without a token the system's row is claimed here. Raises ``SystemBusyError`` when another worker has it,
    ``LeaseLostError`` when the token no longer holds it, and ``AssessmentFailedError`` when its facts do not fit.
    """
    token = lease_token or _take(system_id, requested_by)
    [done] = assess_claimed(system_ids=[system_id], as_of=as_of, requested_by=requested_by, lease_token=token)
    if done.assessment_id is None:
        raise AssessmentFailedError(done.error)
    return Assessment.objects.select_related("fact_sheet", "outcome_record").get(pk=done.assessment_id)


def _take(system_id: int, requested_by: str) -> str:
    ensure_standings([system_id])
    rows = Standing.objects.filter(system_id=system_id)
    if not rows.exists():
        raise AISystem.DoesNotExist(f"there is no AI system with the id {system_id}")
    ask_for(rows, requested_by=requested_by)
    token = claim(rows)
    if not rows.filter(lease_token=token).exists():
        raise SystemBusyError("the system is being assessed at this moment; try again in a few seconds")
    return token


def assess_claimed(
    *,
    system_ids: Sequence[int],
    as_of: date,
    requested_by: str,
    lease_token: str,
    concentration: Concentration | None = None,
    may_confirm: bool = False,
) -> list[Assessed]:
    """Assess the systems whose rows the token holds, and finish their rows; one that fails does not stop the others.

    With ``may_confirm`` a system of which nothing moved since its latest assessment, on a day on which that still
    holds, is only confirmed: neither judged nor written anew. Raises ``LeaseLostError`` when a row went to
    another worker; what was stored of others stays.
    """
    stamp = stamp_packs(load_packs())
    preceding = read_preceding(system_ids, lease_token)
    batch = Batch(as_of, requested_by, lease_token, {key: before.serial for key, before in preceding.items()}, stamp)
    _keep_packs(stamp)
    held = [system_id for system_id in system_ids if system_id in preceding]
    chunk = _Chunk(batch, preceding, may_confirm=may_confirm)
    figures = concentration if concentration is not None else current_figures(as_of, expected=held)
    for start in range(0, len(held), AT_ONCE):
        chunk.take(sight_systems(held[start : start + AT_ONCE], as_of, concentration=figures))
    places = {system_id: place for place, system_id in enumerate(system_ids)}
    if len(chunk.done) < len(places):
        raise LeaseLostError("another worker took a system over; its result counts")
    return sorted(chunk.done, key=lambda one: places[one.system_id])


@dataclass(frozen=True, slots=True)
class _Ready:
    """A system that can be judged: its rows, their fingerprint, and the facts as the engine takes them.

    ``stable`` is what was judged of it before, where its rows are the same since and time has changed nothing.
    """

    sighting: Sighting
    basis: str
    snapshot: Snapshot
    given: Given
    stable: Stable | None


_writer: Final = BriefWriter()


class _Chunk:
    """Judges systems together and stores them some hundred at a time, so that memory stays flat."""

    def __init__(self, batch: Batch, preceding: Mapping[int, Preceding], *, may_confirm: bool) -> None:
        self.batch = batch
        self.as_of = batch.as_of
        self.preceding = preceding
        self.may_confirm = may_confirm
        self.packs = load_packs()
        self.types = fact_types()
        self.done: list[Assessed] = []
        self.renewed = monotonic()

    def take(self, sightings: Iterable[Sighting]) -> None:
        """Confirm or judge the systems, and store what came of it."""
        confirmed: list[int] = []
        ready: list[_Ready] = []
        for sighting in sightings:
            basis = sighting.take_fingerprint()
            before = self.preceding[sighting.system_id]
            stable = before.find_stable(basis, self.as_of)
            if stable is not None and self.may_confirm and before.packs_hash == self.batch.stamp.sha256:
                confirmed.append(sighting.system_id)
                continue
            try:
                ready.append(self._prepare(sighting, basis, stable))
            except FactSheetError as error:
                self._refuse(sighting.system_id, error)
        judged: list[Judged] = []
        kept: list[Kept] = []
        outcomes = assess_many([one.given for one in ready], self.packs, self.as_of) if ready else []
        for one, outcome in zip(ready, outcomes, strict=True):
            wording = hash_wording(outcome)
            if one.stable is not None and one.stable.wording_sha256 == wording:
                kept.append(Kept(one.sighting.system_id, one.stable, outcome.valid_until))
            else:
                judged.append(self._describe(one, outcome, wording))
        self._store(judged, kept, confirmed)

    def _prepare(self, sighting: Sighting, basis: str, stable: Stable | None) -> _Ready:
        snapshot = sighting.build()
        sheet = snapshot.sheet if snapshot.sheet is not None else parse_sheet(snapshot.facts, self.types)
        controls = snapshot.given_controls
        if controls is None:
            controls = parse_controls(snapshot.controls)
        return _Ready(sighting, basis, snapshot, Given(snapshot.reference, sheet, controls), stable)

    def _refuse(self, system_id: int, error: FactSheetError) -> None:
        text = "The facts cannot be judged. " + "; ".join(f"{problem}" for problem in error.problems)
        fail(Standing.objects.filter(system_id=system_id), token=self.batch.lease_token, error=text)
        self.done.append(Assessed(system_id, None, error=text))

    def _describe(self, ready: _Ready, outcome: SystemOutcome, wording: str) -> Judged:
        snapshot, sheet = ready.snapshot, ready.given.sheet
        critical = sheet.get("ict.critical_function")
        case = Case(
            snapshot=snapshot,
            outcome=summarise(outcome, self.packs.hashes),
            is_critical=critical is not None and critical.value is True,
            is_in_service=ready.sighting.is_in_service,
            asked=list_asked(outcome.law),
        )
        columns = describe_standing(case, outcome, sheet)
        text = _writer.write(outcome)
        return Judged(
            snapshot=snapshot,
            fact_sheet_id=ready.stable.fact_sheet_id if ready.stable is not None else None,
            outcome=Written(text, hash_text(text)),
            valid_until=case.outcome.valid_until,
            columns={
                **columns,
                "valid_until": earliest(_day_in(columns), ready.sighting.find_next_day()),
                "basis_sha256": ready.basis,
                "wording_sha256": wording,
            },
            drafts=derive_findings(case),
        )

    def _store(self, judged: Sequence[Judged], kept: Sequence[Kept], confirmed: Sequence[int]) -> None:
        stored = store_chunk(judged, kept, confirmed, self.batch)
        self.done += [Assessed(one.system_id, one.assessment_id, has_changed=one.has_changed) for one in stored]
        if monotonic() - self.renewed >= HEARTBEAT_SECONDS:
            # A chunk takes longer than a lease where the machine is busy.
            left = self.batch.serials.keys() - {one.system_id for one in self.done}
            renew(Standing.objects.filter(among("system_id", left)), token=self.batch.lease_token)
            self.renewed = monotonic()


def _day_in(columns: Mapping[str, Cell]) -> date | None:
    day = columns["valid_until"]
    return day if isinstance(day, date) else None


def stamp_packs(packs: PackSet) -> PackStamp:
    """The packs' hashes, and one hash over them and the engine's version."""
    content: dict[str, JsonValue] = {"packs": dict(packs.hashes), "engine": ENGINE_VERSION}
    return PackStamp(packs.hashes, hash_canonical(content))


def _keep_packs(stamp: PackStamp) -> None:
    """Keep each pack by its hash, once, so that old results stay recomputable."""
    wanted = {sha256: (name, version) for name, version, sha256 in _split_hashes(stamp.hashes)}
    kept = set(RulePackRecord.objects.filter(sha256__in=wanted).values_list("sha256", flat=True))
    RulePackRecord.objects.bulk_create(
        [
            RulePackRecord(pack=name, version=version, sha256=sha256, content=read_pack_content(name, sha256))
            for sha256, (name, version) in wanted.items()
            if sha256 not in kept
        ],
        ignore_conflicts=True,
    )


def _split_hashes(hashes: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for name, stamped in hashes.items():
        version, _, sha256 = stamped.partition("+sha256:")
        yield name, version, sha256
