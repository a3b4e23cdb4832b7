"""What is wrong with a cell of an uploaded table, told to the person who uploaded it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the row as the spreadsheet counts, the column, the value, and what would be right."""

    row: int
    column: str
    value: str
    what: str
    right: str


class ValueProblem(Exception):  # noqa: N818 - it is what a Problem is made of, caught where the cell is known
    """A value that cannot be used: what is wrong with it, and what would be right."""

    def __init__(self, what: str, right: str) -> None:
        super().__init__(what)
        self.what = what
        self.right = right


def shorten(value: str) -> str:
    """A value as messages show it: on one line and not too long."""
    flat = " ".join(value.split())
    return flat if len(flat) <= _SHOWN else f"{flat[: _SHOWN - 1]}…"


def suggest(value: str, known: Iterable[str], otherwise: str) -> str:
    """The known name that is nearest to the value, or what to do if none is near."""
    names = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(value.casefold(), names, n=1, cutoff=0.7)
    return f"perhaps “{names[near[0]]}” is meant" if near else otherwise
