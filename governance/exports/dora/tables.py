"""Rows of the templates: what the register holds by official codes, and every needed cell it does not hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from governance.exports.dora.definition import Column, Template
from governance.validators import explain_lei

NOT_HELD: Final = "this register has no place for it"
NOT_ENTERED: Final = "nothing is entered"


@dataclass(frozen=True, slots=True)
class Gap:
    """A cell that is needed, or may be, and stays empty."""

    template: str
    column: str
    name: str
    about: str
    needed: str
    why: str
    hint: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by column, and of what in this register it tells."""

    about: str
    cells: Mapping[str, str]


@dataclass(slots=True)
class Table:
    """A template with its rows, in the order in which they were added."""

    template: Template
    rows: list[Row] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def add(
        self,
        about: str,
        given: Mapping[str, str | None],
        *,
        applies: Mapping[str, bool | None] | None = None,
        hints: Mapping[str, str] | None = None,
    ) -> None:
        """Add a row from the given cells.

        A column that is not among ``given`` has no place in this register; one that is ``None`` has, and is empty.
        ``applies`` tells of conditional columns whether their condition holds; what is not told is not known.
        """
        conditions, known = applies or {}, hints or {}
        cells: dict[str, str] = {}
        for column in self.template.columns:
            value = given.get(column.code)
            if value:
                cells[column.code] = value
            elif _is_missing(column, conditions.get(column.code)):
                why = NOT_ENTERED if column.code in given else NOT_HELD
                self.gaps.append(self._make_gap(column, about, why, known.get(column.code, "")))
        self.rows.append(Row(about, cells))

    def doubt(self, code: str, about: str, why: str) -> None:
        """Name a filled cell that cannot be right as it stands."""
        column = next(each for each in self.template.columns if each.code == code)
        self.gaps.append(self._make_gap(column, about, why, ""))

    def doubt_lei(self, code: str, about: str, lei: str) -> None:
        """Name a filled cell whose LEI cannot be one, such as one stored before its check digits were looked at."""
        if lei and (problem := explain_lei(lei)):
            self.doubt(code, about, problem.rstrip("."))

    def leave_empty(self, why: str) -> None:
        """Say of the whole template why it has no rows."""
        self.gaps.append(Gap(self.template.code, "", self.template.name, "the whole template", "", why, ""))

    def _make_gap(self, column: Column, about: str, why: str, hint: str) -> Gap:
        return Gap(self.template.code, column.code, column.name, about, column.needed, why, hint)


def _is_missing(column: Column, applies: bool | None) -> bool:
    """Whether an empty cell is one too few; where it is not known whether it is needed, it is named too."""
    return column.fill == "mandatory" or (column.fill == "conditional" and applies is not False)
