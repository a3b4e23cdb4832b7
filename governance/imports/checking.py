"""The dry run: every row of a table becomes a planned system or a list of all that is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils import timezone

from governance.imports.columns import BY_FIELD, Column, HeaderMatch, Kind, match_headers
from governance.imports.problems import Problem, ValueProblem, shorten, suggest
from governance.imports.register import Known
from governance.imports.tables import Cell, Formula, Row, Table
from governance.imports.values import SlashedDays, read_day, read_email, read_run_mode, read_stage, read_truth
from governance.models import AISystem
from governance.services.rows import find_row_problems, name_once

Value = str | bool | date | int | list[int] | None
_LONGEST = {column.name: column.max_length for column in AISystem._meta.concrete_fields}
# What Excel writes where a formula failed, in English, German and French.
_SPREADSHEET_ERROR = re.compile(
    r"#(?:N/?A|N/D|NV|REF!|BEZUG!|VALUE!|WERT!|VALEUR!|NAME\?|NOM\s?\?|DIV/0!|NUM!|ZAHL!|NOMBRE!|NULL!|NUL!)",
    re.IGNORECASE,
)
# Two signs that UTF-8 text shows where it was read in an older encoding, such as “Ã¼” for “ü”.
_MISREAD: Final = re.compile(
    "[\u00c2\u00c3][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u201a-\u203a]|\u00e2\u20ac"
)
_LOST: Final = "\ufffd"
# Signs without a shape of their own. Those that join letters or part them (200C, 200D) belong to some scripts.
_HIDDEN: Final = (
    frozenset("\u00ad\u200b\u200e\u200f\u2060\ufeff")
    | {*map(chr, range(0x202A, 0x202F))}
    | {*map(chr, range(0x2066, 0x206A))}
)
# Titles and notes above a header are few.
_NOTES = 20
_READERS: Mapping[Kind, Callable[[str], Value]] = {
    Kind.EMAIL: read_email,
    Kind.TRUTH: read_truth,
    Kind.STAGE: read_stage,
    Kind.RUN_MODE: read_run_mode,
}


@dataclass(frozen=True, slots=True)
class PlannedSystem:
    """A system as it would be added: the row it comes from and its values by field."""

    row: int
    legal_entity_id: int
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class DryRun:
    """What an import would do; it may be carried out only when nothing is wrong with any row."""

    planned: tuple[PlannedSystem, ...]
    problems: tuple[Problem, ...]
    rows: int

    @property
    def can_be_imported(self) -> bool:
        """Whether there is something to import and nothing wrong."""
        return bool(self.planned) and not self.problems

    @property
    def rows_with_problems(self) -> int:
        """How many rows below the header cannot be imported as they are."""
        return len({problem.row for problem in self.problems if problem.row > 1})


@dataclass(slots=True)
class _Seen:
    """Where in this file each reference and each name of a legal entity stood first."""

    references: dict[str, int] = field(default_factory=dict)
    names: dict[tuple[int, str], int] = field(default_factory=dict)


def check_table(table: Table, match: HeaderMatch, known: Known, slashed: SlashedDays = SlashedDays.UNCLEAR) -> DryRun:
    """Read every row against the register and report all problems at once, in the order of the rows."""
    headers = {name: table.headers[place] for name, place in match.positions.items()}
    problems = [*_check_headers(match), *_find_header_below(table, match)]
    today = timezone.localdate()
    planned: list[PlannedSystem] = []
    seen = _Seen()
    for row in table.rows:
        values, wrong = _read_row(row, match.positions, known, slashed)
        wrong += _check_together(values, known, seen, row.number, today)
        beyond = _check_length_of_row(row, len(table.headers)) if match.positions else []
        problems += beyond
        problems += [
            Problem(row.number, headers.get(name, BY_FIELD[name].header), value, what, right)
            for name, value, what, right in wrong
        ]
        entity = values.get("legal_entity")
        if not wrong and not beyond and isinstance(entity, int):
            planned.append(PlannedSystem(row.number, entity, values))
    return DryRun(tuple(planned), tuple(problems), len(table.rows))


def _check_headers(match: HeaderMatch) -> list[Problem]:
    """Columns that are missing or stand twice are problems of the header, row 1."""
    found = [
        Problem(1, column.header, "", "is missing", f"choose the column of the file that holds it: {column.help}")
        for column in match.missing
    ]
    found += [
        Problem(1, second, "", f"means the same as “{first}”", "keep one of them, or choose below which one counts")
        for first, second in match.repeated
    ]
    return found


def _find_header_below(table: Table, match: HeaderMatch) -> list[Problem]:
    """The row that holds the names of the columns, where a title or notes stand above it."""
    if not match.missing:
        return []
    for row in table.rows[:_NOTES]:
        cells = [cell for cell in row.cells if isinstance(cell, str)]
        if len(match_headers(cells).positions) > max(2, len(match.positions)):
            right = "delete the rows above it, so that it is the first"
            return [Problem(row.number, "", shorten(" ".join(cells)), "looks like the names of the columns", right)]
    return []


def _check_length_of_row(row: Row, columns: int) -> list[Problem]:
    """Cells without a header: most often a comma in a text that was not put in quotation marks."""
    beyond = [cell.text if isinstance(cell, Formula) else cell for cell in row.cells[columns:]]
    if not any(text.strip() for text in beyond):
        return []
    what = f"has {len(row.cells)} cells, and there are {columns} columns"
    return [Problem(row.number, "", shorten(" ".join(beyond)), what, "text with a separator in it in quotation marks")]


_Wrong = tuple[str, str, str, str]


def _read_row(
    row: Row, positions: Mapping[str, int], known: Known, slashed: SlashedDays
) -> tuple[dict[str, Value], list[_Wrong]]:
    values: dict[str, Value] = {}
    wrong: list[_Wrong] = []
    for name, place in positions.items():
        cell: Cell = row.cells[place] if place < len(row.cells) else ""
        try:
            values[name] = _read_cell(BY_FIELD[name], cell, known, slashed)
        except ValueProblem as problem:
            text = cell.text if isinstance(cell, Formula) else cell
            wrong.append((name, shorten(text), problem.what, problem.right))
    return values, wrong


def _read_cell(column: Column, cell: Cell, known: Known, slashed: SlashedDays) -> Value:
    if isinstance(cell, Formula):
        raise ValueProblem("is a formula", "its result as a plain value (copy, then paste values)")
    text = _read_text(column, cell)
    if not text:
        if column.is_required:
            raise ValueProblem("is empty", column.help)
        return None
    if column.kind is Kind.ENTITY:
        return _find_entity(text, known)
    if column.kind is Kind.COMPONENTS:
        return _find_components(text, known)
    if column.kind is Kind.DAY:
        return read_day(text, slashed)
    if column.kind is Kind.TEXT:
        return _check_length(column, text)
    return _READERS[column.kind](text)


def _read_text(column: Column, cell: str) -> str:
    """The text of a cell, in one form for what looks the same; only the purpose may have several lines.

    Raises ValueProblem for text that was damaged on its way here.
    """
    text = unicodedata.normalize("NFC", cell).replace("\u00a0", " ").replace("\u202f", " ").strip()
    hidden = next((sign for sign in text if _is_hidden(sign)), None)
    if _SPREADSHEET_ERROR.fullmatch(text):
        raise ValueProblem("is an error of the spreadsheet", "the value itself; mend its formula, or leave it empty")
    if hidden is not None:
        raise ValueProblem(f"holds the invisible character U+{ord(hidden):04X}", "the text without it; type it anew")
    if _LOST in text:
        raise ValueProblem(f"holds the sign {_LOST}, which stands for a letter that was lost", "the letter itself")
    if _MISREAD.search(text):
        right = "its own letters; open the first file anew as UTF-8, and save that"
        raise ValueProblem("was read in the wrong encoding before it was saved here", right)
    return text if column.field == "purpose" else name_once(text)


def _is_hidden(sign: str) -> bool:
    """A control or zero-width character: two values that look the same would not be."""
    return sign in _HIDDEN or (unicodedata.category(sign) == "Cc" and sign not in "\n\r\t")


def _check_length(column: Column, text: str) -> str:
    longest = _LONGEST.get(column.field)
    if longest is not None and len(text) > longest:
        raise ValueProblem(f"has {len(text)} characters", f"at most {longest} characters")
    return text


def _find_entity(text: str, known: Known) -> int:
    found = known.entities.get(text.casefold())
    if found is None:
        otherwise = "the name of a legal entity of the register; add it there first"
        raise ValueProblem("is no legal entity of the register", suggest(text, known.entity_names, otherwise))
    return found


def _find_components(text: str, known: Known) -> list[int]:
    found: list[int] = []
    for name in (part.strip() for part in text.split(";") if part.strip()):
        matches = known.components.get(name.casefold(), [])
        if not matches:
            otherwise = "the name or key of a component of the register; add it there first"
            raise ValueProblem(
                f"names “{shorten(name)}”, which is no component of the register",
                suggest(name, known.component_names, otherwise),
            )
        if len(matches) > 1:
            keys = ", ".join(key for key, _ in matches)
            raise ValueProblem(f"names “{shorten(name)}”, which may be several components", f"one of the keys {keys}")
        if matches[0][1] in found:
            raise ValueProblem(f"names “{shorten(name)}” twice", "each component once")
        found.append(matches[0][1])
    return found


def _show(value: Value) -> str:
    """A value as the table of problems shows it."""
    return value.isoformat() if isinstance(value, date) else shorten(str(value))


def _check_together(values: Mapping[str, Value], known: Known, seen: _Seen, row: int, today: date) -> list[_Wrong]:
    """What is wrong between cells, between rows, and with what the register holds already."""
    wrong: list[_Wrong] = []
    reference, entity, name = values.get("reference"), values.get("legal_entity"), values.get("name")
    if isinstance(reference, str):
        first = seen.references.setdefault(reference.casefold(), row)
        if first != row:
            wrong.append(("reference", reference, f"stands in row {first} already", "a number of its own"))
        elif reference.casefold() in known.references:
            right = "a new number; an import adds systems and changes none"
            wrong.append(("reference", reference, "is in the register already", right))
    if isinstance(entity, int) and isinstance(name, str):
        first = seen.names.setdefault((entity, name), row)
        if first != row:
            wrong.append(("name", shorten(name), f"stands in row {first} already", "one name once in a legal entity"))
        elif (entity, name) in known.names:
            right = "another name; an import adds systems and changes none"
            wrong.append(("name", shorten(name), "is in the register already for this legal entity", right))
    wrong += [
        (problem.column, _show(values.get(problem.column)), problem.what, problem.right)
        for problem in find_row_problems(AISystem, values, changed=[*values], today=today)
    ]
    if values.get("run_mode") and not values.get("components"):
        wrong.append(
            (
                "run_mode",
                str(values["run_mode"]),
                "tells how a component is run, but none is named",
                "name the main component, or leave this empty",
            )
        )
    return wrong
