"""Turns the catalogue's entries into the columns of the register's rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from django.db import models

from governance.catalogue.schema import (
    ArtefactEntry,
    ComponentEntry,
    ConflictEntry,
    HostEntry,
    Statement,
    VendorEntry,
)

Columns: TypeAlias = dict[str, object]
_SIX_PLACES: Final = Decimal("0.000001")


def vendor_columns(entry: VendorEntry) -> Columns:
    """The columns of a vendor, its parent left out; the row's source is that of its most telling statement."""
    support = next((said for said in (entry.legal_name, entry.country, entry.ultimate_parent) if said), None)
    return {
        "legal_name": entry.legal_name.value if entry.legal_name else "",
        "lei": entry.lei.value if entry.lei else "",
        "country": entry.country.value if entry.country else "",
        **_support_columns(support),
    }


def component_columns(entry: ComponentEntry, vendor: VendorEntry | None) -> Columns:
    """The columns of a component, its vendor left out; conflicts about the vendor stand among its own."""
    vendor_conflicts = vendor.conflicts if vendor else []
    conflicts = [_conflict(conflict) for conflict in entry.conflicts]
    conflicts += [_conflict(conflict) | {"field": f"vendor: {conflict.field}"} for conflict in vendor_conflicts]
    return {
        "name": entry.name,
        "version": entry.version,
        "kind": entry.kind.value,
        "released_on": _full_day(entry.released.value) if entry.released else None,
        "licence_raw": entry.licence.raw,
        "licence_id": entry.licence.spdx,
        "licence_flags": list(entry.licence.flags),
        "summary": entry.summary,
        "is_hosted_only": entry.is_hosted_only,
        "facts": [{"key": fact.key, "value": _stored(fact.value), **_support_json(fact)} for fact in entry.facts],
        "claims": component_claims(entry),
        "conflicts": conflicts,
        "index_answers": _index_answers(entry),
        "details": _details(entry),
        "renamed_to": entry.renamed.to if entry.renamed else "",
        "renamed_on": entry.renamed.on_day if entry.renamed else None,
    }


def component_claims(entry: ComponentEntry) -> list[Columns]:
    """Who calls the component open, where and when, as the catalogue has it."""
    return [
        {"by": claim.by, "says": claim.says, "where": claim.where, "on": _iso(claim.on), "grade": claim.grade.value}
        for claim in entry.claims
    ]


def artefact_columns(entry: ArtefactEntry) -> Columns:
    """The columns of one of the 17 parts."""
    return {
        "availability": entry.availability.value,
        "licence_raw": entry.licence_raw,
        "licence_id": entry.licence,
        "url": entry.url,
        "note": entry.note,
        "source": entry.source,
        "source_on": entry.on or entry.read_on,
        "grade": str(entry.grade),
    }


def host_columns(entry: HostEntry) -> Columns:
    """The columns of a host's offer; company, name at the company and source identify the row."""
    return {
        "role": entry.role.value,
        "price_in": _price(entry.price_in),
        "price_out": _price(entry.price_out),
        "unit": entry.unit,
        "context_tokens": entry.context_tokens,
        "offered_from": entry.offered_from,
        "offered_until": entry.offered_until,
        "retires_on": entry.retires_on,
        "note": entry.note,
        "is_checked": entry.checked,
        "source_on": entry.day,
        "grade": str(entry.grade),
    }


def read_columns(instance: models.Model, names: Mapping[str, object]) -> Columns:
    """What the row holds now in the given columns, in the form the other functions give."""
    return {name: _plain(getattr(instance, name)) for name in names}


def digest(columns: Columns) -> str:
    """The SHA-256 of columns, whatever the database made of their numbers and days."""
    plain = {name: _plain(value) for name, value in columns.items()}
    return hashlib.sha256(json.dumps(plain, sort_keys=True, default=str).encode()).hexdigest()


def _conflict(entry: ConflictEntry) -> Columns:
    opinions = [
        {"value": opinion.value, "source": opinion.source, "on": _iso(opinion.on), "read_on": _iso(opinion.read_on)}
        for opinion in entry.values
    ]
    return {"field": entry.field, "values": opinions}


def _index_answers(entry: ComponentEntry) -> Columns:
    index = entry.index
    if index is None:
        return {}
    return {
        "set": index.set_from.isoformat(),
        "types": list(index.types),
        "dimensions": dict(index.dimensions),
        **_support_json(index),
    }


def _details(entry: ComponentEntry) -> list[Columns]:
    """The further statements, with those whose source has no column of its own."""
    own: list[Columns] = [
        {"topic": "licence", "value": entry.licence.raw, **_support_json(entry.licence)},
    ]
    if entry.released:
        own.append({"topic": "released", "value": entry.released.value, **_support_json(entry.released)})
    if entry.renamed:
        own.append({"topic": "renamed", "value": entry.renamed.to, **_support_json(entry.renamed)})
    return own + [{"topic": said.topic, "value": said.value, **_support_json(said)} for said in entry.details]


def _support_json(said: Statement) -> Columns:
    return {
        "source": said.source,
        "on": _iso(said.on),
        "read_on": _iso(said.read_on),
        "grade": said.grade.value,
        "note": said.note,
    }


def _support_columns(said: Statement | None) -> Columns:
    if said is None:
        return {"source": "", "source_on": None, "grade": ""}
    return {"source": said.source, "source_on": said.day, "grade": said.grade.value}


def _price(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(_SIX_PLACES)


def _stored(value: object) -> object:
    """A float that is written with an exponent as the whole number it names: PostgreSQL gives it back so."""
    return int(Decimal(repr(value))) if isinstance(value, float) and "e+" in repr(value) else value


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _full_day(text: str) -> date | None:
    """A release known only by its month or year has no day; what is known of it stands in the details."""
    return date.fromisoformat(text) if len(text) == len("2026-11-20") else None


def _plain(value: object) -> object:
    """Countries, enums and numbers of the database as the plain values the catalogue gives."""
    if isinstance(value, Decimal):
        return value.quantize(_SIX_PLACES)
    if value is None or isinstance(value, bool | int | float | date | list | dict):
        return value
    return str(value)
