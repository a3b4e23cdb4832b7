"""The proof of a result, built on demand only: which condition held, and on which facts with which evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from audit.engine.facts import FactSheet, JsonValue
from audit.engine.logic import UNKNOWN, Datum, Members, Possible, Truth

WORDS: Mapping[Truth, str] = {True: "holds", False: "does not hold", None: "undecided"}


@dataclass(frozen=True, slots=True)
class FactRead:
    """One fact as a condition read it: its value, and the grade of its evidence (empty for a derived fact)."""

    key: str
    value: JsonValue
    state: str
    grade: str = ""
    source: str = ""

    def to_json(self) -> dict[str, JsonValue]:
        """Give the read as plain data."""
        return {
            "fact": self.key,
            "value": self.value,
            "state": self.state,
            "grade": self.grade,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Step:
    """One condition of a proof, with its outcome, the facts it read and the conditions below it."""

    says: str
    outcome: Truth
    reads: tuple[FactRead, ...] = ()
    parts: tuple[Step, ...] = ()

    def to_json(self) -> dict[str, JsonValue]:
        """Give the step and those below it as plain data."""
        result: dict[str, JsonValue] = {"says": self.says, "outcome": WORDS[self.outcome]}
        if self.reads:
            result["reads"] = [read.to_json() for read in self.reads]
        if self.parts:
            result["parts"] = [part.to_json() for part in self.parts]
        return result


def plain(datum: Datum) -> JsonValue:
    """A datum as JSON: a day as text, a list sorted, an undecided value as ``{"possible": […]}``."""
    if datum is UNKNOWN:
        return {"possible": []}
    if isinstance(datum, Possible):
        return {"possible": sorted((plain(value) for value in datum.values), key=str)}
    if isinstance(datum, Members):
        certain: list[JsonValue] = [*sorted(datum.certain)]
        return certain if datum.is_decided else {"certain": certain, "possible": [*sorted(datum.possible)]}
    if isinstance(datum, frozenset):
        return [*sorted(datum)]
    return datum.isoformat() if isinstance(datum, date) else datum


def read_fact(key: str, values: Mapping[str, Datum], sheet: FactSheet) -> FactRead:
    """Tell how one fact stood when the result was made."""
    datum = values.get(key, UNKNOWN)
    fact = sheet.get(key)
    if fact is None:
        undecided = (
            datum is UNKNOWN or isinstance(datum, Possible) or (isinstance(datum, Members) and not datum.is_decided)
        )
        state = "unknown" if datum is UNKNOWN else "undecided" if undecided else "derived"
        return FactRead(key, plain(datum), state)
    if datum is UNKNOWN:
        return FactRead(key, None, "evidence expired", fact.grade.value, fact.source)
    if not fact.applies:
        return FactRead(key, None, "not applicable", fact.grade.value, fact.not_applicable)
    state = "known to be none" if fact.value is None else "known"
    return FactRead(key, plain(datum), state, fact.grade.value, fact.source)
