"""Builds packs and fact types from the JSON that was kept of them, so that an old result can be computed again.

JSON knows no days, and only texts as keys; what the files had there is told by its form: a text that is a day is
a day, a key that is a number or a truth value is one. The hash of a pack is that of its JSON, so it is the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, TypeVar

from audit.engine.assess import PackSet
from audit.engine.canonical import hash_canonical
from audit.engine.facts import FactType, JsonValue, Kind
from audit.engine.rules import RulePack
from audit.rulepacks.compiling import RawFile, compile_law, in_file_order, order_by_need
from audit.rulepacks.problems import PackError, PackProblem
from audit.rulepacks.score_compiling import (
    LOCK_IN,
    TRANSPARENCY,
    ScoreFiles,
    Types,
    make_lock_in,
    make_transparency,
)

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHOLE: Final = re.compile(r"-?\d+")
_FRACTION: Final = re.compile(r"-?\d+\.\d+")
_WORDS: Final = {"true": True, "false": False, "null": None}
Content = Mapping[str, JsonValue]
Model = TypeVar("Model")


def build_packs(contents: Mapping[str, Content], hashes: Mapping[str, str], types: Types) -> PackSet:
    """Build the packs from their files as JSON (pack → file → content), as ``hashes`` names them.

    Raises ``PackError`` when a pack is missing, its content has another hash, or it cannot be compiled.
    """
    _refuse_others(contents, hashes)
    laws: dict[str, RulePack] = {}
    wanted = sorted(set(contents) - {LOCK_IN, TRANSPARENCY})
    for pack_id in order_by_need(wanted, lambda pack_id: _read_requires(contents, pack_id)):
        content = contents[pack_id]
        files = [RawFile(name, _revive(content[name])) for name in in_file_order(content)]
        laws[pack_id] = compile_law(
            pack_id, files, types, sha256=hash_canonical(dict(content)), after=tuple(laws.values())
        )
    found = {law.id: f"{law.version}+sha256:{law.sha256}" for law in laws.values()}
    lock_in, found[LOCK_IN] = _build_score(contents, LOCK_IN, types, make_lock_in)
    transparency, found[TRANSPARENCY] = _build_score(contents, TRANSPARENCY, types, make_transparency)
    wrong = [name for name, identity in hashes.items() if found.get(name) != identity]
    if wrong:
        raise PackError(tuple(_another(name, found.get(name, "nothing"), hashes[name]) for name in wrong))
    return PackSet(tuple(laws.values()), lock_in, transparency, found)


def describe_types(types: Types) -> dict[str, JsonValue]:
    """The types of all facts as JSON, for ``read_types``."""
    return {
        key: {
            "kind": fact_type.kind.value,
            "choices": list(fact_type.choices),
            "worse": fact_type.worse,
            "nullable": fact_type.nullable,
            **({} if fact_type.most is None else {"most": fact_type.most}),
        }
        for key, fact_type in types.items()
    }


def read_types(raw: Mapping[str, Mapping[str, JsonValue]]) -> dict[str, FactType]:
    """The types that ``describe_types`` gave. Raises ``ValueError`` where it is something else."""
    types = {}
    for key, entry in raw.items():
        choices, worse, most = entry.get("choices"), entry.get("worse"), entry.get("most")
        if (
            not isinstance(choices, list)
            or not (worse is None or isinstance(worse, bool | str))
            or not (most is None or isinstance(most, int | float))
        ):
            raise ValueError(f"the type of {key} is not one that Openbook writes: {entry!r}")
        names = tuple(map(str, choices))
        types[key] = FactType(key, Kind(str(entry.get("kind"))), names, worse, entry.get("nullable") is True, most)
    return types


def _refuse_others(contents: Mapping[str, Content], hashes: Mapping[str, str]) -> None:
    """Compare the hashes before anything is compiled: what follows then works on what was used, or not at all."""
    problems = [
        PackProblem(f"{name}/", "", "is not among the packs kept" if name in hashes else "is not named by the result")
        for name in sorted(set(hashes) ^ set(contents))
    ]
    for name in sorted(set(hashes) & set(contents)):
        sha256 = hash_canonical(dict(contents[name]))
        if not hashes[name].endswith(f"+sha256:{sha256}"):
            problems.append(_another(name, sha256, hashes[name]))
    if problems:
        raise PackError(tuple(problems))


def _another(name: str, found: str, wanted: str) -> PackProblem:
    return PackProblem(f"{name}/", "", f"is not the pack that was used: its content gives {found}, expected {wanted}")


def _build_score(
    contents: Mapping[str, Content], name: str, types: Types, make: Callable[[ScoreFiles, Types], Model]
) -> tuple[Model, str]:
    if name not in contents:
        raise PackError((PackProblem(f"{name}/", "", "is missing; both scores belong to every assessment"),))
    content = contents[name]
    files = ScoreFiles(name)
    files.pack, files.raw = _revive_mapping(content.get("pack.yaml")), _revive_mapping(content.get("model.yaml"))
    model = make(files, types)
    return model, f"{files.pack.get('version')}+sha256:{hash_canonical(dict(content))}"


def _read_requires(contents: Mapping[str, Content], pack_id: str) -> list[str]:
    pack = contents.get(pack_id, {}).get("pack.yaml")
    if not isinstance(pack, dict):
        raise PackError((PackProblem(f"{pack_id}/pack.yaml", "(file)", "is missing"),))
    requires = pack.get("requires", [])
    return [str(needed) for needed in requires] if isinstance(requires, list) else []


def _revive_mapping(content: JsonValue) -> dict[str, object]:
    return {str(key): _revive(value) for key, value in content.items()} if isinstance(content, dict) else {}


def _revive(content: JsonValue) -> object:
    """What YAML gave before it was kept as JSON; numbers as keys in rising order, as the steps of a scale stand."""
    if isinstance(content, dict):
        revived = [(_revive_key(key), _revive(value)) for key, value in content.items()]
        if revived and all(type(key) in (int, float) for key, _ in revived):
            revived.sort(key=lambda pair: float(str(pair[0])))
        return dict(revived)
    if isinstance(content, list):
        return [_revive(value) for value in content]
    return date.fromisoformat(content) if isinstance(content, str) and _DAY.fullmatch(content) else content


def _revive_key(key: str) -> object:
    if key in _WORDS:
        return _WORDS[key]
    if _WHOLE.fullmatch(key):
        return int(key)
    return float(key) if _FRACTION.fullmatch(key) else key
