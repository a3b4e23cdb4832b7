"""The assessment of facts that are not in the register: the machine's door and the API's preview (DESIGN §3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from audit.engine.assess import Assessment, PackSet, assess
from audit.engine.facts import (
    Control,
    Fact,
    FactProblem,
    FactSheetError,
    FactType,
    JsonValue,
    Kind,
    parse_controls,
    parse_sheet,
)
from audit.rulepacks.obligations import find_unknown_controls
from governance.services.checking import check_plain, check_value
from governance.vocabulary import load_vocabulary

_KEYS: Final = ("id", "facts", "controls")
_LONGEST_ID: Final = 200
_CHECKED_BY_FORM: Final = frozenset({Kind.BOOL, Kind.ENUM})
"""Kinds of which the form says all."""


def preview_system(
    *, raw: Mapping[str, JsonValue], packs: PackSet, types: Mapping[str, FactType], as_of: date
) -> Assessment:
    """Assess ``{"id": …, "facts": {…}, "controls": {…}}`` without storing anything.

    Raises ``FactSheetError`` naming every unknown key, wrong type, impossible day, place that does not exist and
    control of no obligation at once: what the questionnaire refuses is refused here, too.
    """
    problems = [
        FactProblem(key, f"is not a key of this door; expected {', '.join(_KEYS)}") for key in raw if key not in _KEYS
    ]
    system_id = raw.get("id")
    problems += _check_id(system_id)
    sheet: dict[str, Fact] = {}
    controls: dict[str, Control] = {}
    try:
        facts = _read_mapping(raw, "facts")
        sheet, wrong = _read_sheet(facts, types)
        problems += wrong
    except FactSheetError as error:
        problems += error.problems
    try:
        controls = parse_controls(_read_mapping(raw, "controls"))
    except FactSheetError as error:
        problems += error.problems
    problems += find_unknown_controls(controls)
    if problems:
        raise FactSheetError(tuple(problems))
    return assess(str(system_id), sheet, controls, packs, as_of)


def _check_id(system_id: JsonValue) -> list[FactProblem]:
    if isinstance(system_id, bool) or not isinstance(system_id, str | int) or system_id == "":
        return [FactProblem("id", f"is {system_id!r}; expected a text that names the system")]
    name = str(system_id)
    if len(name) > _LONGEST_ID:
        return [FactProblem("id", f"has {len(name)} characters; expected at most {_LONGEST_ID}")]
    return [FactProblem("id", problem)] if (problem := check_plain(name)) else []


def _read_sheet(
    raw: Mapping[str, JsonValue], types: Mapping[str, FactType]
) -> tuple[dict[str, Fact], list[FactProblem]]:
    """The facts, and in the order of the keys all that is wrong: in form, and by the register's own checks."""
    sheet: dict[str, Fact] = {}
    wrong: dict[str, FactProblem] = {}
    try:
        sheet = parse_sheet(raw, types)
    except FactSheetError as error:
        wrong = {problem.key: problem for problem in error.problems}
    known = load_vocabulary().facts
    for key, entry in raw.items():
        value = entry.get("value") if isinstance(entry, dict) else entry
        if value is None or key in wrong or types[key].kind in _CHECKED_BY_FORM:
            continue
        if message := check_value(known[key], value):
            wrong[key] = FactProblem(key, message)
    return sheet, [wrong[key] for key in raw if key in wrong]


def _read_mapping(raw: Mapping[str, JsonValue], key: str) -> Mapping[str, JsonValue]:
    content = raw.get(key, {})
    if isinstance(content, dict):
        return content
    raise FactSheetError((FactProblem(key, f"is {content!r}; expected an object"),))
