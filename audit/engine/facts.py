"""What is known about one system: typed facts with their evidence grade, and how they are read.

A fact is in one of four states, and no rule may confuse them:
a *value*; *known to be none* (``value is None``); *not applicable* with a reason; or *unknown*,
which is the absence of the key from the sheet. Nothing here supplies a default.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias

from audit.engine.dates import DayError, parse_day

Value: TypeAlias = bool | int | float | str | date | tuple[str, ...] | None
JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"


class Grade(StrEnum):
    """How well a fact is supported, best first (facts/lock_in.yaml, semantics)."""

    VERIFIED = "verified"
    DOCUMENTED = "documented_by_third_party"
    SELF_DECLARED = "self_declared"
    VENDOR_CLAIMED = "vendor_claimed"


class Kind(StrEnum):
    """The types a fact can have in the vocabulary."""

    BOOL = "bool"
    INT = "int"
    FLOAT = "float"
    DECIMAL = "decimal"
    STR = "str"
    DATE = "date"
    ENUM = "enum"
    COUNTRY = "iso2"
    ENUM_LIST = "list[enum]"
    STR_LIST = "list[str]"
    COUNTRY_LIST = "list[iso2]"


LIST_KINDS: Final = frozenset({Kind.ENUM_LIST, Kind.STR_LIST, Kind.COUNTRY_LIST})


@dataclass(frozen=True, slots=True)
class FactType:
    """The type of one fact: its key, kind and, for enums, the choices in the vocabulary's order.

    ``worse`` names the unfavourable direction for the scores: ``True``/``False`` for a bool,
    ``"more"``/``"less"`` for a number or list, ``"right"`` when the last choice is the worst,
    ``None`` when the fact has no direction of its own. ``most`` is the greatest number it can be, where there is one.
    """

    key: str
    kind: Kind
    choices: tuple[str, ...] = ()
    worse: bool | str | None = None
    nullable: bool = False
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One known fact. ``expires_on`` is the first day on which its evidence no longer counts."""

    value: Value
    grade: Grade = Grade.SELF_DECLARED
    expires_on: date | None = None
    source: str = ""
    not_applicable: str = ""

    @property
    def applies(self) -> bool:
        """False when the fact does not apply to this system, for the reason in ``not_applicable``."""
        return not self.not_applicable

    def is_current(self, as_of: date) -> bool:
        """Tell whether the evidence still counts on the day."""
        return self.expires_on is None or as_of < self.expires_on


FactSheet: TypeAlias = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Control:
    """What has been done for one obligation (DESIGN §3): ``met``, ``partly``, ``not_met`` or ``not_applicable``."""

    status: str
    grade: Grade = Grade.SELF_DECLARED
    expires_on: date | None = None
    source: str = ""


CONTROL_STATES: Final = ("met", "partly", "not_met", "not_applicable")


@dataclass(frozen=True, slots=True)
class FactProblem:
    """One thing wrong in a fact sheet: which key, what was found, what would be right."""

    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.key}: {self.message}"


@dataclass(slots=True)
class FactSheetError(ValueError):
    """All that is wrong with a fact sheet, at once."""

    problems: tuple[FactProblem, ...] = field(default_factory=tuple)

    def __str__(self) -> str:
        return "; ".join(str(problem) for problem in self.problems)


def known_facts(sheet: FactSheet, as_of: date) -> dict[str, Fact]:
    """The facts that count on the day: those whose evidence has expired are unknown again."""
    # As ``Fact.is_current``; a call for each fact would take most of the time.
    return {key: fact for key, fact in sheet.items() if fact.expires_on is None or as_of < fact.expires_on}


def first_expiry(facts: Iterable[Fact | Control], as_of: date) -> date | None:
    """The first day after ``as_of`` on which one of the facts or controls stops counting."""
    days = [fact.expires_on for fact in facts if fact.expires_on is not None and fact.expires_on > as_of]
    return min(days) if days else None


