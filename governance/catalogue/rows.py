"""Loads the rows that hang on a component, its dossier and its hosts, and leaves alone what an officer entered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from governance.catalogue.mapping import Columns, digest, read_columns
from governance.catalogue.report import Outcome, RowChange
from governance.models import Component, ComponentArtefact, HostOffer

Row: TypeAlias = ComponentArtefact | HostOffer
Identity: TypeAlias = tuple[object, ...]
_LATER_COLUMNS: Final = frozenset({"context_tokens", "is_checked"})
"""Columns that rows of an earlier version of the register were written without."""


@dataclass(frozen=True, slots=True)
class RowSet:
    """The rows of one kind that the catalogue wants for a component, by what identifies them."""

    model: type[ComponentArtefact] | type[HostOffer]
    key: tuple[str, ...]
    wanted: Mapping[Identity, Columns]


def load_rows(rows: RowSet, component: Component, label: str) -> Iterator[RowChange]:
    """Add, change and remove rows; each that an officer entered or corrected stays as it is."""
    existing = {identity: row for row in _stored(rows.model, component) if (identity := _identify(row, rows.key))}
    fresh = []
    for identity, columns in rows.wanted.items():
        row = existing.pop(identity, None)
        if row is None:
            row = rows.model(component=component, **dict(zip(rows.key, identity, strict=True)))
            fresh.append(_fill(row, columns))
        else:
            yield from _change(row, columns, component, label)
    _insert(fresh)
    yield from (RowChange(Outcome.ADDED, f"{label}: {_name(row)}", row) for row in fresh)
    names = next(iter(rows.wanted.values()), None)
    for row in existing.values():
        yield from _remove(row, names or _all_columns(row, rows.key), label)


def _stored(model: type[ComponentArtefact] | type[HostOffer], component: Component) -> list[Row]:
    if model is ComponentArtefact:
        return list(ComponentArtefact.objects.filter(component=component))
    return list(HostOffer.objects.filter(component=component).select_related("company"))


def _identify(row: Row, key: tuple[str, ...]) -> Identity:
    return tuple(getattr(row, name) for name in key)


def _name(row: Row) -> str:
    return row.part if isinstance(row, ComponentArtefact) else f"{row.role} {row.company.name} {row.model_id}".strip()


def _fill(row: Row, columns: Columns) -> Row:
    for name, value in columns.items():
        setattr(row, name, value)
    row.catalogue_digest = digest(columns)
    return row


def _insert(rows: list[Row]) -> None:
    ComponentArtefact.objects.bulk_create([row for row in rows if isinstance(row, ComponentArtefact)])
    HostOffer.objects.bulk_create([row for row in rows if isinstance(row, HostOffer)])


def _change(row: Row, columns: Columns, component: Component, label: str) -> Iterator[RowChange]:
    current = read_columns(row, columns)
    differing = tuple(name for name, value in columns.items() if current[name] != value)
    if not differing:
        return
    is_named = isinstance(row, ComponentArtefact) and f"artefacts.{row.part}" in component.corrected_fields
    if is_named or not _is_as_written(row, current):
        yield RowChange(Outcome.KEPT, f"{label}: {_name(row)}", row, kept=differing)
        return
    _fill(row, columns).save()
    yield RowChange(Outcome.CHANGED, f"{label}: {_name(row)}", row, differing)


def _is_as_written(row: Row, current: Columns) -> bool:
    """Whether the row is as the catalogue wrote it, perhaps before a column was there that is empty now."""
    earlier = {name: value for name, value in current.items() if name not in _LATER_COLUMNS or value is not None}
    return row.catalogue_digest in (digest(current), digest(earlier))


def _remove(row: Row, names: Mapping[str, object], label: str) -> Iterator[RowChange]:
    """Take away what the catalogue wrote and no longer says."""
    if not row.catalogue_digest:
        return
    if not _is_as_written(row, read_columns(row, names)):
        yield RowChange(Outcome.KEPT, f"{label}: {_name(row)}", row, kept=("the whole row",))
        return
    name = _name(row)
    row.delete()
    yield RowChange(Outcome.REMOVED, f"{label}: {name}", row)


def _all_columns(row: Row, key: tuple[str, ...]) -> Columns:
    leave_out = {"id", "component_id", "company_id", "catalogue_digest", *key}
    return {field.attname: None for field in row._meta.concrete_fields if field.attname not in leave_out}
