"""Computes a result again from the facts, packs and types that were kept with it, and names every difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from audit.engine.assess import ENGINE_VERSION, assess
from audit.engine.canonical import write_out
from audit.engine.dates import parse_day
from audit.engine.facts import JsonValue, parse_controls, parse_sheet
from audit.rulepacks.embedded import build_packs, read_types

MOST = 50
"""So many differences are named; a wrong fact changes hundreds."""


def recompute(embedded: Mapping[str, Any]) -> list[str]:
    """The differences between the embedded result and the one computed again from what is embedded beside it.

    ``embedded`` is the JSON of ``fact-sheet.json``, ``fact-types.json``, ``rule-packs.json`` and ``result.json``.
    Raises ``ValueError`` when nothing can be computed from it: another engine, other packs, facts that do not fit.
    """
    sheet, result, packs = (embedded[name] for name in ("fact-sheet.json", "result.json", "rule-packs.json"))
    if result.get("engine") != ENGINE_VERSION:
        raise ValueError(
            f"the result was made by engine {result.get('engine')}, this is {ENGINE_VERSION}; "
            "verify it with the version of Openbook that it names"
        )
    types = read_types(embedded["fact-types.json"])
    built = build_packs({name: pack["content"] for name, pack in packs.items()}, result["packs"], types)
    again = assess(
        str(sheet["id"]),
        parse_sheet(sheet["facts"], types),
        parse_controls(sheet["controls"]),
        built,
        parse_day(str(result["as_of"])),
    )
    found = list(find_differences(write_out(result), write_out(again.to_json()), ""))
    return found if len(found) <= MOST else [*found[:MOST], f"and {len(found) - MOST} more"]


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
