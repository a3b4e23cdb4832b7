"""Assesses systems: snapshot, judgement, and what is stored of it, each system in one transaction of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import Case as SqlCase
from django.db.models import Q, Value, When
from django.utils import timezone

from audit.engine.assess import ENGINE_VERSION, PackSet, assess
from audit.engine.canonical import hash_canonical
from audit.engine.facts import FactSheetError, JsonValue, parse_controls, parse_sheet
from audit.models import Assessment, FactSheetRecord, RulePackRecord, Standing, WorkState
from audit.reports.outcome import read_outcome
from audit.rulepacks import load_packs
from audit.rulepacks.contents import read_pack_content
from audit.rulepacks.facts import fact_types
from audit.services.conditions import Case, derive_findings
from audit.services.explaining import Explanation
from audit.services.leasing import EXPECTED_WITHIN, LeaseLostError, ask_for, claim, fail
from audit.services.marking import ensure_standings
from audit.services.sending import ASSESS_SYSTEM, send_on_commit
from audit.services.standings import describe_standing
from audit.services.treating import treat_findings
from audit.snapshots import Concentration, Snapshot, build_fact_sheets
from governance.choices import LifecycleStage
from governance.models import AISystem


class SystemBusyError(RuntimeError):
    """The system is being assessed by another worker at this moment."""


class AssessmentFailedError(RuntimeError):
    """The facts of a system cannot be judged; the text names each of them and what would be right."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """What became of one system: its assessment, or why there is none; whether its outcome moved."""

    system_id: int
    assessment: Assessment | None
    has_changed: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class PackStamp:
    """The packs as an assessment carries them."""

    hashes: Mapping[str, str]
    sha256: str


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
    if done.assessment is None:
        raise AssessmentFailedError(done.error)
    return done.assessment


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
) -> list[Assessed]:
    """Assess the systems whose rows the token holds, and finish their rows; one that fails does not stop the others.

    Raises ``LeaseLostError`` when a row went to another worker; what was stored of others before stays.
    """
    packs = load_packs()
    stamp = stamp_packs(packs)
    # Read before the facts: a change from here on raises the serial, and the row is assessed again.
    serials = dict(
        Standing.objects.filter(system_id__in=system_ids, lease_token=lease_token).values_list(
            "system_id", "dirty_serial"
        )
    )
    stages = dict(AISystem.objects.filter(id__in=system_ids).values_list("id", "stage"))
    _keep_packs(stamp)
    done = []
    for snapshot in build_fact_sheets(list(serials), as_of, concentration=concentration):
        system_id = snapshot.system_id
        try:
            judged = _judge(snapshot, packs, is_in_service=stages.get(system_id) == LifecycleStage.IN_SERVICE)
        except FactSheetError as error:
            text = "The facts cannot be judged. " + "; ".join(f"{problem}" for problem in error.problems)
            fail(Standing.objects.filter(system_id=system_id), token=lease_token, error=text)
            done.append(Assessed(system_id, None, error=text))
            continue
        done.append(_store(judged, stamp, requested_by, lease_token, serials[system_id]))
    if len(serials) < len(set(system_ids)):
        raise LeaseLostError("another worker took a system over; its result counts")
    return done


@dataclass(frozen=True, slots=True)
class _Judged:
    case: Case
    result: dict[str, JsonValue]


def _judge(snapshot: Snapshot, packs: PackSet, *, is_in_service: bool) -> _Judged:
    sheet = parse_sheet(snapshot.facts, fact_types())
    controls = parse_controls(snapshot.controls)
    result = assess(snapshot.reference, sheet, controls, packs, snapshot.as_of).to_json()
    critical = sheet.get("ict.critical_function")
    case = Case(
        snapshot=snapshot,
        outcome=read_outcome(result),
        is_critical=critical is not None and critical.value is True,
        is_in_service=is_in_service,
    )
    return _Judged(case, result)


@transaction.atomic
def _store(judged: _Judged, stamp: PackStamp, requested_by: str, lease_token: str, serial: int) -> Assessed:
    """Store assessment, findings and standing together, or nothing if the lease was lost meanwhile."""
    snapshot = judged.case.snapshot
    row = Standing.objects.filter(system_id=snapshot.system_id)
    standing = row.select_for_update(of=("self",)).select_related("assessment", "assessment__fact_sheet").get()
    if standing.lease_token != lease_token:
        raise LeaseLostError("another worker took this system over; its result counts")
    sheet, _ = FactSheetRecord.objects.get_or_create(sha256=snapshot.sha256, defaults={"content": snapshot.content})
    assessment, _ = Assessment.objects.get_or_create(
        system_id=snapshot.system_id,
        as_of=snapshot.as_of,
        fact_sheet=sheet,
        packs_hash=stamp.sha256,
        defaults={
            "packs": dict(stamp.hashes),
            "engine": ENGINE_VERSION,
            "result": judged.result,
            "result_sha256": hash_canonical(judged.result),
            "valid_until": judged.case.outcome.valid_until,
            "trigger": requested_by[:200],
        },
    )
    before = standing.assessment
    is_latest = before is None or before.as_of <= assessment.as_of
    columns: dict[str, object] = {}
    has_changed = False
    if is_latest:
        drafts = derive_findings(judged.case)
        explanation = Explanation(before, assessment, load_packs())
        treated = treat_findings(assessment=assessment, drafts=drafts, because=explanation.name_cause)
        columns = describe_standing(assessment, judged.case, open_findings=treated.is_open)
        has_changed = treated.has_moved or _has_moved(before, assessment)
    _release(standing, columns, serial)
    return Assessed(snapshot.system_id, assessment, has_changed=has_changed)


def _release(standing: Standing, columns: Mapping[str, object], serial: int) -> None:
    """Finish the row; facts that changed since the snapshot leave it dirty and queued again."""
    now = timezone.now()
    is_same = Q(dirty_serial=serial)
    Standing.objects.filter(pk=standing.pk).update(
        **columns,
        is_dirty=SqlCase(When(is_same, then=Value(value=False)), default=Value(value=True)),
        dirty_since=SqlCase(When(is_same, then=Value(None)), default="dirty_since"),
        state=SqlCase(When(is_same, then=Value(WorkState.DONE)), default=Value(WorkState.QUEUED)),
        lease_until=SqlCase(When(is_same, then=Value(None)), default=Value(now + EXPECTED_WITHIN)),
        lease_token="",
        finished_at=now,
        attempts=0,
        error="",
    )
    if standing.dirty_serial != serial:
        send_on_commit(ASSESS_SYSTEM, [standing.system_id])


_NAMES_THE_RUN: Final = ("as_of", "packs", "engine", "valid_until", "id")


def _has_moved(before: Assessment | None, after: Assessment) -> bool:
    """Whether the judgement differs, leaving out what only names day, packs and engine."""
    return before is None or _judgement(before.result) != _judgement(after.result)


def _judgement(result: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {key: value for key, value in result.items() if key not in _NAMES_THE_RUN}


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
