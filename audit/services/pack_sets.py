"""Keeps the packs by which systems are assessed, and tells which of them name things in the same order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from audit.engine.assess import ENGINE_VERSION, PackSet
from audit.engine.canonical import hash_canonical
from audit.engine.facts import JsonValue
from audit.engine.regulatory import agree_in_order, list_order
from audit.models import PackSetRecord, RulePackRecord
from audit.rulepacks.contents import read_pack_content
from audit.services.assessments import PackStamp


def stamp_packs(packs: PackSet) -> PackStamp:
    """The packs' hashes, and one hash over them and the engine's version."""
    content: dict[str, JsonValue] = {"packs": dict(packs.hashes), "engine": ENGINE_VERSION}
    return PackStamp(packs.hashes, hash_canonical(content))


def keep_packs(packs: PackSet, stamp: PackStamp) -> int:
    """Keep each pack by its hash, once, so that old results stay recomputable; gives the id of all together."""
    found = PackSetRecord.objects.filter(sha256=stamp.sha256).values_list("id", flat=True).first()
    if found is not None:
        return found  # it is stored after the packs
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
    new = {"content": dict(stamp.hashes), "names": list_order(packs.regulatory)}
    return PackSetRecord.objects.get_or_create(sha256=stamp.sha256, defaults=new)[0].pk


def _split_hashes(hashes: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for name, stamped in hashes.items():
        version, _, sha256 = stamped.partition("+sha256:")
        yield name, version, sha256


def find_alike(pack_set_ids: Collection[int], packs: PackSet) -> set[int]:
    """Those of these sets that name the rules, answers and facts they share with the packs in the same order."""
    order = list_order(packs.regulatory)
    kept = PackSetRecord.objects.filter(pk__in=pack_set_ids).values_list("id", "names")
    return {pk for pk, names in kept if agree_in_order(order, names)}
