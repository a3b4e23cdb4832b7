"""Brings what systems rest on up with the register: only what moved is read, and whose figures move with it is noted.

A change marks its systems after its commit, so the flag is taken away before the rows are read: what is read is as
new as the flag, or newer, and a change from then on raises it again.

Whoever judges a system claims its row, reads its serial, and recalls figures only after that. So a stamp that moves
after it was recalled finds the row running, and raises its serial (``find_moved``); nobody's outcome stays behind.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final, TypeAlias

from django.db import OperationalError, transaction
from django.db.models import Count, F
from django.utils import timezone

from audit.models import FunctionGround, GroundLedger, Standing, SystemGround, WorkState
from audit.models import Ground as GroundRecord
from audit.portfolio.figures import Figures
from audit.portfolio.figures.ground import Ground, join_grounds, read_ground, trace_grounds
from audit.portfolio.figures.measuring import read_narrow_rows, read_vendors
from audit.portfolio.figures.recalling import hash_vendors, make_figures, recall_level
from audit.services.writing import insert_rows, update_rows
from audit.snapshots.rows import VendorRow
from governance.models import AISystem

AT_ONCE: Final = 5_000
"""So many systems are brought up in one transaction, so that others need not wait long."""
_IN_ONE_QUERY: Final = 500
_LEDGER: Final = 1
Footing: TypeAlias = "tuple[int | None, str]"
"""The key of a system's ground, and its function."""
_LOOKS: Final = 5


class GroundsMovedError(OperationalError):
    """The register moved at each of several attempts to bring the grounds up; as a locked row, that passes."""


def current_figures(as_of: date, *, expected: Collection[int] = ()) -> Figures:
    """The figures of the register as it stands, as far as its changes were marked; to judge systems by.

    What is ``expected`` to be asked for is read together.

    Raises ``GroundsMovedError`` when it moves all the time.
    """
    for _ in range(_LOOKS):
        figures = recall_level(as_of, bring_up())
        if figures is not None:
            figures.expect(expected)
            return figures
    raise GroundsMovedError("what systems rest on moves all the time; it is tried again")


def mark_grounds(system_ids: Collection[int]) -> None:
    """Note that the rows of these systems moved; also of those that are gone."""
    SystemGround.objects.bulk_create(
        [SystemGround(system_id=system_id) for system_id in sorted(system_ids)],
        update_conflicts=True,
        unique_fields=["system_id"],
        update_fields=["is_stale"],
        batch_size=_IN_ONE_QUERY,
    )


def bring_up() -> Sequence[VendorRow]:
    """Bring the grounds up with the register; gives the vendors by which they are stamped.

    Call it outside of a transaction that holds rows of others: it waits for whoever does the same.
    """
    vendors = read_vendors()
    while _is_behind(vendors):
        if _bring_up_some(vendors) < AT_ONCE and not _find_new(most=1):
            break  # what moved since then is marked, and waits for the next: else this might never end
        vendors = read_vendors()
    return vendors


def note_missing() -> None:
    """Note the systems that came or went unannounced; their numbers tell whether there are any."""
    if AISystem.objects.count() != SystemGround.objects.count():
        known = SystemGround.objects.order_by()
        missing = AISystem.objects.exclude(id__in=known.values("system_id")).values_list("id", flat=True)
        gone = known.exclude(system_id__in=AISystem.objects.order_by().values("id")).values_list("system_id", flat=True)
        mark_grounds([*missing, *gone])


def _is_behind(vendors: Sequence[VendorRow]) -> bool:
    held = GroundLedger.objects.filter(pk=_LEDGER).values_list("vendors_sha256", flat=True).first()
    return held != hash_vendors(vendors) or bool(_find_stale(most=1) or _find_new(most=1))


def _find_stale(*, most: int) -> list[int]:
    """Systems that moved since they were looked at."""
    stale = SystemGround.objects.filter(is_stale=True).order_by("system_id")
    return list(stale.values_list("system_id", flat=True)[:most])


