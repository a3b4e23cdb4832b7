"""From a pack's files as plain data to the compiled pack of law, wherever the data were kept. Reads no file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from audit.engine.facts import FactType
from audit.engine.rules import RulePack
from audit.rulepacks.building import PackBuilder
from audit.rulepacks.problems import PackError, PackProblem
from audit.rulepacks.schema import ClassificationForm, PackForm, RuleForm

FormT = TypeVar("FormT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class RawFile:
    """One rule file as plain data."""

    name: str
    content: object


def compile_law(
    place: str,
    files: Sequence[RawFile],
    types: Mapping[str, FactType],
    *,
    sha256: str,
    after: Sequence[RulePack] = (),
    unread: Sequence[PackProblem] = (),
) -> RulePack:
    """Compile one pack; ``after`` are the packs whose derived facts it may read, ``unread`` what went wrong before.

    Raises ``PackError`` with every problem (file, key, what would be right).
    """
    problems = list(unread)
    by_name = {file.name: file for file in files}
    pack = _read_form(by_name.get("pack.yaml"), PackForm, "pack.yaml", problems)
    classification = (
        _read_form(by_name["classification.yaml"], ClassificationForm, "classification.yaml", problems)
        if "classification.yaml" in by_name
        else ClassificationForm(derived=[])
    )
    rules = [(file.name, _read_form(file, RuleForm, file.name, problems)) for file in files if "/" in file.name]
    if pack is None or classification is None:
        raise PackError(_placed(place, problems))
    builder = PackBuilder(pack, types, {derived.key: derived.type for other in after for derived in other.derived})
    built = builder.build(classification, [(name, form) for name, form in rules if form], sha256=sha256)
    problems += builder.problems
    problems += _missing_requirements(pack, after)
    problems += _taken_names(pack, after)
    if problems:
        raise PackError(_placed(place, problems))
    return built


def in_file_order(names: Iterable[str]) -> list[str]:
    """The order in which a pack's files are read: those of the pack itself, then its obligations, Art. 9 before 10."""
    return sorted(names, key=lambda name: ("/" in name, _natural(name) if "/" in name else [(0, name)]))


def order_by_need(pack_ids: Sequence[str], requires: Callable[[str], Sequence[str]]) -> list[str]:
    """The packs and those they require, each after its own; what others read comes first.

    Raises ``PackError`` for packs that require each other in a circle.
    """
    ordered: list[str] = []

    def visit(pack_id: str, above: tuple[str, ...]) -> None:
        if pack_id in above:
            raise PackError(
                (PackProblem(f"{pack_id}/pack.yaml", "requires", f"requires itself by way of {' → '.join(above)}"),)
            )
        for needed in requires(pack_id):
            visit(needed, (*above, pack_id))
        if pack_id not in ordered:
            ordered.append(pack_id)

    # So results begin with what others read, whatever else is asked for.
    needed = {other for pack_id in pack_ids for other in requires(pack_id)}
    for pack_id in sorted(pack_ids, key=lambda pack_id: pack_id not in needed):
        visit(pack_id, ())
    return ordered


def _placed(place: str, problems: Sequence[PackProblem]) -> tuple[PackProblem, ...]:
    placed = (PackProblem(f"{place}/{one.file}", one.key, one.message) for one in problems)
    return tuple(sorted(placed, key=str))


def _natural(name: str) -> list[tuple[int, str]]:
    """A sorting key that puts Art. 9 before Art. 10."""
    stem = name.removesuffix(".yaml")
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", stem)]


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


def _taken_names(pack: PackForm, after: Sequence[RulePack]) -> Iterator[PackProblem]:
    """Keys and labels by which another answer goes: an answer is given, and what it waits for told, under its own."""
    keys = {key: other.id for other in after for result in other.results for key in (result.key, result.possible)}
    labels = {result.label: other.id for other in after for result in other.results}
    for place, form in enumerate(pack.results):
        own = (("key", form.key, keys), ("possible", form.possible, keys), ("label", form.label, labels))
        for field, name, taken in own:
            if name and name in taken:
                says = f"{name} is the {field} of another answer, in {taken[name]}; expected one of its own"
                yield PackProblem("pack.yaml", f"results[{place}].{field}", says)
            taken.setdefault(name, pack.id)
