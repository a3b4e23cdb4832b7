"""Adds rows from plain columns: names are looked up, everything is checked by the model, and the change is recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import models

from governance.demo.schema import DemoError
from governance.models import Component, Evidence, Vendor
from governance.services.registering import save_row

RowType = TypeVar("RowType", bound=models.Model)
Lookup = Callable[[object], models.Model | None]


@dataclass(frozen=True, slots=True)
class Parts:
    """Columns that stay as they are, and the rows that were named."""

    plain: dict[str, object]
    found: dict[str, models.Model | None]


@dataclass(frozen=True, slots=True)
class Registrar:
    """Adds rows in the name of ``actor``."""

    actor: str

    def add(self, model: type[RowType], columns: Mapping[str, object], place: str, **related: object) -> RowType:
        """Make, check and save one row; raises ``DemoError`` naming ``place`` and every column that is wrong."""
        fields = {field.name for field in model._meta.get_fields()}
        unknown = sorted((set(columns) | set(related)) - fields)
        if unknown:
            raise DemoError(f"{place}: {model._meta.verbose_name} has no {', '.join(unknown)}")
        row = model(**columns, **related)
        try:
            row.full_clean()
        except ValidationError as wrong:
            raise DemoError(f"{place}: {model._meta.verbose_name}: {wrong.message_dict}") from None
        save_row(instance=row, actor=self.actor)
        return row

    def split(self, columns: Mapping[str, object], **lookups: Lookup) -> Parts:
        """Take the named rows out of the columns and look them up."""
        return Parts(
            {name: value for name, value in columns.items() if name not in lookups},
            {name: look(columns[name]) for name, look in lookups.items() if name in columns},
        )

    def find_vendor(self, name: object) -> Vendor | None:
        """The vendor of that name; none for none."""
        return None if name is None else self._find(Vendor, "name", name)

    def find_component(self, key: object) -> Component:
        """The component with that key."""
        return self._find(Component, "key", key)

    def find_evidence(self, reference: object) -> Evidence:
        """The evidence with that reference."""
        return self._find(Evidence, "reference", reference)

    def _find(self, model: type[RowType], column: str, value: object) -> RowType:
        row = model._default_manager.filter(**{column: value}).first()
        if row is None:
            raise DemoError(f"there is no {model._meta.verbose_name} {value!r}; load the catalogue first")
        return row