def _find_new(*, most: int) -> list[int]:
    """Systems behind the last that is known."""
    last = SystemGround.objects.order_by("-system_id").values_list("system_id", flat=True).first() or 0
    return list(AISystem.objects.filter(id__gt=last).order_by("id").values_list("id", flat=True)[:most])


@transaction.atomic
def _bring_up_some(vendors: Sequence[VendorRow]) -> int:
    """Bring some systems up, then the stamps of all grounds whose figures moved by it."""
    GroundLedger.objects.bulk_create([GroundLedger(pk=_LEDGER)], ignore_conflicts=True)
    ledger = GroundLedger.objects.select_for_update().get(pk=_LEDGER)
    behind = _find_stale(most=AT_ONCE)
    if behind:
        _look_again(behind)
    elif behind := _find_new(most=AT_ONCE):
        _look_first(behind)
    _stamp(make_figures(date.min, vendors))
    ledger.version += 1
    ledger.vendors_sha256 = hash_vendors(vendors)
    ledger.save()
    return len(behind)


def _look_first(system_ids: Sequence[int]) -> None:
    """Whoever marks one of them meanwhile has made its row, and that stays to be looked at again."""
    after = _trace(system_ids, range(system_ids[0], system_ids[-1] + 1))
    rows = [(system_id, *after[system_id], False) for system_id in system_ids]
    insert_rows(SystemGround, ("system_id", "ground_id", "function", "is_stale"), rows, leave_existing=True)
    _follow({*after.values()})


def _look_again(system_ids: Sequence[int]) -> None:
    rows = SystemGround.objects.filter(system_id__in=system_ids)
    locked = rows.select_for_update().order_by("system_id").values_list("system_id", "ground_id", "function")
    before = {system_id: (ground_id, function) for system_id, ground_id, function in locked}
    rows.update(is_stale=False)
    present = AISystem.objects.filter(id__in=system_ids).order_by().values_list("id", flat=True)
    after = _trace(list(present), system_ids)
    moved = [system_id for system_id in before if before[system_id] != after.get(system_id)]
    update_rows(
        SystemGround,
        ("ground_id", "function"),
        [(*after[system_id], system_id) for system_id in moved if system_id in after],
        by=("system_id",),
    )
    SystemGround.objects.filter(system_id__in=[system_id for system_id in moved if system_id not in after]).delete()
    _follow({held[system_id] for held in (before, after) for system_id in moved if system_id in held})


def _trace(present: Collection[int], among: Collection[int]) -> dict[int, Footing]:
    """The key of the ground and the function of each system that is present; neither for one that is withdrawn."""
    grounds, functions = trace_grounds(read_narrow_rows(among))
    keys = _keep({*grounds.values()})
    return {
        system_id: (keys[grounds[system_id]], functions[system_id]) if system_id in grounds else (None, "")
        for system_id in present
    }


def _follow(touched: Collection[Footing]) -> None:
    """Count the grounds and join the functions that systems came to or left."""
    _count({ground_id for ground_id, _ in touched if ground_id is not None})
    _join({function for _, function in touched if function})


def _keep(grounds: Collection[Ground]) -> dict[Ground, int]:
    """The keys of grounds; those that are new are stored."""
    hashes = {ground.sha256: ground for ground in grounds}
    rows = GroundRecord.objects.filter(sha256__in=hashes)
    known = dict(rows.values_list("sha256", "id"))
    missing = sorted(hashes.keys() - known.keys())
    if missing:
        GroundRecord.objects.bulk_create(
            [GroundRecord(sha256=sha256, content=hashes[sha256].to_json()) for sha256 in missing],
            batch_size=_IN_ONE_QUERY,
        )
        known = dict(rows.values_list("sha256", "id"))
    return {ground: known[sha256] for sha256, ground in hashes.items()}


