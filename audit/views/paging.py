"""Pages of lists that may be very long: nothing is counted twice, nor beyond some thousands where that costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from django.core.paginator import Paginator
from django.utils.functional import cached_property

if TYPE_CHECKING:
    PlainPaginator = Paginator[Any]
else:
    PlainPaginator = Paginator  # generic for the type checker alone

MOST_COUNTED: Final = 10_000
"""Up to so many rows are counted; of more it is said that they are more."""


class CountedPaginator(PlainPaginator):
    """A paginator of rows that were counted already, or are to be if nobody did."""

    def __init__(self, rows: Any, per_page: int, *, counted: int | None) -> None:
        super().__init__(rows, per_page)
        self._counted = counted

    @cached_property
    def count(self) -> int:
        """How many rows there are."""
        return super().count if self._counted is None else self._counted


_Row = TypeVar("_Row")
_RowOf_co = TypeVar("_RowOf_co", covariant=True)


class LongList(Protocol[_RowOf_co]):
    """Rows that are read from one place up to another, and counted no further than asked for."""

    def __getitem__(self, part: slice, /) -> Sequence[_RowOf_co]:
        """The rows from one place up to another."""

    def __len__(self) -> int: ...

    def count_up_to(self, most: int) -> int:
        """How many rows there are, if no more than ``most``; else one more than that."""


@dataclass(frozen=True, slots=True)
class LongPage(Generic[_Row]):
    """One page, with what the line below the list says of it."""

    object_list: Sequence[_Row]
    number: int
    start: int
    has_next: bool
    total: str

    @property
    def has_previous(self) -> bool:
        """Whether it is not the first."""
        return self.number > 1

    @property
    def has_other_pages(self) -> bool:
        """Whether there is another."""
        return self.has_next or self.has_previous

    @property
    def previous_page_number(self) -> int:
        """The number of the page before."""
        return self.number - 1

    @property
    def next_page_number(self) -> int:
        """The number of the page after."""
        return self.number + 1

    @property
    def start_index(self) -> int:
        """The place of its first row, from 1."""
        return self.start + 1

    @property
    def end_index(self) -> int:
        """The place of its last row."""
        return self.start + len(self.object_list)


def turn_to(rows: LongList[_Row], given: str | None, *, per_page: int, most: int | None = None) -> LongPage[_Row]:
    """The page of that number: the first where it is no number, the last where there are fewer.

    More rows than ``most``, else than ``MOST_COUNTED``, are not counted.
    """
    most = MOST_COUNTED if most is None else most
    number = max(int(given), 1) if given and given.isdecimal() else 1
    shown = _read(rows, number, per_page)
    if not shown and number > 1:
        number = max(-(-len(rows) // per_page), 1)
        shown = _read(rows, number, per_page)
    start, has_next = (number - 1) * per_page, len(shown) > per_page
    counted = rows.count_up_to(most) if has_next else start + len(shown)
    total = f"more than {most:,}" if has_next and counted > most else str(counted)
    return LongPage(shown[:per_page], number, start, has_next, total)


def _read(rows: LongList[_Row], number: int, per_page: int) -> Sequence[_Row]:
    """The rows of the page, and one more if there is a next."""
    start = (number - 1) * per_page
    return rows[start : start + per_page + 1]
