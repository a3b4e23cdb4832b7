"""The scenarios, and how they are read from words: names are looked up, and all that is wrong is said at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final, TypeAlias

from audit.engine.dates import DayError, parse_day
from audit.engine.facts import JsonValue
from audit.portfolio.tables import Tables
from governance.choices import TransferTool


class NewTerms(StrEnum):
    """What a licence may become."""

    RESTRICTED = "restricted"
    FORBIDS_US = "forbids_us"


@dataclass(frozen=True, slots=True)
class VendorGone:
    """A company and all of its group disappear."""

    vendor_id: int
    on: date


@dataclass(frozen=True, slots=True)
class ModelRetired:
    """A version ends on a day, at one host or (no host) everywhere but on our own machines."""

    component_id: int
    host_id: int | None
    on: date


@dataclass(frozen=True, slots=True)
class PriceTimes:
    """The prices of a vendor's group, of a component or (neither) of all rise by a factor from a day on."""

    factor: Decimal
    vendor_id: int | None
    component_id: int | None
    on: date


@dataclass(frozen=True, slots=True)
class TransferStopped:
    """Transfer tools fall away for countries."""

    countries: frozenset[str]
    tools: frozenset[str]
    on: date


@dataclass(frozen=True, slots=True)
class LicenceChanged:
    """The licence of a component becomes restricted, or does not permit our use any more."""

    component_id: int
    to: NewTerms
    on: date


Scenario: TypeAlias = VendorGone | ModelRetired | PriceTimes | TransferStopped | LicenceChanged

NAMES: Final[Mapping[str, type[Scenario]]] = {
    "vendor_gone": VendorGone,
    "model_retired": ModelRetired,
    "price_times": PriceTimes,
    "transfer_stopped": TransferStopped,
    "licence_changed": LicenceChanged,
}
"""The scenarios by the words of the command and the API."""

PARAMETERS: Final[Mapping[str, tuple[str, ...]]] = {
    "vendor_gone": ("vendor", "on"),
    "model_retired": ("component", "host", "on"),
    "price_times": ("times", "vendor", "component", "on"),
    "transfer_stopped": ("country", "tool", "on"),
    "licence_changed": ("component", "to", "on"),
}
_OPTIONAL: Final = frozenset({"on", "host", "tool"})
_PRICE_SCOPE: Final = frozenset({"vendor", "component"})
DECISIONS: Final = frozenset({TransferTool.ADEQUACY.value, TransferTool.DPF.value})


def name_of(scenario: Scenario) -> str:
    """The word for a scenario."""
    return next(name for name, kind in NAMES.items() if isinstance(scenario, kind))


