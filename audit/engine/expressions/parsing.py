"""Reading a condition from plain data, once, against the types of the facts; every error is reported."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeAlias

from audit.engine.dates import DayError, parse_day
from audit.engine.expressions.nodes import All, AnyOf, AtLeast, Atom, FactRef, Node, Not, Operand
from audit.engine.facts import LIST_KINDS, FactType, Kind

NUMBERS: Final = frozenset({Kind.INT, Kind.FLOAT, Kind.DECIMAL})
WORDS: Final = frozenset({Kind.ENUM, Kind.STR, Kind.COUNTRY})
NULLABLE: Final = frozenset({Kind.DATE, *NUMBERS, *WORDS})

# Which kinds of fact an operator may read. `known` is for the questionnaire only: it is not monotone.
OPERATORS: Final[Mapping[str, frozenset[Kind]]] = {
    "is": frozenset({Kind.BOOL}),
    "equals": WORDS | NUMBERS,
    "not_equals": WORDS | NUMBERS,
    "in": WORDS,
    "not_in": WORDS,
    "has": LIST_KINDS,
    "has_any": LIST_KINDS,
    "subset_of": LIST_KINDS,
    "is_empty": LIST_KINDS,
    "gt": NUMBERS,
    "gte": NUMBERS,
    "lt": NUMBERS,
    "lte": NUMBERS,
    "before": frozenset({Kind.DATE}),
    "on_or_after": frozenset({Kind.DATE}),
    "is_none": NULLABLE,
    "known": frozenset(Kind),
}
COMBINATORS: Final = ("all", "any", "not", "at_least")


_Refused: TypeAlias = Node | None


class OperandError(ValueError):
    """The right-hand side of a comparison does not fit the fact."""


@dataclass(slots=True)
class ConditionParser:
    """Reads conditions against the facts of the vocabulary and the facts a pack derives.

    Problems are collected in ``problems`` as (key path, message); a condition with a problem
    reads as ``None``.
    """

    types: Mapping[str, FactType]
    derived: Mapping[str, FactType] = field(default_factory=dict)
    allow_known: bool = False
    problems: list[tuple[str, str]] = field(default_factory=list)

    def parse(self, raw: object, path: str) -> Node | None:
        """Read one condition; ``path`` names the place for the messages."""
        if not isinstance(raw, Mapping):
            return self._refuse(path, f"{raw!r} is not a condition; expected a mapping with one of fact, all, any, not")
        if "fact" in raw:
            return self._parse_atom(raw, path)
        if len(raw) != 1 or next(iter(raw)) not in COMBINATORS:
            found = ", ".join(map(str, raw)) or "nothing"
            return self._refuse(path, f"has {found}; expected exactly one of fact, {', '.join(COMBINATORS)}")
        name, inner = next(iter(raw.items()))
        if name == "not":
            part = self.parse(inner, f"{path}.not")
            return None if part is None else Not(part)
        if name == "at_least":
            return self._parse_at_least(inner, path)
        parts = self._parse_parts(inner, f"{path}.{name}")
        if parts is None:
            return None
        return All(parts) if name == "all" else AnyOf(parts)

    def _refuse(self, path: str, message: str) -> _Refused:
        self.problems.append((path, message))
        return None

    def _parse_parts(self, raw: object, path: str) -> tuple[Node, ...] | None:
        if not isinstance(raw, Sequence) or isinstance(raw, str) or not raw:
            self._refuse(path, "expected a list of at least one condition")
            return None
        parts = [self.parse(part, f"{path}[{index}]") for index, part in enumerate(raw)]
        found = tuple(part for part in parts if part is not None)
        return found if len(found) == len(parts) else None

    def _parse_at_least(self, raw: object, path: str) -> Node | None:
        path = f"{path}.at_least"
        if not isinstance(raw, Mapping) or set(raw) != {"count", "of"}:
            return self._refuse(path, "expected {count: a whole number, of: [conditions]}")
        parts = self._parse_parts(raw["of"], f"{path}.of")
        count = raw["count"]
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            return self._refuse(f"{path}.count", f"{count!r} is not a whole number from 1")
        return None if parts is None else AtLeast(count, parts)

    def _parse_atom(self, raw: Mapping[object, object], path: str) -> Node | None:
        key = str(raw["fact"])
        others = [str(name) for name in raw if name != "fact"]
        fact_type = self.derived.get(key) or self.types.get(key)
        if fact_type is None:
            return self._refuse(path, f"{key} is not a fact of the vocabulary{self.suggest(key)}")
        if len(others) != 1:
            return self._refuse(path, f"{key} has {len(others)} operators ({', '.join(others)}); expected exactly one")
        operator = others[0]
        if operator not in OPERATORS:
            allowed = [name for name in OPERATORS if name != "known" or self.allow_known]
            return self._refuse(path, f"{operator} is not an operator{_near(operator, allowed)}")
        if operator == "known" and not self.allow_known:
            return self._refuse(path, "known may not be used in a rule: learning a fact could flip what was decided")
        if fact_type.kind not in OPERATORS[operator]:
            fitting = ", ".join(
                name for name, kinds in OPERATORS.items() if fact_type.kind in kinds and name != "known"
            )
            return self._refuse(path, f"{key} is {fact_type.kind}, which {operator} cannot read; use one of {fitting}")
        try:
            operand = self._parse_operand(operator, raw[operator], fact_type)
        except OperandError as wrong:
            return self._refuse(path, f"{key} {operator}: {wrong}")
        return Atom(key, operator, operand, key in self.derived, fact_type.kind in LIST_KINDS)

    def suggest(self, key: str) -> str:
        """A near miss for an unknown fact, to end a message with."""
        return _near(key, [*self.types, *self.derived])

    def _parse_operand(self, operator: str, raw: object, fact_type: FactType) -> Operand:
        if operator in ("is", "is_empty", "is_none", "known"):
            if not isinstance(raw, bool):
                raise OperandError(f"{raw!r} is not true or false")
            return raw
        if operator in ("in", "not_in", "has_any", "subset_of"):
            if not isinstance(raw, Sequence) or isinstance(raw, str) or not raw:
                raise OperandError(f"{raw!r} is not a list of at least one choice")
            return frozenset(_parse_word(item, fact_type) for item in raw)
        if operator in ("before", "on_or_after"):
            return self._parse_day(raw)
        if fact_type.kind in NUMBERS:
            if isinstance(raw, bool) or not isinstance(raw, int | float):
                raise OperandError(f"{raw!r} is not a number")
            return raw
        return _parse_word(raw, fact_type)

    def _parse_day(self, raw: object) -> Operand:
        if isinstance(raw, Mapping):
            key = str(raw.get("fact"))
            other = self.derived.get(key) or self.types.get(key)
            if set(raw) != {"fact"} or other is None or other.kind is not Kind.DATE:
                raise OperandError(f"{dict(raw)!r} is not a day or {{fact: a fact that is a date}}{self.suggest(key)}")
            return FactRef(key)
        return read_day(raw)


def read_day(raw: object) -> date:
    """A day written in a rule file; raises ``OperandError``."""
    try:
        return parse_day(raw.isoformat() if isinstance(raw, date) else str(raw))
    except DayError as wrong:
        raise OperandError(str(wrong)) from None


def _parse_word(raw: object, fact_type: FactType) -> str:
    if not isinstance(raw, str):
        raise OperandError(f"{raw!r} is not a text; put it in quotation marks")
    if fact_type.choices and raw not in fact_type.choices:
        raise OperandError(f"{raw!r} is not a choice of {fact_type.key}{_near(raw, fact_type.choices)}")
    return raw


def _near(word: str, known: Sequence[str] | Mapping[str, object]) -> str:
    close: Callable[..., list[str]] = difflib.get_close_matches
    found = close(word, list(known), n=3, cutoff=0.6)
    return f"; did you mean {', '.join(found)}?" if found else ""
