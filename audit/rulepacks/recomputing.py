"""Computes results again from the facts, packs and types that were kept with them, and names every difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from audit.engine.assess import ENGINE_VERSION, PackSet, assess
from audit.engine.brief import make_brief
from audit.engine.canonical import hash_canonical, write_out
from audit.engine.dates import parse_day
from audit.engine.facts import JsonValue, parse_controls, parse_sheet
from audit.rulepacks.compact import make_compact
from audit.rulepacks.embedded import build_packs, read_types
from audit.rulepacks.score_compiling import Types

MOST = 50
"""So many differences are named; a wrong fact changes hundreds."""
MANY: Final = "assessments.json"
"""The file that holds the compact rows of many systems, with their facts and the hash of each whole result."""


def recompute(embedded: Mapping[str, Any]) -> list[str]:
    """The differences between what a report states and what is computed again from its embedded JSON.

    Raises ``ValueError`` when nothing can be computed from it: another engine, other packs, facts that do not fit.
    """
    found = _recompute_many(embedded) if MANY in embedded else _recompute_one(embedded)
    first = list(islice(found, MOST))
    more = sum(1 for _ in found)
    return [*first, f"and {more} more"] if more else first


def _recompute_one(embedded: Mapping[str, Any]) -> Iterator[str]:
    """The differences of one whole result, from ``fact-sheet.json``, ``fact-types.json`` and ``rule-packs.json``."""
    sheet, result, packs = (embedded[name] for name in ("fact-sheet.json", "result.json", "rule-packs.json"))
    _refuse_other_engine(result.get("engine"))
    types = read_types(embedded["fact-types.json"])
    built = build_packs({name: pack["content"] for name, pack in packs.items()}, result["packs"], types)
    again = assess(
        str(sheet["id"]),
        parse_sheet(sheet["facts"], types),
        parse_controls(sheet["controls"]),
        built,
        parse_day(str(result["as_of"])),
    )
    yield from find_differences(write_out(result), write_out(again.to_json()), "")


def _recompute_many(embedded: Mapping[str, Any]) -> Iterator[str]:
    """The differences of many compact rows and of the hashes of their results; packs are built once for all.

    ``judged_by`` lists the sets of packs that were used; each assessment names its own by its place there.
    """
    kept = embedded["rule-packs.json"]
    types = read_types(embedded["fact-types.json"])
    sets: list[PackSet] = []
    for judged_by in embedded[MANY]["judged_by"]:
        _refuse_other_engine(judged_by["engine"])
        hashes = judged_by["packs"]
        wanted = {name: kept[identity.rpartition("sha256:")[2]]["content"] for name, identity in hashes.items()}
        sets.append(build_packs(wanted, hashes, types))
    for assessment in embedded[MANY]["assessments"]:
        yield from _recompute_row(assessment, sets[assessment["judged_by"]], types)


def _recompute_row(stated: Mapping[str, Any], packs: PackSet, types: Types) -> Iterator[str]:
    again = assess(
        str(stated["id"]),
        parse_sheet(stated["facts"], types),
        parse_controls(stated["controls"]),
        packs,
        parse_day(str(stated["row"]["as_of"])),
    )
    whole = again.to_json()
    place = " ".join(str(part) for part in (stated["id"], stated.get("label")) if part)
    yield from find_differences(write_out(stated["row"]), write_out(make_compact(whole)), place)
    name = "outcome_sha256" if "outcome_sha256" in stated else "result_sha256"
    sha256 = hash_canonical(make_brief(again.outcome()) if name == "outcome_sha256" else whole)
    if sha256 != stated[name]:
        yield f"{place}.{name}: the report says {stated[name]}, computed {sha256}"


def _refuse_other_engine(engine: object) -> None:
    if engine != ENGINE_VERSION:
        raise ValueError(
            f"the result was made by engine {engine}, this is {ENGINE_VERSION}; "
            "verify it with the version of Openbook that it names"
        )


def find_differences(stated: JsonValue, computed: JsonValue, place: str) -> Iterator[str]:
    """Each place at which two JSON values differ, with both values."""
    if isinstance(stated, dict) and isinstance(computed, dict):
        for key in sorted({*stated, *computed}):
            where = f"{place}.{key}" if place else key
            if key not in stated or key not in computed:
                yield f"{where}: stands only in the {'result' if key in stated else 'computation'}"
            else:
                yield from find_differences(stated[key], computed[key], where)
    elif isinstance(stated, list) and isinstance(computed, list) and len(stated) == len(computed):
        for at, (one, other) in enumerate(zip(stated, computed, strict=True)):
            yield from find_differences(one, other, f"{place}[{_name(one, at)}]")
    elif stated != computed or isinstance(stated, bool) != isinstance(computed, bool):
        yield f"{place}: the report says {_short(stated)}, computed {_short(computed)}"


def _name(entry: JsonValue, at: int) -> str:
    return str(entry["id"]) if isinstance(entry, dict) and "id" in entry else str(at)


def _short(value: JsonValue) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "…"