def parse_sheet(raw: Mapping[str, JsonValue], types: Mapping[str, FactType]) -> dict[str, Fact]:
    """Read a JSON object of facts (DESIGN §3) against the vocabulary.

    A fact is a bare value (graded self-declared), ``{"value": …, "grade": …, "expires_on": …,
    "source": …}`` or ``{"not_applicable": reason}``. Raises ``FactSheetError`` naming every
    unknown key, wrong type, unknown choice and impossible day at once.
    """
    sheet: dict[str, Fact] = {}
    problems: list[FactProblem] = []
    for key, entry in raw.items():
        fact_type = types.get(key)
        if fact_type is None:
            problems.append(FactProblem(key, _unknown_key_message(key, types)))
            continue
        try:
            sheet[key] = _parse_fact(entry, fact_type)
        except _WrongFactError as wrong:
            problems.append(FactProblem(key, str(wrong)))
    if problems:
        raise FactSheetError(tuple(problems))
    return sheet


def parse_controls(raw: Mapping[str, JsonValue]) -> dict[str, Control]:
    """Read the ``controls`` object of the door; raises ``FactSheetError`` naming every wrong entry."""
    controls: dict[str, Control] = {}
    problems: list[FactProblem] = []
    for key, entry in raw.items():
        try:
            controls[key] = _parse_control(entry)
        except _WrongFactError as wrong:
            problems.append(FactProblem(key, str(wrong)))
    if problems:
        raise FactSheetError(tuple(problems))
    return controls


class _WrongFactError(ValueError):
    """One entry that does not fit; the text says what would be right."""


_FACT_KEYS: Final = frozenset({"value", "grade", "expires_on", "source", "not_applicable"})
_CONTROL_KEYS: Final = frozenset({"status", "grade", "expires_on", "source"})


def _parse_fact(entry: JsonValue, fact_type: FactType) -> Fact:
    if not isinstance(entry, dict):
        return Fact(_parse_value(entry, fact_type))
    _refuse_other_keys(entry, _FACT_KEYS)
    if "not_applicable" in entry:
        reason = entry["not_applicable"]
        if not isinstance(reason, str) or not reason.strip():
            raise _WrongFactError("not_applicable must be the reason, as a text that is not empty")
        if "value" in entry:
            raise _WrongFactError("has both a value and not_applicable; give one of them")
        return Fact(
            None,
            grade=_parse_grade(entry.get("grade")),
            expires_on=_parse_expiry(entry.get("expires_on")),
            source=_parse_text(entry.get("source"), "source"),
            not_applicable=reason,
        )
    if "value" not in entry:
        raise _WrongFactError('an object must hold "value" or "not_applicable"; leave the key out if it is unknown')
    return Fact(
        _parse_value(entry["value"], fact_type),
        grade=_parse_grade(entry.get("grade")),
        expires_on=_parse_expiry(entry.get("expires_on")),
        source=_parse_text(entry.get("source"), "source"),
    )


def _parse_control(entry: JsonValue) -> Control:
    if not isinstance(entry, dict):
        raise _WrongFactError('a control is an object such as {"status": "met"}')
    _refuse_other_keys(entry, _CONTROL_KEYS)
    status = entry.get("status")
    if not isinstance(status, str) or status not in CONTROL_STATES:
        raise _WrongFactError(f"status is {status!r}; expected one of {', '.join(CONTROL_STATES)}")
    return Control(
        status,
        grade=_parse_grade(entry.get("grade")),
        expires_on=_parse_expiry(entry.get("expires_on")),
        source=_parse_text(entry.get("source"), "source"),
    )


def _refuse_other_keys(entry: Mapping[str, JsonValue], allowed: frozenset[str]) -> None:
    others = sorted(set(entry) - allowed)
    if others:
        raise _WrongFactError(f"has the unknown key {', '.join(others)}; allowed are {', '.join(sorted(allowed))}")


def _parse_grade(raw: JsonValue) -> Grade:
    if raw is None:
        return Grade.SELF_DECLARED
    try:
        return Grade(str(raw))
    except ValueError:
        raise _WrongFactError(f"grade is {raw!r}; expected one of {', '.join(Grade)}") from None


def _parse_expiry(raw: JsonValue) -> date | None:
    return None if raw is None else _parse_date(raw, "expires_on: ")


