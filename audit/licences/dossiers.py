"""Reads an openness dossier from JSON and judges it with its licences understood (facts/openness/README.md §6)."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, TypeVar

from audit.engine.facts import FactProblem, FactSheetError, JsonValue
from audit.engine.openness import OpennessResult, OpennessTables, judge_openness, licence_texts
from audit.engine.openness.dossier import (
    Availability,
    Claim,
    Component,
    Dossier,
    FrameworkComponent,
    IndexDimension,
    Speaker,
)
from audit.licences.reading import read_licences
from audit.licences.tables import OPENNESS
from audit.rulepacks.problems import ProblemList
from audit.rulepacks.yaml_files import read_mapping

LICENCE_TYPES: Final = ("distribution", "code", "data", "document")
# Spellings that would otherwise be left aside and change the verdict in silence.
_MISSPELT: Final = {
    "licence": "license",
    "licences": "license",
    "licenses": "license",
    "component": "components",
    "claim": "claims",
    "hosted": "hosted_only",
    "hosted-only": "hosted_only",
    "hostedOnly": "hosted_only",
    "available": "availability",
    "is_hosted_only": "hosted_only",
    "is_in_house": "in_house",
    "is_software": "software",
    "global_license": "license",
}
_KEYS: Final = (
    *("id", "components", "license", "osai", "types", "claims"),
    *("hosted_only", "in_house", "software", "data_information"),
)
_COMPONENT_KEYS: Final = ("name", "license", "availability", "other_licenses")
# A short word is near to many others; only a long one is taken for a slip.
_LONG: Final = 7
_VALUES: Final = ("open", "partial", "closed", "")
Entry = Mapping[str, JsonValue]
Made = TypeVar("Made")
ChoiceT = TypeVar("ChoiceT", bound=StrEnum)


@lru_cache(maxsize=1)
def load_openness_tables() -> OpennessTables:
    """The frameworks' components and the index's present dimensions. Raises ``PackError`` where a file is wrong."""
    mof_file, osai_file = ProblemList("openness/mof.yaml"), ProblemList("openness/osai.yaml")
    mof: Mapping[str, Any] = read_mapping(OPENNESS / "mof.yaml", mof_file)
    osai: Mapping[str, Any] = read_mapping(OPENNESS / "osai.yaml", osai_file)
    mof_file.raise_if_any()
    osai_file.raise_if_any()
    present = max(osai["sets"], key=lambda each: each["applies_from"])
    return OpennessTables(
        components={
            each["name"]: FrameworkComponent(each["name"], each["type"], each["class"], each["counts"])
            for each in mof["components"]
        },
        open_ids=frozenset(mof["open_licence_ids"]),
        dimensions=tuple(
            IndexDimension(each["id"], each["category"], frozenset(each["types"]), each["title"])
            for each in present["dimensions"]
        ),
        values={name: float(value) for name, value in osai["values"].items()},
        dimensions_from=present["applies_from"].isoformat(),
    )


def judge_dossier(dossier: Dossier) -> OpennessResult:
    """Judge a dossier with its licence texts understood."""
    return judge_openness(dossier, load_openness_tables(), read_licences(licence_texts(dossier)))


def parse_dossier(raw: Entry) -> Dossier:
    """Read a dossier; raises ``FactSheetError`` naming every wrong entry at once.

    Keys that describe the model otherwise (name, producer, …) are left aside.
    """
    return _Reader(raw).read()


def _find_meant(key: str, known: tuple[str, ...]) -> str:
    """The key that another spelling, or a slip in a long word, stands for; empty where it is a key of its own."""
    if _MISSPELT.get(key) in known:
        return _MISSPELT[key]
    letters = "".join(sign for sign in key.casefold() if sign.isalpha())
    same = [name for name in known if name.replace("_", "") == letters]
    near = difflib.get_close_matches(key.casefold(), [name for name in known if len(name) >= _LONG], n=1, cutoff=0.85)
    return next(iter([*same, *near]), "")


class _Reader:
    """Reads one dossier and gathers all that is wrong with it."""

    def __init__(self, raw: Entry) -> None:
        self.raw = raw
        self.tables = load_openness_tables()
        self.problems: list[FactProblem] = []

    def read(self) -> Dossier:
        """The dossier, or ``FactSheetError`` with all problems."""
        self._refuse_misspelt("", self.raw, _KEYS)
        identity = self.raw.get("id")
        if isinstance(identity, bool) or not isinstance(identity, str | int) or identity == "":
            self.refuse("id", f"is {identity!r}; expected a text that names the model")
        dossier = Dossier(
            id=str(identity),
            components=tuple(self._each("components", self._component)),
            licences=self._licences(),
            osai=self._osai(),
            types=tuple(self._each("types", self._type)),
            claims=tuple(self._each("claims", self._claim)),
            hosted_only=self._flag("hosted_only"),
            in_house=bool(self._flag("in_house")),
            is_software=bool(self._flag("software")),
            data_information=self._flag("data_information"),
        )
        if self.problems:
            raise FactSheetError(tuple(self.problems))
        return dossier

    def refuse(self, key: str, message: str) -> None:
        """Note one problem."""
        self.problems.append(FactProblem(key, message))

    def _refuse_misspelt(self, place: str, entry: Entry, known: tuple[str, ...]) -> None:
        for key in sorted(set(entry) - set(known)):
            meant = _find_meant(key, known)
            if meant and not (key == "global_license" and meant in entry):
                self.refuse(f"{place}{key}", f"is not a key of this door; it is written {meant}")

    def _type(self, place: str, entry: JsonValue) -> str | None:
        known = sorted({name for each in self.tables.dimensions for name in each.types})
        if not isinstance(entry, str) or entry not in known:
            self.refuse(place, f"is {entry!r}; expected one of {', '.join(known)}")
            return None
        return entry

    def _flag(self, key: str) -> bool | None:
        value = self.raw.get(key)
        if value is not None and not isinstance(value, bool):
            self.refuse(key, f"is {value!r}; expected true or false, or leave it out if it is unknown")
            return None
        return value

    def _each(self, key: str, read: Callable[[str, JsonValue], Made | None]) -> Iterable[Made]:
        entries = self.raw.get(key)
        if entries is None:
            return
        if not isinstance(entries, list):
            self.refuse(key, f"is {entries!r}; expected a list")
            return
        for place, entry in enumerate(entries):
            made = read(f"{key}[{place}]", entry)
            if made is not None:
                yield made

    def _component(self, place: str, entry: JsonValue) -> Component | None:
        if not isinstance(entry, dict):
            self.refuse(place, 'is not a component such as {"name": "Model card"}')
            return None
        name = entry.get("name")
        if not isinstance(name, str) or name not in self.tables.components:
            known = ", ".join(self.tables.components)
            self.refuse(place, f"{name!r} is not a component of the Model Openness Framework; they are {known}")
            return None
        self._refuse_misspelt(f"{place}.", entry, _COMPONENT_KEYS)
        return Component(
            name=name,
            licence=self._licence_text(f"{place}.license", entry.get("license")),
            availability=self._choice(
                f"{place}.availability", entry.get("availability"), Availability, Availability.AVAILABLE
            ),
            other_licences=self._others(f"{place}.other_licenses", entry.get("other_licenses")),
        )

    def _others(self, place: str, entries: JsonValue) -> tuple[str, ...]:
        if entries is not None and not isinstance(entries, list):
            self.refuse(place, f"is {entries!r}; expected a list of licence texts")
            return ()
        texts = [self._licence_text(f"{place}[{number}]", entry) for number, entry in enumerate(entries or ())]
        return tuple(text for text in texts if text)

    def _licence_text(self, place: str, entry: JsonValue) -> str | None:
        if isinstance(entry, dict) and "name" not in entry:
            self.refuse(place, f'is {entry!r}; expected the licence as text, or as {{"name": "MIT"}}')
            return None
        raw = entry.get("name") if isinstance(entry, dict) else entry
        if raw is not None and not isinstance(raw, str):
            self.refuse(place, f"is {raw!r}; a licence is given as text")
            return None
        return raw

    def _licences(self) -> dict[str, str]:
        entries = self.raw.get("license")
        if entries is None or entries == []:
            return {}
        if isinstance(entries, str):
            return {"distribution": entries}
        if not isinstance(entries, dict):
            self.refuse("license", f"is {entries!r}; expected an object with some of {', '.join(LICENCE_TYPES)}")
            return {}
        for kind in sorted(set(entries) - set(LICENCE_TYPES)):
            self.refuse(f"license.{kind}", f"is not a kind of licence; expected one of {', '.join(LICENCE_TYPES)}")
        texts = {kind: self._licence_text(f"license.{kind}", entries.get(kind)) for kind in LICENCE_TYPES}
        return {kind: text for kind, text in texts.items() if text}

    def _osai(self) -> dict[str, str] | None:
        entries = self.raw.get("osai")
        if entries is None:
            return None
        if not isinstance(entries, dict):
            self.refuse("osai", f"is {entries!r}; expected an object of dimensions")
            return None
        known = [each.id for each in self.tables.dimensions]
        for name in sorted(set(entries) - set(known)):
            self.refuse(f"osai.{name}", f"is not a dimension of the present set; they are {', '.join(known)}")
        found: dict[str, str] = {}
        for name, value in entries.items():
            text = "" if value is None else value
            if not isinstance(text, str) or text not in _VALUES:
                self.refuse(f"osai.{name}", f"is {value!r}; expected open, partial or closed")
            else:
                found[name] = text
        return found

    def _claim(self, place: str, entry: JsonValue) -> Claim | None:
        if not isinstance(entry, dict) or not isinstance(entry.get("says"), str):
            self.refuse(place, 'is not a claim such as {"by": "vendor", "says": "open source"}')
            return None
        return Claim(
            by=self._choice(f"{place}.by", entry.get("by"), Speaker),
            says=str(entry["says"]),
            where=str(entry.get("where") or ""),
            on=str(entry.get("on") or ""),
        )

    def _choice(self, place: str, raw: JsonValue, choices: type[ChoiceT], absent: ChoiceT | None = None) -> ChoiceT:
        if raw is None and absent is not None:
            return absent
        try:
            return choices(str(raw))
        except ValueError:
            self.refuse(place, f"is {raw!r}; expected one of {', '.join(choices)}")
            return next(iter(choices))
