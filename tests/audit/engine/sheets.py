"""Fact sheets for property tests, drawn from the vocabulary: any facts, a worse fact, one fact more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import Any, Protocol

import yaml
from hypothesis import strategies as st

from audit.engine.facts import LIST_KINDS, Fact, FactType, Grade, JsonValue, Kind, Value, parse_sheet
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import RULEPACKS

AS_OF = date(2026, 11, 20)
Sheet = dict[str, Fact]
NUMBERS = (0, 1, 2, 3, 5, 8, 14, 30, 90, 200, 400)
SHARES = (0.0, 0.05, 0.1, 0.25, 0.3, 0.55, 0.6, 0.9, 1.0)


def any_value(fact_type: FactType, pick: Random) -> Value:
    """Any value of the fact's type, null where the vocabulary allows it."""
    kind = fact_type.kind
    if kind is Kind.BOOL:
        return pick.random() < 0.5
    if kind in (Kind.INT, Kind.FLOAT, Kind.DECIMAL):
        return pick.choice(SHARES if fact_type.key.startswith(("conc", "open")) else NUMBERS)
    if kind is Kind.DATE:
        shift = pick.choice((None, -800, -400, -366, -365, -200, -1, 0, 1, 30, 400))
        return None if shift is None else AS_OF + timedelta(days=shift)
    if kind is Kind.ENUM:
        return pick.choice(fact_type.choices)
    if kind in LIST_KINDS:
        return tuple(sorted(pick.sample(fact_type.choices, pick.randint(0, len(fact_type.choices)))))
    return "somewhere"


def any_fact(fact_type: FactType, pick: Random) -> Fact:
    """Any current fact of the type, at times one that does not apply."""
    if pick.random() < 0.15:
        return Fact(None, not_applicable="there is no vendor")
    return Fact(any_value(fact_type, pick), pick.choice(list(Grade)))


def picks() -> st.SearchStrategy[Random]:
    """A source of choices; drawing each fact through hypothesis would take longer than judging it."""
    return st.integers(0, 2**32).map(Random)


@st.composite
def sheets(draw: st.DrawFn, keys: Iterable[str], least: int = 0) -> Sheet:
    """Some of the facts, the others unknown."""
    types, pick = fact_types(), draw(picks())
    ordered = sorted(keys)
    chosen = pick.sample(ordered, draw(st.integers(min(least, len(ordered)), len(ordered))))
    return {key: any_fact(types[key], pick) for key in chosen}


def each_learned(sheet: Sheet, keys: Iterable[str], pick: Random) -> Iterator[tuple[str, Sheet]]:
    """The same sheet with one unknown fact learned, for each unknown fact."""
    for key in sorted(set(keys) - set(sheet)):
        yield key, {**sheet, key: any_fact(fact_types()[key], pick)}


def each_worsened(sheet: Sheet, keys: Iterable[str], pick: Random) -> Iterator[tuple[str, Sheet, Sheet]]:
    """For each fact with a direction: the sheet with a value of it, and with a worse one of the same grade."""
    for key in sorted(keys):
        fact_type = fact_types()[key]
        if fact_type.worse is not None:
            better, worse = worse_pair(fact_type, pick)
            grade = pick.choice(list(Grade))
            yield key, {**sheet, key: Fact(better, grade)}, {**sheet, key: Fact(worse, grade)}


def worse_pair(fact_type: FactType, pick: Random) -> tuple[Value, Value]:
    """A value and a worse one, by the direction that the vocabulary gives."""
    worse = fact_type.worse
    if isinstance(worse, bool):
        return (not worse), worse
    if fact_type.kind in LIST_KINDS:
        some = set(pick.sample(fact_type.choices, pick.randint(0, len(fact_type.choices))))
        more = some | set(pick.sample(fact_type.choices, pick.randint(0, len(fact_type.choices))))
        fewer_first = tuple(sorted(some)), tuple(sorted(more))
        return fewer_first if worse == "more" else (fewer_first[1], fewer_first[0])
    is_share = fact_type.key.startswith(("conc", "open"))
    ladder = fact_type.choices if worse == "right" else (SHARES if is_share else NUMBERS)
    place = pick.randrange(len(ladder) - 1)
    lower, upper = ladder[place], ladder[place + 1]
    return (upper, lower) if worse == "less" else (lower, upper)


def verify_all(sheet: Sheet) -> Sheet:
    """The same values, each with the best evidence."""
    return {key: Fact(fact.value, Grade.VERIFIED, not_applicable=fact.not_applicable) for key, fact in sheet.items()}


class _Described(Protocol):
    def to_json(self) -> Mapping[str, JsonValue]: ...


def as_plain(result: _Described) -> Any:
    """The result as a reader of the machine's door gets it: through JSON and back."""
    return json.loads(json.dumps(result.to_json(), allow_nan=False))


def extreme_sheet(keys: Iterable[str], *, worst: bool, grade: Grade = Grade.VERIFIED) -> Sheet:
    """Each fact that has a direction at its best or its worst value."""
    types = fact_types()
    return {key: Fact(_extreme(types[key], worst=worst), grade) for key in sorted(keys) if types[key].worse is not None}


def _extreme(fact_type: FactType, *, worst: bool) -> Value:
    worse = fact_type.worse
    if isinstance(worse, bool):
        return worse is worst
    if worse == "right":
        return fact_type.choices[-1 if worst else 0]
    wants_more = (worse == "more") is worst
    if fact_type.kind in LIST_KINDS:
        return tuple(sorted(fact_type.choices)) if wants_more else ()
    most = 1.0 if fact_type.key.startswith(("conc", "open")) else 1000
    return most if wants_more else 0


def read_worked_case(case_id: str) -> Sheet:
    """A complete sheet of the AI Act pack's worked cases."""
    defaults, worked = _read_case_file("defaults.yaml")["facts"], _read_case_file("worked_cases.yaml")["cases"]
    stated = {**defaults, **next(case["facts"] for case in worked if case["id"] == case_id)}
    types = fact_types()
    plain = {key: value.isoformat() if isinstance(value, date) else value for key, value in stated.items()}
    return parse_sheet({key: value for key, value in plain.items() if key in types}, types)


@lru_cache
def _read_case_file(name: str) -> Any:
    text = (RULEPACKS / "eu_ai_act" / "cases" / name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.CSafeLoader)
