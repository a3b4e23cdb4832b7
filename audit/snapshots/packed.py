"""A wide table of which few columns are read each by itself, and the others as one text.

Most rows are only hashed or compared, and one text is read and hashed at less cost than many values. Whoever looks
into a row has it unpacked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, TypeVar

from django.db.models import BooleanField, Func, Model, TextField
from django.db.models.functions import Cast

from audit.snapshots.compiled import Table, field_of
from audit.snapshots.rows import Raw

_PACK: Final[Mapping[str, str]] = {"sqlite": "json_array", "postgresql": "json_build_array"}
_Row = TypeVar("_Row", bound=tuple[object, ...])


class PackedTable(Table[_Row]):
    """A table of which the columns ``beside`` are read as ``Table`` reads them, and behind them all others as JSON.

    Not for numbers with a fraction: SQLite writes no more than 15 of their digits.
    """

    def __init__(
        self, row_type: type[_Row], columns: Sequence[str], model: type[Model], *, beside: Sequence[str]
    ) -> None:
        super().__init__(row_type, columns, model)
        self._owners = [beside.index("system_id")]
        self._beside = beside
        self._packed = [name for name in columns if name not in beside]
        read = [*beside, *self._packed]
        self._arrange = itemgetter(*map(read.index, columns))
        self._flags = [read.index(name) for name in self._packed if isinstance(field_of(model, name), BooleanField)]

    def make(self, raw: Raw) -> _Row:
        """One row."""
        return super().make(self.unpack(raw))

    def make_all(self, rows: Iterable[Raw]) -> list[_Row]:
        """All of them, in their order."""
        return [*map(self.make, rows)]

    def unpack(self, raw: Raw) -> Raw:
        """All columns in their order, as ``Table`` reads them."""
        columns = [*raw[:-1], *json.loads(raw[-1])]
        for place in self._flags:
            if columns[place] is not None:
                columns[place] = bool(columns[place])  # SQLite writes 0 and 1
        unpacked: Raw = self._arrange(columns)
        return unpacked

    def _list_columns(self, vendor: str) -> list[Any]:
        beside, packed = ([self._express(name, vendor) for name in names] for names in (self._beside, self._packed))
        return [*beside, Cast(Func(*packed, function=_PACK[vendor]), TextField())]
