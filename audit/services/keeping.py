"""Judges systems by the facts that are kept of them, and keeps what is said of those that come out word for word.

A new version of the packs makes every system due, and moves few. Their rows need not be read for that: whoever changes
a row marks the systems that it reaches, and every run looks through the history for changes that were not announced.
What happens behind the back of both, such as SQL by hand, is looked for each day (``audit.services.rereading``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Final, NamedTuple, TypeAlias

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.utils import timezone

from audit.engine.assess import ENGINE_VERSION, gist_read
from audit.engine.expressions.columns import a_reader
from audit.engine.expressions.tagged import TaggedSheets, TagsLostError, read_tagged
from audit.models import Assessment, Standing, WorkState
from audit.rulepacks import load_packs
from audit.selectors.among import among
from audit.services.pack_sets import find_alike
from audit.services.preceding import Preceding
from audit.services.storing import Batch, Stored
from audit.services.tagging import KeptSheet, find_facts, find_sheets, forget_tags, tagged_keys
from audit.services.wording import hash_wordings
from audit.services.writing import insert_selected

READ_AGAIN_AFTER: Final = timedelta(days=7)


class Known(NamedTuple):
    """What the standing says of the assessment before: the facts' serial and fingerprint, the wording, the packs."""

    serial: int
    basis_sha256: str
    wording_sha256: str
    pack_set_id: int | None


_Before: TypeAlias = Known | Preceding


def keep_known(system_ids: Collection[int], batch: Batch) -> list[Stored]:
    """Judge systems anew by the facts kept of them, unread; gives those that came out as before, which are stored.

    All others are left as they are: whose facts are not kept, were marked as changed or have to be read again, of
    which time changed something, or of which something else is to be said.
    """
    return _keep(_read_before(system_ids, batch), batch, is_read=False)


def keep_read(before: Mapping[int, Preceding], batch: Batch) -> list[Stored]:
    """The same of systems whose rows were read this moment, after the serials, and have that fingerprint still.

    Time must have changed nothing of them until the day, and the assessment be the one that the standing speaks of.
    """
    return _keep(before, batch, is_read=True)


def _keep(before: Mapping[int, _Before], batch: Batch, *, is_read: bool) -> list[Stored]:
    if not before:
        return []
    # The wording says what is open, and not in which order: that has to be the same in the packs of both.
    sets = {each.pack_set_id for each in before.values() if each.pack_set_id is not None}
    alike = find_alike(sets, load_packs())
    before = {key: each for key, each in before.items() if each.pack_set_id in alike}
    sheets = find_sheets({key: each.basis_sha256 for key, each in before.items()}, by_today=not is_read)
    same = _find_same(sheets, before, batch) if sheets else []
    return _store(same, before, batch, is_read=is_read) if same else []


def _read_before(system_ids: Collection[int], batch: Batch) -> dict[int, Known]:
    """The systems whose row the token holds: read lately, and time has changed nothing of them until the day.

    What was neither marked nor judged by other packs is only confirmed, and that by its rows.
    """
    today = timezone.localdate()
    rows = Standing.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=batch.as_of),
        among("system_id", system_ids),
        lease_token=batch.lease_token,
        as_of__lte=batch.as_of,
        read_on__range=(today - READ_AGAIN_AFTER, today),
        assessment__outcome_sha256=F("outcome_sha256"),  # it is the one that the standing speaks of
        is_dirty=False,
    ).exclude(assessment__pack_set=batch.pack_set_id)
    found = rows.order_by().values_list(
        "system_id", "dirty_serial", "basis_sha256", "wording_sha256", "assessment__pack_set"
    )
    return {row[0]: Known(*row[1:]) for row in found}


def _find_same(sheets: Mapping[int, KeptSheet], before: Mapping[int, _Before], batch: Batch) -> list[int]:
    given = TaggedSheets(tagged_keys(), [sheet.tags for sheet in sheets.values()], find_facts)
    controls = [sheet.controls for sheet in sheets.values()]
    try:
        with a_reader(batch.as_of) as reader:
            gists = gist_read(read_tagged(reader, given), controls, load_packs())
    except TagsLostError:
        forget_tags()
        return []
    pairs = zip(sheets, hash_wordings(gists), strict=True)
    return [key for key, wording in pairs if wording == before[key].wording_sha256]


@transaction.atomic
def _store(system_ids: Sequence[int], before: Mapping[int, _Before], batch: Batch, *, is_read: bool) -> list[Stored]:
    """An assessment for each, with sheet and outcome of the one before; its row is finished, all else stays.

    A system that changed or went to another worker meanwhile is left out.
    """
    mine = Standing.objects.filter(among("system_id", system_ids), lease_token=batch.lease_token)
    # In the order in which those who mark them lock them.
    locked = mine.select_for_update().order_by("pk").values_list("system_id", "dirty_serial")
    rows = Standing.objects.filter(
        among("system_id", [key for key, serial in locked if serial == before[key].serial])
    ).order_by()
    now = timezone.now()
    insert_selected(
        Assessment,
        {
            "system": F("system"),
            "fact_sheet": F("assessment__fact_sheet"),
            "outcome_record": F("assessment__outcome_record"),
            "outcome_sha256": F("outcome_sha256"),
            "valid_until": F("assessment__valid_until"),
            "as_of": Value(batch.as_of),
            "pack_set": Value(batch.pack_set_id),
            "engine": Value(ENGINE_VERSION),
            "trigger": Value(batch.requested_by[:200]),
            "created_at": Value(now),
        },
        rows.order_by("system_id"),
    )
    own = Assessment.objects.filter(pk=OuterRef(OuterRef("assessment_id"))).values("fact_sheet")
    of_today = Assessment.objects.filter(
        pack_set=batch.pack_set_id, as_of=batch.as_of, system=OuterRef("system_id"), fact_sheet=Subquery(own)
    )
    read = {"read_on": timezone.localdate()} if is_read else {}
    rows.update(
        **read,
        assessment_id=Subquery(of_today.values("id")),
        as_of=batch.as_of,
        is_dirty=False,
        dirty_since=None,
        state=WorkState.DONE,
        lease_until=None,
        lease_token="",
        finished_at=now,
        attempts=0,
        error="",
    )
    return [Stored(*each, has_changed=False) for each in rows.values_list("system_id", "assessment_id")]