def _count(ground_ids: Collection[int]) -> None:
    """Count the systems of these grounds anew; a ground of none is dropped."""
    ids = sorted(ground_ids)
    rows = SystemGround.objects.filter(ground_id__in=ids).order_by().values("ground_id").annotate(systems=Count("pk"))
    counted = {row["ground_id"]: row["systems"] for row in rows}
    GroundRecord.objects.bulk_update(
        [GroundRecord(pk=ground_id, systems=systems) for ground_id, systems in sorted(counted.items())],
        ["systems"],
        batch_size=_IN_ONE_QUERY,
    )
    GroundRecord.objects.filter(pk__in=[ground_id for ground_id in ids if ground_id not in counted]).delete()


def _join(functions: Collection[str]) -> None:
    """Put the footing of these functions together anew; one without systems is dropped."""
    names = sorted(functions)
    pairs = SystemGround.objects.filter(function__in=names, ground__isnull=False).order_by()
    held: dict[str, list[int]] = {}
    for function, ground_id in pairs.values_list("function", "ground_id").distinct():
        held.setdefault(function, []).append(ground_id)
    wanted = {ground_id for ground_ids in held.values() for ground_id in ground_ids}
    rows = GroundRecord.objects.filter(pk__in=wanted).values_list("id", "content")
    contents = {ground_id: read_ground(content) for ground_id, content in rows}
    FunctionGround.objects.bulk_create(
        [
            FunctionGround(function=function, content=join_grounds(contents[each] for each in held[function]).to_json())
            for function in names
            if function in held
        ],
        update_conflicts=True,
        unique_fields=["function"],
        update_fields=["content"],
        batch_size=_IN_ONE_QUERY,
    )
    FunctionGround.objects.filter(pk__in=[function for function in names if function not in held]).delete()


def _stamp(figures: Figures) -> None:
    """Note which grounds have other figures than they had, for the next run to look at their systems."""
    moved = []
    for ground_id, content, stamp in GroundRecord.objects.order_by("id").values_list("id", "content", "stamp"):
        found = figures.stamp_of(read_ground(content))
        if found != stamp:
            moved.append(GroundRecord(pk=ground_id, stamp=found, has_moved=True))
    GroundRecord.objects.bulk_update(moved, ["stamp", "has_moved"], batch_size=_IN_ONE_QUERY)


@transaction.atomic
def find_moved() -> list[int]:
    """The systems whose concentration is no longer what they were judged by: another system's change moved it.

    They are marked as changed, so that a run that dies finds them again. Call ``bring_up`` before.
    """
    moved: list[int] = []
    # Before any other row: who brings the grounds up holds it while it takes theirs, in an order of its own.
    GroundLedger.objects.select_for_update().filter(pk=_LEDGER).first()
    for ground_id, stamp in GroundRecord.objects.filter(has_moved=True).order_by("id").values_list("id", "stamp"):
        holders = SystemGround.objects.filter(ground_id=ground_id).order_by("system_id")
        ids = list(holders.values_list("system_id", flat=True))
        for start in range(0, len(ids), _IN_ONE_QUERY):
            moved += _mark_outdated(ids[start : start + _IN_ONE_QUERY], stamp)
        GroundRecord.objects.filter(pk=ground_id).update(has_moved=False)
    return sorted(moved)


def _mark_outdated(system_ids: Sequence[int], stamp: str) -> list[int]:
    """Mark those of the systems that were judged by another stamp, or are being judged."""
    rows = Standing.objects.filter(system_id__in=system_ids)
    outdated = rows.exclude(concentration__in=("", stamp)) | rows.filter(state=WorkState.RUNNING)
    found = list(outdated.select_for_update().order_by("pk").values_list("pk", "system_id"))
    marked = Standing.objects.filter(pk__in=[pk for pk, _ in found])
    if found:
        marked.update(is_dirty=True, dirty_serial=F("dirty_serial") + 1)
        marked.filter(dirty_since=None).update(dirty_since=timezone.now())
    return [system_id for _, system_id in found]
