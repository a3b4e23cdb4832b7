"""The choices of a decision memo: read from a request with all that is wrong told at once, and built again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final, TypeAlias

from audit.engine.dates import DayError, parse_day
from audit.engine.facts import JsonValue
from audit.portfolio.comparison import Choice
from audit.portfolio.costs import SelfHosting
from governance.choices import Adaptation, RunMode
from governance.models import Component, Vendor

_KEYS: Final = frozenset({"label", "component", "run_mode", "host", "adaptation", "assumed", "hosting"})
_AMOUNTS: Final = ("hardware", "staff", "licence", "running")
_Given: TypeAlias = Mapping[str, object]


def build_choice(plain: _Given) -> Choice:
    """Give the choice of a row's parameters."""
    hosting = plain.get("hosting")
    assumed = plain.get("assumed")
    host = plain.get("host_id")
    return Choice(
        label=str(plain["label"]),
        component_id=int(str(plain["component_id"])),
        run_mode=str(plain["run_mode"]),
        host_id=int(str(host)) if host is not None else None,
        adaptation=str(plain.get("adaptation") or Adaptation.AS_IS),
        assumed=dict(assumed) if isinstance(assumed, Mapping) else {},
        hosting=_build_hosting(hosting) if isinstance(hosting, Mapping) else None,
    )


def _build_hosting(plain: _Given) -> SelfHosting:
    amounts = {name: Decimal(str(plain[name])) for name in _AMOUNTS}
    return SelfHosting(
        **amounts,
        currency=str(plain["currency"]),
        source=str(plain["source"]),
        source_on=parse_day(str(plain["source_on"])),
    )


def read_choice(number: int, given: object, problems: list[str]) -> dict[str, JsonValue] | None:
    """Give one choice in the form of the row, and add what is wrong with it to the problems."""
    if not isinstance(given, Mapping):
        problems.append(f"Choice {number}: it has to be an object with component and run_mode.")
        return None
    wrong = [*_find_problems(given)]
    component, host = _find_component(given, wrong), _find_host(given, wrong)
    problems += [f"Choice {number}: {text}" for text in wrong]
    if wrong or component is None:
        return None
    mode = str(given["run_mode"])
    plain: dict[str, JsonValue] = {
        "label": str(given.get("label") or _name(component, mode, host)),
        "component_id": component.pk,
        "host_id": host.pk if host is not None else None,
        "run_mode": mode,
        "adaptation": str(given.get("adaptation") or Adaptation.AS_IS),
    }
    for name in ("assumed", "hosting"):
        value = given.get(name)
        if isinstance(value, Mapping) and value:
            plain[name] = {str(key): each if isinstance(each, bool) else _plain(each) for key, each in value.items()}
    return plain


def _plain(value: object) -> JsonValue:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | None) else str(value)


def _name(component: Component, mode: str, host: Vendor | None) -> str:
    at = f" at {host.name}" if host is not None else ""
    return f"{component}, {RunMode(mode).label.lower()}{at}"


def _find_problems(given: _Given) -> Iterator[str]:
    for key in sorted(set(map(str, given)) - _KEYS):
        yield f"“{key}” is not known; there are {', '.join(sorted(_KEYS))}."
    if given.get("run_mode") not in RunMode.values:
        yield f"run_mode has to be one of {', '.join(RunMode.values)}."
    if given.get("adaptation") and given["adaptation"] not in Adaptation.values:
        yield f"adaptation has to be one of {', '.join(Adaptation.values)}."
    if (hosting := given.get("hosting")) is not None:
        yield from _find_cost_problems(hosting)


def _find_cost_problems(hosting: object) -> Iterator[str]:
    if not isinstance(hosting, Mapping):
        yield "hosting has to be an object with hardware, staff, licence, running, currency, source and source_on."
        return
    for name in _AMOUNTS:
        try:
            amount = Decimal(str(hosting.get(name)))
        except InvalidOperation:
            yield f"hosting.{name} has to be an amount of a year, or of a unit for running; 0 if there is none."
            continue
        if not amount.is_finite() or amount < 0:
            yield f"hosting.{name} cannot be negative."
    for name in ("currency", "source"):
        if not hosting.get(name):
            yield f"hosting.{name} is missing: a cost without it cannot be checked."
    try:
        parse_day(str(hosting.get("source_on")))
    except DayError as error:
        yield f"hosting.source_on: {error}."


def _find_component(given: _Given, wrong: list[str]) -> Component | None:
    """By id, by its short identifier, or by the name as the register shows it."""
    named = given.get("component")
    if isinstance(named, int) and not isinstance(named, bool):
        found = [*Component.objects.filter(pk=named)]
    else:
        text = str(named or "").strip().lower()
        every = [*Component.objects.all()]
        found = [each for each in every if text in (each.key, str(each).lower())]
        found = found or [each for each in every if text == each.name.lower()]
    if len(found) > 1:
        wrong.append(f"“{named}” may be {' or '.join(each.key for each in found)}; give one of these.")
    elif not found:
        wrong.append(f"there is no component “{named}” in the register; give its id, or its name with its version.")
    return found[0] if len(found) == 1 else None


def _find_host(given: _Given, wrong: list[str]) -> Vendor | None:
    named = given.get("host")
    if named in (None, ""):
        return None
    if isinstance(named, int) and not isinstance(named, bool):
        found = Vendor.objects.filter(pk=named).first()
    else:
        found = Vendor.objects.filter(name__iexact=str(named)).first()
    if found is None:
        wrong.append(f"there is no company “{named}” in the register that could run it.")
    return found
