"""Why a score is what it is: drivers that add up to it, and the answers that would narrow it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import floor, fsum
from typing import Final

from audit.engine.facts import Fact, Grade, JsonValue, Value
from audit.engine.scoring.scales import LineScale, ListScale, Scale, StepScale, TableScale
from audit.engine.scoring.terms import Part, Term, evaluate_term
from audit.engine.scoring.totals import Score

_ELSEWHERE: Final = Fact("\0a value outside the condition", Grade.VERIFIED)


@dataclass(frozen=True, slots=True)
class Driver:
    """What one fact adds, in tenths of a point; all drivers of a score add up to its ends."""

    part: Part
    low: int
    high: int


def list_drivers(result: Score) -> tuple[Driver, ...]:
    """The facts that carry the score, largest first; rounded so that the parts add up to the whole.

    None where nothing was judged: no fact carries that.
    """
    if not result.is_judged:
        return ()
    ends = [(p * part.low, p * part.high) for p, part in zip(result.points, result.parts, strict=True)]
    low_total, high_total = round(result.low * 10), round(result.high * 10)
    lows = _apportion([low for low, _ in ends], low_total)
    widths = _apportion([high - low for low, high in ends], high_total - low_total)
    drivers = [
        Driver(part, low, low + width)
        for part, low, width in zip(result.parts, lows, widths, strict=True)
        if low + width > 0
    ]
    return tuple(sorted(drivers, key=lambda driver: (-driver.high, -driver.low, driver.part.term.key)))


def rank_missing(result: Score) -> tuple[tuple[str, float], ...]:
    """The unknown facts and by how many points each would narrow the interval on average, most first."""
    ranked: list[tuple[str, float]] = []
    for key, places in result.model.asked.items():
        if not _is_missing(result.known.get(key), key, result, places):
            continue
        points = fsum(_narrowing(result, place, key) for place in places)
        if round(points, 3) > 0:
            ranked.append((key, round(points, 3)))
    return tuple(sorted(ranked, key=lambda pair: -pair[1]))


def _is_missing(fact: Fact | None, key: str, result: Score, places: Iterable[int]) -> bool:
    if fact is None:
        return True
    return any(result.parts[place].term.key == key and result.parts[place].known == 0 for place in places)


def _narrowing(result: Score, place: int, key: str) -> float:
    part, point = result.parts[place], result.points[place]
    if not part.applies:
        return 0.0
    term = part.term
    if key == term.key and not term.gates() and term.minus is None:
        return point * (part.high - part.low)
    tries = _candidates(term, key)
    after = [evaluate_term(term, {**result.known, key: fact}, result.model.widening) for fact in tries]
    return point * ((part.high - part.low) - fsum(each.high - each.low for each in after) / len(after))


def _candidates(term: Term, key: str) -> tuple[Fact, ...]:
    """Two telling answers: for a list all or nothing, for a gate one inside and one outside."""
    if term.minus is not None:
        weights = term.scale.weights if isinstance(term.scale, ListScale) else {}
        return Fact((), Grade.VERIFIED), Fact(tuple(weights), Grade.VERIFIED)
    for condition in (term.only_when, term.unless):
        for gate, values in condition.wanted if condition is not None else ():
            if gate == key:
                return Fact(min(values, key=str), Grade.VERIFIED), _ELSEWHERE
    return tuple(Fact(value, Grade.VERIFIED) for value in _sample_values(term.scale))


def _sample_values(scale: Scale) -> tuple[Value, ...]:
    if isinstance(scale, TableScale):
        return tuple(scale.risks)
    if isinstance(scale, StepScale):
        return scale.thresholds
    if isinstance(scale, LineScale):
        return tuple(at for at, _ in scale.points)
    return ((),)


def _apportion(amounts: list[float], total: int) -> list[int]:
    """Round amounts to tenths by largest remainder so that they sum to ``total`` tenths."""
    exact = [round(amount * 10, 6) for amount in amounts]
    whole = [floor(amount) for amount in exact]
    left = total - sum(whole)
    largest_first = sorted(range(len(amounts)), key=lambda place: (whole[place] - exact[place], place))
    for place in largest_first[: max(left, 0)]:
        whole[place] += 1
    return whole


def describe_score(result: Score) -> dict[str, JsonValue]:
    """Give the keys that every score has in a result (DESIGN §3); drivers and groups add up to the ends."""
    drivers = list_drivers(result)
    return {
        "low": result.low,
        "high": result.high,
        "band": result.band,
        "label": result.label,
        "coverage": result.coverage,
        "drivers": [_describe_driver(driver, result) for driver in drivers],
        "groups": describe_groups(result, drivers),
        "not_applicable": [
            {"fact": part.term.key, "reason": _reason(part, result)} for part in result.parts if not part.applies
        ],
    }


def describe_groups(result: Score, drivers: Iterable[Driver]) -> list[JsonValue]:
    """What each group adds; the groups add up to the ends as their drivers do, and their weights to 100.

    A group that leaves is not listed; where nothing was judged there is none.
    """
    weights = result.group_weights()
    lows: dict[str, int] = dict.fromkeys(weights, 0)
    highs = dict(lows)
    for driver in drivers:
        lows[driver.part.term.group] += driver.low
        highs[driver.part.term.group] += driver.high
    return [
        {"group": name, "weight": round(weight, 1), "low": lows[name] / 10, "high": highs[name] / 10}
        for name, weight in weights.items()
    ]


def _reason(part: Part, result: Score) -> str:
    """Why a fact does not enter: as the rows tell, or as the model has it."""
    fact = result.known.get(part.term.key)
    return fact.not_applicable if fact is not None and fact.not_applicable else part.term.otherwise


def _describe_driver(driver: Driver, result: Score) -> dict[str, JsonValue]:
    term = driver.part.term
    fact = result.known.get(term.key)
    entry: dict[str, JsonValue] = {
        "fact": term.key,
        "group": term.group,
        "points_low": driver.low / 10,
        "points_high": driver.high / 10,
        "value": None if fact is None else plain_value(fact.value),
        "grade": "unknown" if fact is None else fact.grade.value,
    }
    if fact is not None and fact.source:
        entry["source"] = fact.source
    return entry


def plain_value(value: Value) -> JsonValue:
    """A value as JSON has it: days as ISO text, lists as lists."""
    if isinstance(value, date):
        return value.isoformat()
    return [*value] if isinstance(value, tuple) else value
