"""Rule packs: law and scores as dated data, and the one way to load them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from audit.engine.assess import PackSet
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import RULEPACKS, list_pack_ids, load_regulatory_packs
from audit.rulepacks.problems import PackError, PackProblem
from audit.rulepacks.score_compiling import LOCK_IN, TRANSPARENCY
from audit.rulepacks.score_packs import load_lock_in, load_transparency

__all__ = ["PackError", "PackProblem", "load_packs"]


def load_packs(ids: Sequence[str] | None = None) -> PackSet:
    """Load and compile the packs named, or all; the two scores always belong to them. Cached.

    Raises ``PackError`` with every problem of every pack: file, key, what would be right.
    """
    known = _list_known()
    wanted = known if ids is None else [pack_id for pack_id in ids if pack_id not in (LOCK_IN, TRANSPARENCY)]
    unknown = [pack_id for pack_id in dict.fromkeys(wanted) if pack_id not in known]
    if unknown:
        says = f"there is no such pack; there are {', '.join(known)}"
        raise PackError(tuple(PackProblem(f"{pack_id}/pack.yaml", "(file)", says) for pack_id in unknown))
    return _load_packs(tuple(dict.fromkeys(wanted)))


@lru_cache(maxsize=1)
def _list_known() -> tuple[str, ...]:
    """Looking into the directories takes longer than all else of a call."""
    return tuple(list_pack_ids())


@lru_cache(maxsize=16)
def _load_packs(ids: tuple[str, ...]) -> PackSet:
    types = fact_types()
    problems: list[PackProblem] = []
    try:
        laws = load_regulatory_packs(ids, types)
    except PackError as error:
        laws = ()
        problems += error.problems
    try:
        lock_in, lock_in_hash = load_lock_in(RULEPACKS / LOCK_IN, types)
    except PackError as error:
        problems += error.problems
    try:
        transparency, transparency_hash = load_transparency(RULEPACKS / TRANSPARENCY, types)
    except PackError as error:
        problems += error.problems
    if problems:
        raise PackError(tuple(problems))
    hashes = {law.id: f"{law.version}+sha256:{law.sha256}" for law in laws}
    hashes |= {LOCK_IN: lock_in_hash, TRANSPARENCY: transparency_hash}
    return PackSet(laws, lock_in, transparency, hashes)
