"""Worked cases of the packs: facts in, expected outcome out, each with its legal reason.

They are a conformance set, not part of the product: ``defaults.yaml`` fills what a case leaves
unsaid, which no assessment ever does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from audit.engine.facts import Fact, FactSheetError, FactType, JsonValue, parse_sheet
from audit.engine.regulatory import judge_regulation
from audit.engine.rules import RulePack
from audit.rulepacks.problems import PackError, PackProblem, ProblemList
from audit.rulepacks.schema import CaseFileForm, ExpectedForm, WorkedCaseForm
from audit.rulepacks.yaml_files import read_mapping

DEFAULTS: Final = "defaults.yaml"
# Keys of a result whose order says nothing.
SETS: Final = (
    "aia_roles",
    "possible_roles",
    "possible_classes",
    "annex_iii_points",
    "annex_iii_points_on_go_live",
    "art_5_points",
)


@dataclass(frozen=True, slots=True)
class Case:
    """One worked case with its file and the facts that count, defaults filled in."""

    file: str
    form: WorkedCaseForm
    as_of: date
    facts: Mapping[str, JsonValue]

    @property
    def name(self) -> str:
        """The case's id with its pack, for messages and test names."""
        return f"{self.file}: {self.form.id}"

    def sheet(self, types: Mapping[str, FactType]) -> dict[str, Fact]:
        """The case's facts as a fact sheet; raises ``FactSheetError``."""
        return parse_sheet(self.facts, types)


def read_cases(directory: Path) -> list[Case]:
    """Every case under ``cases/`` of a pack, by file and place; raises ``PackError`` with all problems."""
    folder = directory / "cases"
    defaults = read_defaults(directory)
    cases: list[Case] = []
    problems: list[PackProblem] = []
    for path in sorted(set(folder.glob("*.yaml")) - {folder / DEFAULTS}):
        name = f"{directory.name}/cases/{path.name}"
        try:
            form = CaseFileForm.model_validate(_read_yaml(path))
        except ValidationError as error:
            problems += [
                PackProblem(name, ".".join(map(str, entry["loc"])), entry["msg"])
                for entry in error.errors(include_url=False, include_input=False)
            ]
            continue
        cases += [_build_case(name, form, one, defaults) for one in form.cases]
    if problems:
        raise PackError(tuple(problems))
    return cases


def read_defaults(directory: Path) -> Mapping[str, object]:
    """The pack's own defaults for cases, or those of the pack beside it whose cases it follows."""
    folder = directory / "cases"
    path = folder / DEFAULTS
    content = _read_yaml(path) if path.is_file() else {}
    if "same_as" in content:
        content = _read_yaml((folder / str(content["same_as"])).resolve())
    facts = content.get("facts", {})
    return facts if isinstance(facts, dict) else {}


def _read_yaml(path: Path) -> dict[str, object]:
    problems = ProblemList(f"cases/{path.name}")
    content = read_mapping(path, problems)
    problems.raise_if_any()
    return dict(content)


def _build_case(name: str, file: CaseFileForm, form: WorkedCaseForm, defaults: Mapping[str, object]) -> Case:
    facts = {**defaults, **file.facts, **form.facts}
    known = {key: _to_json(value) for key, value in facts.items() if key not in form.unknown}
    return Case(name, form, form.as_of or file.as_of, {} if form.nothing_known else known)


def _to_json(value: object) -> JsonValue:
    return value.isoformat() if isinstance(value, date) else value  # type: ignore[return-value]  # YAML holds nothing else


def check_case(case: Case, packs: Sequence[RulePack], types: Mapping[str, FactType]) -> list[str]:
    """What differs from the expected outcome, one line each; nothing when the case holds.

    Duties of laws whose pack is not among ``packs`` are left out of the comparison.
    """
    try:
        sheet = case.sheet(types)
    except FactSheetError as error:
        return [str(problem) for problem in error.problems]
    result = judge_regulation(sheet, {}, packs, case.as_of).to_json()
    rows = {rule.row for pack in packs for rule in pack.rules}
    expected = case.form.expected
    return [*_check_answers(expected, result), *_check_duties(expected, result, rows)]


def _check_answers(expected: ExpectedForm, result: Mapping[str, JsonValue]) -> Iterator[str]:
    for key in sorted(expected.answers & result.keys()):
        wanted, given = _to_json(getattr(expected, key)), result[key]
        if _comparable(key, wanted) != _comparable(key, given):
            yield f"{key} is {given}, expected {wanted}"


def _comparable(key: str, value: JsonValue) -> JsonValue:
    return sorted(value, key=str) if key in SETS and isinstance(value, list) else value


def _check_duties(expected: ExpectedForm, result: Mapping[str, JsonValue], rows: set[str]) -> Iterator[str]:
    duties = {str(duty["id"]): duty for duty in _entries(result, "duties")}
    for row, day in expected.duties.items():
        if row in rows and row not in duties:
            yield f"{row} is not among the duties"
        elif row in rows and duties[row]["applies_from"] != _to_json(day):
            yield f"{row} applies from {duties[row]['applies_from']}, expected {day}"
    for row, day in expected.other_readings.items():
        if row in rows and duties.get(row, {}).get("other_reading") != _to_json(day):
            yield f"{row} does not give the other reading {day}"
    for row, outcome in expected.outcomes.items():
        if row in rows and duties.get(row, {}).get("outcome") != outcome:
            yield f"{row} is {duties.get(row, {}).get('outcome')}, expected {outcome}"
    extra = set(duties) - set(expected.duties) if expected.complete else set(duties) & set(expected.must_not_fire)
    for row in sorted(extra):
        yield f"{row} is among the duties and should not be"
    undetermined = {str(entry["id"]) for entry in _entries(result, "undetermined")}
    for row in sorted((set(expected.undetermined) & rows) - undetermined):
        yield f"{row} is not undetermined"


def _entries(result: Mapping[str, JsonValue], key: str) -> list[dict[str, JsonValue]]:
    entries = result[key]
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
