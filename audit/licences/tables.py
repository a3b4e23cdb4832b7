"""The licence tables of the openness pack, read once: aliases, named licences, restrictions, open ids and terms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from audit.rulepacks.loader import RULEPACKS
from audit.rulepacks.problems import ProblemList
from audit.rulepacks.yaml_files import read_mapping

OPENNESS: Final = RULEPACKS / "openness"
_DASH: Final = re.compile("[\u2010-\u2015\u2212]")
_LICENCE_WORD: Final = re.compile("许可证|许可協議|许可协议|许可|開源協議|协议|授權條款|ライセンス|лицензия")
_NOISE: Final = re.compile(r"\b(the|license|licensed|version)\b")
_VERSION_SIGN: Final = re.compile(r"v(?=\d)")
_NO_LETTER: Final = re.compile(r"[^a-z0-9+]+")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text that is recognised by words in it, with the licence it names and the flags it carries."""

    match: re.Pattern[str]
    name: str | None
    flags: frozenset[str]
    terms: str | None = None


@dataclass(frozen=True, eq=False)
class LicenceTables:
    """How licence texts are recognised. All of it is dated data of the openness pack."""

    open_ids: frozenset[str]
    fillers: frozenset[str]
    nothing_said: frozenset[str]
    aliases: Mapping[str, str]
    same_as: Mapping[str, str]
    words_in_any_case: frozenset[str]
    unversioned: tuple[Pattern, ...]
    model_names: re.Pattern[str]
    named: tuple[Pattern, ...]
    restrictions: tuple[Pattern, ...]
    publishers: frozenset[str]
    own_terms: re.Pattern[str]
    open_names: re.Pattern[str]
    addresses: tuple[tuple[re.Pattern[str], str], ...]
    by_id: tuple[Pattern, ...]
    open_data: re.Pattern[str]
    fsf_libre: frozenset[str]
    not_osi_approved: frozenset[str]
    no_attribution: frozenset[str]


def fold(text: str) -> str:
    """Lower case, one spelling of licence, single spaces, no wide or decorated letters."""
    plain = _DASH.sub("-", unicodedata.normalize("NFKC", text).casefold())
    plain = _LICENCE_WORD.sub(" license ", plain.replace("licence", "license").replace("lizenz", "license"))
    return " ".join(plain.split()).strip(" .;:,\"'“”‘’`*")


def squeeze(text: str) -> str:
    """The folded text without filler words and punctuation, so that spellings of one name fall together."""
    return _VERSION_SIGN.sub("", _NO_LETTER.sub("", _NOISE.sub(" ", fold(text))))


@lru_cache(maxsize=1)
def load_licence_tables() -> LicenceTables:
    """Read the tables. Raises ``PackError`` with every problem of the files."""
    names_file, terms_file, mof_file = (
        ProblemList(f"openness/{name}") for name in ("licence_names.yaml", "licence_terms.yaml", "mof.yaml")
    )
    names: Mapping[str, Any] = read_mapping(OPENNESS / "licence_names.yaml", names_file)
    terms: Mapping[str, Any] = read_mapping(OPENNESS / "licence_terms.yaml", terms_file)
    mof: Mapping[str, Any] = read_mapping(OPENNESS / "mof.yaml", mof_file)
    for file in (names_file, terms_file, mof_file):
        file.raise_if_any()
    flags_of = {entry["id"]: _flags(entry["flags"]) for entry in terms["licences"]}
    for entry in names["named"]:
        if entry.get("terms", entry.get("flags")) is None or entry.get("terms", "mit") not in flags_of:
            names_file.add(f"named.{entry['match']}", "needs terms (an id of licence_terms.yaml) or flags")
    names_file.raise_if_any()
    open_ids = frozenset(mof["open_licence_ids"])
    return LicenceTables(
        open_ids=open_ids,
        fillers=frozenset(fold(text) for text in names["fillers"]),
        nothing_said=frozenset(fold(text) for text in names["nothing_said"]),
        aliases=_read_aliases(names, open_ids),
        same_as=names["same_as"],
        words_in_any_case=frozenset(names["words_in_any_case"]),
        unversioned=_patterns(names["unversioned"], {}),
        model_names=_model_names(names["model_names"]),
        named=_patterns(names["named"], flags_of),
        restrictions=_patterns(names["restrictions"], {}),
        publishers=frozenset(names["publishers"]),
        own_terms=re.compile(names["own_terms"]),
        open_names=re.compile(names["open_names"]),
        addresses=tuple((re.compile(entry["match"]), entry["means"]) for entry in names["addresses"]),
        by_id=_patterns(names["by_id"], {}),
        open_data=re.compile(names["open_data"]),
        fsf_libre=frozenset(names["fsf_libre"]),
        not_osi_approved=frozenset(names["not_osi_approved"]),
        no_attribution=frozenset(names["no_attribution"]),
    )


def _model_names(names: Mapping[str, Iterable[str]]) -> re.Pattern[str]:
    """A family of models with its version behind it, in which there is a digit; of folded text."""
    publishers, families, variants = (
        "|".join(map(re.escape, names[each])) for each in ("publishers", "families", "variants")
    )
    version = rf"(?:v?\d+(?:\.\d+)*(?:x\d+)?[abkmv]?|[ar]\d+b?|{variants})"
    return re.compile(rf"(?=.*\d)(?:(?:{publishers})/)?(?:{families})(?:[ _-]?{version})+")


def _flags(flags: Mapping[str, object]) -> frozenset[str]:
    """What the text is known to say; what was not read is not asserted."""
    return frozenset(
        name for name, value in flags.items() if value is True or isinstance(value, dict) or _is_count(value)
    )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _patterns(entries: Iterable[Mapping[str, Any]], flags_of: Mapping[str, frozenset[str]]) -> tuple[Pattern, ...]:
    return tuple(
        Pattern(
            re.compile(entry["match"]),
            entry.get("name"),
            flags_of[entry["terms"]] if "terms" in entry else frozenset(entry["flags"]),
            entry.get("terms"),
        )
        for entry in entries
    )


def _read_aliases(names: Mapping[str, Any], open_ids: frozenset[str]) -> dict[str, str]:
    """Squeezed spelling to SPDX id: those written down, and the ids themselves where they are no plain word."""
    aliases = {squeeze(each): each for each in sorted(open_ids) if is_telling(each, names["words_in_any_case"])}
    for spdx_id, texts in names["aliases"].items():
        aliases[squeeze(spdx_id)] = spdx_id
        aliases |= {squeeze(text): spdx_id for text in texts}
    return aliases


def is_telling(spdx_id: str, words_in_any_case: Iterable[str]) -> bool:
    """Tell whether an id is recognised in any spelling: it has a digit or a hyphen, or is listed as unmistakable."""
    return spdx_id in words_in_any_case or any(sign.isdigit() or sign == "-" for sign in spdx_id)
