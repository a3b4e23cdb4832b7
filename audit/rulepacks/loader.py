"""The only reader of rule files: YAML in, compiled packs out, or every problem at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import yaml

from audit.engine.facts import FactType
from audit.engine.rules import RulePack
from audit.rulepacks.compiling import RawFile, compile_law, in_file_order, order_by_need
from audit.rulepacks.problems import PackError, PackProblem, ProblemList
from audit.rulepacks.yaml_files import hash_content, read_mapping
from governance.yaml_files import read_yaml

RULEPACKS: Final = Path(__file__).parent


def load_regulatory_packs(
    pack_ids: Sequence[str], types: Mapping[str, FactType], *, directory: Path = RULEPACKS
) -> tuple[RulePack, ...]:
    """Read several packs, each after those it requires, which are added.

    Raises ``PackError`` with every problem of all of them (file, key, what would be right).
    """
    loaded: dict[str, RulePack] = {}
    problems: list[PackProblem] = []
    for pack_id in order_by_need(pack_ids, lambda pack_id: _read_requires(directory, pack_id)):
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
    return compile_law(directory.name, files, types, sha256=_hash(files), after=after, unread=problems)


def _read_files(directory: Path, problems: list[PackProblem]) -> list[RawFile]:
    files = []
    paths = [*directory.glob("*.yaml"), *directory.glob("obligations/*.yaml")]
    for name in in_file_order(path.relative_to(directory).as_posix() for path in paths):
        text = (directory / name).read_text(encoding="utf-8")
        try:
            files.append(RawFile(name, read_yaml(text)))
        except yaml.YAMLError as error:
            problems.append(PackProblem(name, "(file)", f"is not YAML: {' '.join(str(error).split())}"))
    return files


def _hash(files: Sequence[RawFile]) -> str:
    """sha256 over the canonical JSON of the pack's content, so that comments and layout do not count."""
    return hash_content({file.name: file.content for file in files})


def _read_requires(directory: Path, pack_id: str) -> list[str]:
    path = directory / pack_id / "pack.yaml"
    problems = ProblemList(f"{pack_id}/pack.yaml")
    if path.is_file():
        requires = read_mapping(path, problems).get("requires", [])
    else:
        problems.add("(file)", f"there is no such pack; there are {', '.join(list_pack_ids(directory))}")
    problems.raise_if_any()
    return [str(needed) for needed in requires] if isinstance(requires, list) else []
