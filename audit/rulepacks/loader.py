"""The only reader of rule files: YAML in, compiled packs out, or every problem at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from audit.engine.facts import FactType
from audit.engine.rules import RulePack
from audit.rulepacks.building import PackBuilder
from audit.rulepacks.problems import PackError, PackProblem, ProblemList
from audit.rulepacks.schema import ClassificationForm, PackForm, RuleForm
from audit.rulepacks.yaml_files import UniqueKeyLoader, hash_content, read_mapping

RULEPACKS: Final = Path(__file__).parent
FormT = TypeVar("FormT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class RawFile:
    """One rule file as plain data."""

    name: str
    content: object


def load_regulatory_packs(
    pack_ids: Sequence[str], types: Mapping[str, FactType], *, directory: Path = RULEPACKS
) -> tuple[RulePack, ...]:
    """Read several packs, each after those it requires, which are added.

    Raises ``PackError`` with every problem of all of them (file, key, what would be right).
    """
    loaded: dict[str, RulePack] = {}
    problems: list[PackProblem] = []
    for pack_id in _in_order_of_need(pack_ids, directory):
        try:
            loaded[pack_id] = load_directory(directory / pack_id, types, after=tuple(loaded.values()))
        except PackError as error:
            problems += error.problems
    if problems:
        raise PackError(tuple(problems))
    return tuple(loaded.values())


def list_pack_ids(directory: Path = RULEPACKS) -> list[str]:
    """The packs of law in the directory, by name: those that hold obligations."""
    return sorted(path.parent.name for path in directory.glob("*/obligations") if path.is_dir())


def load_directory(directory: Path, types: Mapping[str, FactType], *, after: Sequence[RulePack] = ()) -> RulePack:
    """Read one pack; ``after`` are the packs whose derived facts it may read.

    Raises ``PackError`` with every problem (file, key, what would be right).
    """
    problems: list[PackProblem] = []
    files = _read_files(directory, problems)
    by_name = {file.name: file for file in files}
    pack = _read_form(by_name.get("pack.yaml"), PackForm, "pack.yaml", problems)
    classification = (
        _read_form(by_name["classification.yaml"], ClassificationForm, "classification.yaml", problems)
        if "classification.yaml" in by_name
        else ClassificationForm(derived=[])
    )
    rules = [(file.name, _read_form(file, RuleForm, file.name, problems)) for file in files if "/" in file.name]
    if pack is None or classification is None:
        raise PackError(_placed(directory, problems))
    builder = PackBuilder(pack, types, {derived.key: derived.type for other in after for derived in other.derived})
    built = builder.build(classification, [(name, form) for name, form in rules if form], sha256=_hash(files))
    problems += builder.problems
    problems += _missing_requirements(pack, after)
    if problems:
        raise PackError(_placed(directory, problems))
    return built


def _placed(directory: Path, problems: Sequence[PackProblem]) -> tuple[PackProblem, ...]:
    placed = (PackProblem(f"{directory.name}/{one.file}", one.key, one.message) for one in problems)
    return tuple(sorted(placed, key=str))


def _read_files(directory: Path, problems: list[PackProblem]) -> list[RawFile]:
    files = []
    obligations = sorted(directory.glob("obligations/*.yaml"), key=lambda path: _natural(path.stem))
    for path in [*sorted(directory.glob("*.yaml")), *obligations]:
        name = path.relative_to(directory).as_posix()
        try:
            files.append(RawFile(name, yaml.load(path.read_text(encoding="utf-8"), Loader=UniqueKeyLoader)))  # noqa: S506 # a CSafeLoader
        except yaml.YAMLError as error:
            problems.append(PackProblem(name, "(file)", f"is not YAML: {' '.join(str(error).split())}"))
    return files


def _natural(name: str) -> list[tuple[int, str]]:
    """A sorting key that puts Art. 9 before Art. 10."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", name)]


def _read_form(file: RawFile | None, form: type[FormT], name: str, problems: list[PackProblem]) -> FormT | None:
    if file is None:
        problems.append(PackProblem(name, "(file)", "is missing or unreadable"))
        return None
    try:
        return form.model_validate(file.content)
    except ValidationError as error:
        for entry in error.errors(include_url=False, include_input=False):
            where = ".".join(str(part) for part in entry["loc"]) or "(file)"
            problems.append(PackProblem(name, where, entry["msg"]))
    return None


def _missing_requirements(pack: PackForm, after: Sequence[RulePack]) -> list[PackProblem]:
    missing = sorted(set(pack.requires) - {other.id for other in after})
    return [PackProblem("pack.yaml", "requires", f"the pack {name} is not loaded before this one") for name in missing]


def _hash(files: Sequence[RawFile]) -> str:
    """sha256 over the canonical JSON of the pack's content, so that comments and layout do not count."""
    return hash_content({file.name: file.content for file in files})


def _in_order_of_need(pack_ids: Sequence[str], directory: Path) -> list[str]:
    ordered: list[str] = []

    def visit(pack_id: str, above: tuple[str, ...]) -> None:
        if pack_id in above:
            raise PackError(
                (PackProblem(f"{pack_id}/pack.yaml", "requires", f"requires itself by way of {' → '.join(above)}"),)
            )
        for needed in _read_requires(directory, pack_id):
            visit(needed, (*above, pack_id))
        if pack_id not in ordered:
            ordered.append(pack_id)

    # What others read comes first, so that results begin with it whatever else is asked for.
    needed = {other for pack_id in pack_ids for other in _read_requires(directory, pack_id)}
    for pack_id in sorted(pack_ids, key=lambda pack_id: pack_id not in needed):
        visit(pack_id, ())
    return ordered


def _read_requires(directory: Path, pack_id: str) -> list[str]:
    path = directory / pack_id / "pack.yaml"
    problems = ProblemList(f"{pack_id}/pack.yaml")
    if path.is_file():
        requires = read_mapping(path, problems).get("requires", [])
    else:
        problems.add("(file)", f"there is no such pack; there are {', '.join(list_pack_ids(directory))}")
    problems.raise_if_any()
    return [str(needed) for needed in requires] if isinstance(requires, list) else []
