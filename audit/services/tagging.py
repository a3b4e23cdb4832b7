"""Keeps the fact sheets of systems as rows of tags, and finds them again while the systems' rows stay the same."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from django.db import transaction

from audit.engine.expressions.tags import WIDTH, Tagged
from audit.engine.facts import Control, Fact, FactSheetError, parse_controls, parse_sheet
from audit.models import TaggedFact, TaggedSheet
from audit.rulepacks.facts import fact_types
from audit.selectors.among import among
from audit.services.writing import insert_rows
from audit.snapshots.fingerprints import hash_common
from audit.snapshots.reading import read_entities

_MOST_KEPT: Final = 50_000
_log = logging.getLogger(__name__)


class SheetToKeep(NamedTuple):
    """A sheet of a system as a row of tags with its controls, and the fingerprint of the rows it was made of.

    ``common_sha256`` is what fingerprints have in common.
    """

    system_id: int
    basis_sha256: str
    tags: bytes
    controls: str
    common_sha256: str


class SheetsToKeep(NamedTuple):
    """Some sheets, and all facts that they hold by their tags."""

    sheets: Sequence[SheetToKeep]
    tagged: Mapping[int, Tagged]


@lru_cache(maxsize=1)
def tagged_keys() -> tuple[str, ...]:
    """The keys of the facts in a row of tags, in their order; the vocabulary is part of each fingerprint."""
    return tuple(sorted(fact_types()))


_stored: Final[set[int]] = set()
"""Tags that are in the database, as far as this process has seen."""
_facts: Final[dict[int, Fact]] = {}


class KeptSheet(NamedTuple):
    """A row of tags, and the controls beside it."""

    tags: bytes
    controls: Mapping[str, Control]


def find_sheets(bases: Mapping[int, str], *, by_today: bool) -> dict[int, KeptSheet]:
    """The sheets of systems whose rows have these fingerprints, others are left out.

    ``by_today``: only those that were made by the code and the companies of today, for fingerprints of another day.
    """
    rows = TaggedSheet.objects.filter(among("system_id", bases)).order_by()
    if by_today:
        rows = rows.filter(common_sha256=hash_common(read_entities()))
    size = len(tagged_keys()) * WIDTH
    found = {}
    for system_id, basis, tags, written in rows.values_list("system_id", "basis_sha256", "tags", "controls"):
        controls = _read_controls(written)
        if basis == bases[system_id] and len(tags) == size and controls is not None:
            found[system_id] = KeptSheet(bytes(tags), controls)
    return found


@lru_cache(maxsize=5_000)
def _read_controls(written: str) -> Mapping[str, Control] | None:
    """The controls of a text; none where the engine does not read them. Not to be changed: many have the same."""
    try:
        return parse_controls(json.loads(written))
    except FactSheetError:
        return None


def find_facts(tags: Collection[int]) -> Mapping[int, Fact]:
    """The facts of tags, without those that are not there or that the vocabulary does not know any more."""
    unread = [tag for tag in tags if tag not in _facts]
    if len(_facts) + len(unread) > _MOST_KEPT:
        _facts.clear()
        unread = [*tags]
    rows = TaggedFact.objects.filter(among("tag", unread)).order_by() if unread else TaggedFact.objects.none()
    for tag, key, says in rows.values_list("tag", "key", "says"):
        try:
            _facts[tag] = parse_sheet({key: json.loads(says)}, fact_types())[key]
        except FactSheetError:
            continue
    return {tag: _facts[tag] for tag in tags if tag in _facts}


def keep_sheets(sheets: Sequence[SheetToKeep], tagged: Mapping[int, Tagged]) -> None:
    """Keep the sheets, each instead of the system's last one; ``tagged`` are all facts that they hold.

    Call it in the transaction that stores what was judged by them.
    """
    if sheets and _keep_facts({tag: fact for tag, fact in tagged.items() if tag not in _stored}):
        insert_rows(TaggedSheet, SheetToKeep._fields, sheets, instead_of=("system_id",))


def _keep_facts(tagged: Mapping[int, Tagged]) -> bool:
    """Keep the facts; false where a tag stands for another fact, by a hash that two have in common."""
    if not tagged:
        return True
    # In one order: two workers wait for each other and do not lock up.
    insert_rows(TaggedFact, Tagged._fields, [tagged[tag] for tag in sorted(tagged)], leave_existing=True)
    there = TaggedFact.objects.filter(among("tag", tagged)).order_by().values_list(*Tagged._fields)
    taken = [(tagged[found[0]], found) for found in there if tagged[found[0]] != found]
    if taken:
        _log.error("two facts have the same tag; these sheets are made of their rows each time", extra={"facts": taken})
        return False
    transaction.on_commit(lambda: _remember(tagged.keys()))
    return True


def _remember(tags: Collection[int]) -> None:
    if len(_stored) > _MOST_KEPT:
        _stored.clear()
    _stored.update(tags)


def forget_tags() -> None:
    """Look again what is in the database: it is not what this process has seen."""
    _stored.clear()
    _facts.clear()