class ScenarioError(ValueError):
    """All that is wrong with a scenario, each with what would be right."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


def read_scenario(name: str, raw: Mapping[str, str], tables: Tables, as_of: date) -> Scenario:
    """Read a scenario's words. Vendors go by their name, components by key or name, days as 2026-11-20.

    Raises ``ScenarioError`` naming everything that is missing, unknown or impossible.
    """
    if name not in NAMES:
        raise ScenarioError([f"{name!r} is not a scenario; choose one of {', '.join(NAMES)}"])
    given = {key: value.strip() for key, value in raw.items() if value.strip()}
    problems: list[str] = []
    reader = _Reader(given, tables, as_of, problems)
    allowed = PARAMETERS[name]
    problems += [f"{name} takes no {key!r}; it takes {', '.join(allowed)}" for key in given if key not in allowed]
    needed = set(allowed) - _OPTIONAL - (_PRICE_SCOPE if name == "price_times" else set())
    needed |= {"on"} if name == "model_retired" else set()
    problems += [f"{name} needs {key!r}" for key in allowed if key in needed and key not in given]
    scenario = reader.make(name)
    if problems or scenario is None:
        raise ScenarioError(problems)
    return scenario


def describe_scenario(scenario: Scenario, tables: Tables) -> dict[str, JsonValue]:
    """The scenario with the names a reader knows."""
    found: dict[str, JsonValue] = {"scenario": name_of(scenario)}
    for each in fields(scenario):
        value = getattr(scenario, each.name)
        if each.name in ("vendor_id", "host_id"):
            found[each.name.removesuffix("_id")] = None if value is None else tables.name_vendor(value)
        elif each.name == "component_id":
            found["component"] = None if value is None else tables.name_component(value)
        elif isinstance(value, frozenset):
            found[each.name] = [*sorted(value)]
        else:
            found[each.name] = float(value) if isinstance(value, Decimal) else str(value)
    return found


@dataclass(frozen=True, slots=True)
class _Reader:
    given: Mapping[str, str]
    tables: Tables
    as_of: date
    problems: list[str]

    def make(self, name: str) -> Scenario | None:
        """The scenario, or none where something it cannot do without is wrong; the problems are noted."""
        on, vendor, component, host = self.day(), self.vendor("vendor"), self.component(), self.vendor("host")
        if name == "price_times":
            factor = self.factor()
            return None if factor is None else PriceTimes(factor, vendor, component, on)
        if name == "transfer_stopped":
            return TransferStopped(self.countries(), self.tools(), on)
        if name == "vendor_gone":
            return None if vendor is None else VendorGone(vendor, on)
        if component is None:
            return None
        if name == "model_retired":
            return ModelRetired(component, host, on)
        terms = self.terms()
        return None if terms is None else LicenceChanged(component, terms, on)

    def day(self) -> date:
        try:
            day = parse_day(self.given["on"]) if "on" in self.given else self.as_of
        except DayError as wrong:
            self.problems.append(f"on: {wrong}")
            return self.as_of
        if day < self.as_of:
            self.problems.append(f"on: {day} lies before {self.as_of}, the day of the register; give a later day")
        return day

    def vendor(self, key: str) -> int | None:
        if key not in self.given:
            return None
        names = {row.name.casefold(): row.id for row in self.tables.vendors}
        return self._look_up(key, names, [row.name for row in self.tables.vendors])

    def component(self) -> int | None:
        if "component" not in self.given:
            return None
        names = {row.label.casefold(): row.id for row in self.tables.components}
        names |= {row.key.casefold(): row.id for row in self.tables.components}
        return self._look_up("component", names, [row.key for row in self.tables.components])

    def _look_up(self, key: str, names: Mapping[str, int], shown: list[str]) -> int | None:
        wanted = self.given[key]
        found = names.get(wanted.casefold())
        if found is None:
            near = difflib.get_close_matches(wanted, shown, n=3, cutoff=0.5)
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            self.problems.append(f"{key}: {wanted!r} is not in the register{hint}")
        return found

    def factor(self) -> Decimal | None:
        try:
            factor = Decimal(self.given.get("times", ""))
        except InvalidOperation:
            factor = Decimal("NaN")
        if factor.is_finite() and factor >= 0:
            return factor
        if "times" in self.given:
            self.problems.append(f"times: {self.given['times']!r} is not a factor of 0 or more, for example 3 or 1.5")
        return None

    def countries(self) -> frozenset[str]:
        found = frozenset(code.strip().upper() for code in self.given.get("country", "").split(",") if code.strip())
        wrong = sorted(code for code in found if len(code) != 2 or not code.isascii() or not code.isalpha())
        if wrong:
            self.problems.append(f"country: {', '.join(wrong)} is not a country; give two letters, for example US")
        return found

    def tools(self) -> frozenset[str]:
        found = frozenset(tool.strip() for tool in self.given.get("tool", "").split(",") if tool.strip()) or DECISIONS
        usable = [tool.value for tool in TransferTool if tool not in (TransferTool.UNKNOWN, TransferTool.NONE)]
        wrong = sorted(found - set(usable))
        if wrong:
            self.problems.append(f"tool: {', '.join(wrong)} is not a transfer tool; choose from {', '.join(usable)}")
        return found

    def terms(self) -> NewTerms | None:
        if "to" not in self.given:
            return None
        try:
            return NewTerms(self.given["to"])
        except ValueError:
            self.problems.append(f"to: {self.given['to']!r} is not one of {', '.join(NewTerms)}")
            return None