def _parse_text(raw: JsonValue, name: str) -> str:
    if raw is None:
        return ""
    if not isinstance(raw, str):
        raise _WrongFactError(f"{name} is {raw!r}; expected a text")
    return raw


def _parse_date(raw: JsonValue, prefix: str = "") -> date:
    if not isinstance(raw, str):
        raise _WrongFactError(f"{prefix}{raw!r}; expected a day as text, for example 2026-11-20")
    try:
        return parse_day(raw)
    except DayError as wrong:
        raise _WrongFactError(f"{prefix}{wrong}") from None


def _parse_value(raw: JsonValue, fact_type: FactType) -> Value:
    if raw is None:
        return _parse_none(fact_type)
    if fact_type.kind in LIST_KINDS:
        return _parse_list(raw, fact_type)
    match fact_type.kind:
        case Kind.BOOL:
            return _parse_bool(raw)
        case Kind.INT:
            return _refuse_beyond(_parse_int(raw), fact_type)
        case Kind.FLOAT | Kind.DECIMAL:
            return _refuse_beyond(_parse_number(raw), fact_type)
        case Kind.DATE:
            return _parse_date(raw)
        case _:
            return _parse_choice(raw, fact_type)


def _parse_bool(raw: JsonValue) -> bool:
    if not isinstance(raw, bool):
        raise _WrongFactError(f"{raw!r} is not a yes or no; expected true or false")
    return raw


def _parse_int(raw: JsonValue) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise _WrongFactError(f"{raw!r} is not a whole number")
    return raw


def _parse_none(fact_type: FactType) -> Value:
    """Known to be none: an empty list, or ``None`` where the vocabulary gives that a meaning."""
    if fact_type.kind in LIST_KINDS:
        return ()
    if fact_type.kind in (Kind.BOOL, Kind.ENUM) and not fact_type.nullable:
        raise _WrongFactError("null says nothing here; give a value, or leave the key out if it is unknown")
    return None


def _parse_number(raw: JsonValue) -> float | int:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise _WrongFactError(f"{raw!r} is not a number")
    if not math.isfinite(raw):
        raise _WrongFactError(f"{raw!r} is not a finite number")
    return raw


def _refuse_beyond(number: float, fact_type: FactType) -> float:
    """The number as it is; days, counts and shares are never below 0, and a share is no per cent."""
    if number < 0:
        raise _WrongFactError(f"{number!r} is less than 0; expected 0 or more")
    if fact_type.most is not None and number > fact_type.most:
        raise _WrongFactError(
            f"{number!r} is more than {fact_type.most:g}; expected a number from 0 to {fact_type.most:g}"
        )
    return number


def _parse_choice(raw: JsonValue, fact_type: FactType) -> str:
    if not isinstance(raw, str):
        raise _WrongFactError(f"{raw!r} is not a text")
    if fact_type.kind in (Kind.COUNTRY, Kind.COUNTRY_LIST):
        if len(raw) != 2 or not raw.isascii() or not raw.isupper():
            raise _WrongFactError(f"{raw!r} is not a country; expected two capital letters, for example DE")
        return raw
    if fact_type.choices and raw not in fact_type.choices:
        raise _WrongFactError(f"{raw!r} is not a choice; expected one of {', '.join(fact_type.choices)}")
    return raw


def _parse_list(raw: JsonValue, fact_type: FactType) -> tuple[str, ...]:
    if not isinstance(raw, list):
        raise _WrongFactError(f"{raw!r} is not a list; expected a list, [] when there is none")
    return tuple(sorted({_parse_choice(item, fact_type) for item in raw}))


def _unknown_key_message(key: str, types: Mapping[str, FactType]) -> str:
    tail = key.rpartition(".")[2]
    near = [other for other in types if other.rpartition(".")[2] == tail] or [
        other for other in types if other.startswith(key[:8])
    ]
    hint = f"; did you mean {', '.join(sorted(near)[:3])}?" if near else "; see governance/vocabulary.yaml"
    return f"is not a fact of the vocabulary{hint}"
