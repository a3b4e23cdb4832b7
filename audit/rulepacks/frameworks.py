"""Control frameworks: controls that can be recorded once and count for every obligation that accepts them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from audit.engine.rules import Rule, RulePack
from audit.rulepacks.loader import RULEPACKS
from audit.rulepacks.problems import PackError, PackProblem, ProblemList
from audit.rulepacks.schema import FrameworkControlsForm, FrameworkForm
from audit.rulepacks.yaml_files import hash_content, read_mapping

FormT = TypeVar("FormT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class FrameworkControl:
    """One control: our id, the framework's identifier, and what it is about in our words."""

    id: str
    identifier: str
    about: str


@dataclass(frozen=True, slots=True)
class Framework:
    """A framework with its controls; no duty follows from it."""

    id: str
    title: str
    version: str
    sha256: str
    coverage: str
    controls: tuple[FrameworkControl, ...]


@lru_cache(maxsize=4)
def load_frameworks(directory: Path = RULEPACKS) -> tuple[Framework, ...]:
    """Every framework of the directory, by name; raises ``PackError`` with every problem of all of them."""
    problems: list[PackProblem] = []
    found = [_load(path.parent, problems) for path in sorted(directory.glob("*/controls.yaml"))]
    if problems:
        raise PackError(tuple(problems))
    return tuple(one for one in found if one is not None)


def _load(directory: Path, problems: list[PackProblem]) -> Framework | None:
    files = {name: ProblemList(f"{directory.name}/{name}") for name in ("pack.yaml", "controls.yaml")}
    raw = {name: read_mapping(directory / name, noted) for name, noted in files.items()}
    about = _validate(FrameworkForm, raw["pack.yaml"], files["pack.yaml"])
    listed = _validate(FrameworkControlsForm, raw["controls.yaml"], files["controls.yaml"])
    if listed is not None:
        ids = [one.id for one in listed.controls]
        for twice in sorted({one for one in ids if ids.count(one) > 1}):
            files["controls.yaml"].add(twice, "stands twice; a control has one id")
        for wrong in (one for one in ids if not one.startswith(f"{directory.name}.")):
            files["controls.yaml"].add(wrong, f"must begin with {directory.name}.")
    problems += [problem for noted in files.values() for problem in noted.found]
    if about is None or listed is None:
        return None
    controls = tuple(FrameworkControl(one.id, one.identifier, one.about) for one in listed.controls)
    return Framework(about.id, about.title, about.version, hash_content(raw), about.coverage, controls)


def _validate(form: type[FormT], raw: Mapping[str, object], problems: ProblemList) -> FormT | None:
    if problems.found:
        return None
    try:
        return form.model_validate(raw)
    except ValidationError as error:
        for entry in error.errors(include_url=False, include_input=False):
            problems.add(".".join(str(part) for part in entry["loc"]), entry["msg"])
    return None


def map_controls(packs: Iterable[RulePack]) -> dict[str, tuple[Rule, ...]]:
    """For each control of a framework that some obligation accepts, as a whole or in part, those obligations."""
    found: dict[str, dict[str, Rule]] = {}
    for pack in packs:
        for rule in pack.rules:
            for version in rule.versions:
                for control in (*version.accepts, *version.helped_by):
                    found.setdefault(control, {})[rule.id] = rule
    return {control: tuple(rules.values()) for control, rules in sorted(found.items())}


def lint_frameworks(packs: Sequence[RulePack], directory: Path = RULEPACKS) -> Iterator[PackProblem]:
    """Controls that obligations accept and no framework has."""
    try:
        known = {control.id for framework in load_frameworks(directory) for control in framework.controls}
    except PackError as error:
        yield from error.problems
        return
    for control, rules in map_controls(packs).items():
        if control not in known:
            for rule in rules:
                message = f"accepts {control}, which is a control of no framework"
                yield PackProblem(f"{rule.id.partition('.')[0]}/obligations", rule.id, message)
