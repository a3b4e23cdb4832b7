"""Reads the bytes of a CycloneDX bill of materials in JSON; what is wrong inside is told all at once."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

from django.utils import timezone
from pydantic import ValidationError

from governance.imports.bom.problems import BillProblem, UnreadableBillError, join_place, show_value, tell_problems
from governance.imports.bom.shapes import ComponentEntry, Header, ServiceEntry, Shape
from governance.services.checking import check_day

MOST_BYTES: Final = 20_000_000
MOST_ENTRIES: Final = 10_000
_DEEPEST: Final = 50
_READ: Final = ("1.5", "1.6", "1.7")
_XML: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
AnyShape = TypeVar("AnyShape", bound=Shape)


@dataclass(frozen=True, slots=True)
class Source:
    """What every statement of a bill is supported by: the bill in words, and the day it was made, if it says so."""

    text: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Placed:
    """A component or a service and where it stands in the file."""

    place: str
    entry: ComponentEntry | ServiceEntry


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill as far as it can be read: its entries, and what keeps others from being read."""

    spec_version: str
    source: Source
    entries: tuple[Placed, ...]
    problems: tuple[BillProblem, ...]


_INSTANT: Final = "the instant at which it was made, as 2026-01-31T12:00:00Z"


def read_bill(content: bytes) -> Bill:
    """Give every component and service with its place, those inside others too, and all that is wrong.

    Raises UnreadableBillError with a message for the person who uploaded it.
    """
    raw = _parse(content)
    version = _check_format(raw)
    problems: list[BillProblem] = []
    header = _fit(Header, raw, "", problems)
    source = _name_source(header, content, problems)
    entries: list[Placed] = []
    for place, found, shape in _walk(raw, problems):
        entry = _fit(shape, found, place, problems)
        if entry is not None:
            entries.append(Placed(place, entry))
    return Bill(version, source, tuple(entries), tuple(problems))


def _parse(content: bytes) -> Mapping[str, object]:
    if not content.strip():
        raise UnreadableBillError("The file is empty.")
    if len(content) > MOST_BYTES:
        raise UnreadableBillError(
            f"The file has {len(content) / 1e6:.1f} MB; up to {MOST_BYTES / 1e6:.0f} MB are read."
        )
    if _XML.match(content):
        raise UnreadableBillError("This is XML. Bills of materials are read in JSON; export it as CycloneDX JSON.")
    try:
        raw = json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=_take_each_once, parse_constant=_refuse_constant
        )
    except UnicodeDecodeError:
        raise UnreadableBillError("This is not a text in UTF-8, as JSON has to be. Export it again.") from None
    except RecursionError:
        raise UnreadableBillError("The file is nested too deeply to be read.") from None
    except json.JSONDecodeError as wrong:
        message = f"This is no JSON: {wrong.msg} in line {wrong.lineno}, column {wrong.colno}. Export it again."
        raise UnreadableBillError(message) from None
    except ValueError as wrong:
        raise UnreadableBillError(f"The file cannot be read: {wrong}.") from None
    if not isinstance(raw, dict):
        raise UnreadableBillError("This is JSON, but no bill of materials: it should begin with a brace.")
    return raw


def _take_each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"“{show_value(twice)}” stands twice in one object, so that it is not clear which one counts")
    return found


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no number in JSON")


def _check_format(raw: Mapping[str, object]) -> str:
    if raw.get("bomFormat") != "CycloneDX":
        other = "an SPDX document" if "spdxVersion" in raw or "@graph" in raw else "no CycloneDX bill of materials"
        raise UnreadableBillError(f"This is {other}. CycloneDX in JSON is read; “bomFormat” has to be “CycloneDX”.")
    version = raw.get("specVersion")
    if version not in _READ:
        readable = f"{', '.join(_READ[:-1])} and {_READ[-1]}"
        named = show_value(version) if version else "without a version"
        raise UnreadableBillError(f"This is CycloneDX {named}. {readable} are read; export it anew in one of these.")
    return str(version)


def _fit(shape: type[AnyShape], raw: object, place: str, problems: list[BillProblem]) -> AnyShape | None:
    """The entry in its shape; where it does not fit, all reasons are added to the problems."""
    try:
        return shape.model_validate(raw)
    except ValidationError as wrong:
        problems += tell_problems(wrong, place)
    return None


def _name_source(header: Header | None, content: bytes, problems: list[BillProblem]) -> Source:
    """The bill by its serial number and version; one without a number is known by the SHA-256 of its file."""
    if header is None:
        return Source("", None)
    serial = header.serial_number or f"without a serial number, SHA-256 {hashlib.sha256(content).hexdigest()}"
    stamp = header.metadata.timestamp
    day = None
    if stamp:
        try:
            day = datetime.fromisoformat(stamp).date()
        except ValueError:
            problems.append(BillProblem("metadata.timestamp", show_value(stamp), "is no instant", _INSTANT))
        else:
            problems += [BillProblem("metadata.timestamp", stamp, what, _INSTANT) for what in _doubt_day(day)]
    return Source(f"CycloneDX bill of materials {serial}, version {header.version}", day)


def _doubt_day(day: date) -> Iterator[str]:
    """What is wrong with the day of a bill; east of here it may be tomorrow's."""
    if check_day(day):
        yield "lies before 1900"
    if day > timezone.localdate() + timedelta(days=1):
        yield "is still to come"


_Found = tuple[str, object, type[ComponentEntry] | type[ServiceEntry]]


def _walk(raw: Mapping[str, object], problems: list[BillProblem]) -> Iterator[_Found]:
    """What the bill is about, its components and its services, each before those inside it."""
    metadata = raw.get("metadata")
    about = metadata.get("component") if isinstance(metadata, dict) else None
    found: list[_Found] = []
    if about is not None:
        found.append(("metadata.component", about, ComponentEntry))
        found += _walk_inside(about, "metadata.component", 1, problems)
    found += _walk_inside(raw, "", 0, problems)
    if len(found) > MOST_ENTRIES:
        raise UnreadableBillError(f"The bill has {len(found):,} entries; up to {MOST_ENTRIES:,} are read at once.")
    yield from found


def _walk_inside(raw: object, place: str, depth: int, problems: list[BillProblem]) -> Iterator[_Found]:
    if not isinstance(raw, dict):
        return
    if depth > _DEEPEST:
        raise UnreadableBillError("The file is nested too deeply to be read.")
    for name, shape in (("components", ComponentEntry), ("services", ServiceEntry)):
        here = join_place(place, (name,))
        for number, each in enumerate(_list_in(raw, name, here, problems)):
            yield join_place(here, (number,)), each, shape
            yield from _walk_inside(each, join_place(here, (number,)), depth + 1, problems)


def _list_in(raw: Mapping[str, object], name: str, place: str, problems: list[BillProblem]) -> Sequence[object]:
    listed = raw.get(name, [])
    if isinstance(listed, list):
        return listed
    problems.append(BillProblem(place, show_value(listed), "is not a list", "a list in square brackets"))
    return []
