"""The facts that a stored outcome misses, whatever form it was stored in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

_SCORES = ("lock_in", "transparency")


class MissingFact(NamedTuple):
    """What one part of an outcome says of a fact that is not known.

    ``early`` tells how early the packs ask for a fact that decides the class: 1 for the first, 1/2 for the second.
    ``duties`` counts those that wait for it, ``points`` is by how much it would narrow a score.
    """

    key: str
    decides_class: bool = False
    early: float = 0.0
    duties: int = 0
    points: float = 0.0


def list_missing(outcome: Mapping[str, Any]) -> list[MissingFact]:
    """Every missing fact, once for each part of the outcome that misses it; of a whole result, too."""
    law = outcome.get("regulatory") or {}
    found = [*(_read_law(law["missing"]) if "missing" in law else _read_details(law.get("missing_details", ())))]
    for part in _SCORES:
        score = outcome.get(part) or {}
        narrowing = score.get("missing")
        if narrowing is None:
            narrowing = {each["key"]: each.get("narrows", 0) or 0 for each in score.get("missing_details", ())}
        found += [MissingFact(key, points=float(points)) for key, points in narrowing.items()]
    return found


def _read_law(missing: Mapping[str, Any]) -> Iterator[MissingFact]:
    answers: Mapping[str, list[str]] = missing["answers"]
    deciding = answers.get("class", ())
    for place, key in enumerate(deciding, start=1):
        yield MissingFact(key, decides_class=True, early=1 / place)
    for key in dict.fromkeys(key for keys in answers.values() for key in keys):
        if key not in deciding:
            yield MissingFact(key)
    for key, duties in missing["duties"].items():
        yield MissingFact(key, duties=duties)


def _read_details(details: Any) -> Iterator[MissingFact]:
    """The earlier form: each with all that it decides, the most decisive first."""
    place = 0
    for detail in details:
        decides = [str(what) for what in detail.get("decides", ())]
        is_deciding = "class" in decides
        place += is_deciding
        duties = sum(what.startswith("duty:") for what in decides)
        yield MissingFact(detail["key"], is_deciding, 1 / place if is_deciding else 0.0, duties)
