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
    parse_controls,
    parse_sheet,
)
from audit.rulepacks.obligations import find_unknown_controls

_KEYS: Final = ("id", "facts", "controls")


def preview_system(
    *, raw: Mapping[str, JsonValue], packs: PackSet, types: Mapping[str, FactType], as_of: date
) -> Assessment:
    """Assess ``{"id": …, "facts": {…}, "controls": {…}}`` without storing anything.

    Raises ``FactSheetError`` naming every unknown key, wrong type, impossible day and control of no
    obligation at once.
    """
    problems = [
        FactProblem(key, f"is not a key of this door; expected {', '.join(_KEYS)}") for key in raw if key not in _KEYS
    ]
    system_id = raw.get("id")
    if isinstance(system_id, bool) or not isinstance(system_id, str | int) or system_id == "":
        problems.append(FactProblem("id", f"is {system_id!r}; expected a text that names the system"))
    sheet: dict[str, Fact] = {}
    controls: dict[str, Control] = {}
    try:
        sheet = parse_sheet(_read_mapping(raw, "facts"), types)
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


def _read_mapping(raw: Mapping[str, JsonValue], key: str) -> Mapping[str, JsonValue]:
    content = raw.get(key, {})
    if isinstance(content, dict):
        return content
    raise FactSheetError((FactProblem(key, f"is {content!r}; expected an object"),))
