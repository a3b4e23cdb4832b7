"""Keeps the references of a file's pages while it is written, so that its cost grows with the pages and no faster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydyf import PDF


class _Kept:
    """The property ``page_references`` of a file, made anew only when pages have come."""

    def __init__(self) -> None:
        self._file: PDF | None = None
        self._references: tuple[bytes, ...] = ()

    def of(self, file: PDF) -> tuple[bytes, ...]:
        """Give the references of the pages there are now."""
        numbers = file.pages["Kids"]
        if file is not self._file or len(numbers) != 3 * len(self._references):
            self._file, self._references = file, tuple(b"%d 0 R" % number for number in numbers[::3])
        return self._references


@contextmanager
def keep_page_references() -> Iterator[None]:
    """Let pydyf list the references of a file's pages once.

    WeasyPrint 70 asks for the whole list at every tagged box, and pydyf 0.13 makes it anew each time: pages times
    boxes, which is a third of all seconds at 500 pages.
    """
    made_anew = PDF.page_references
    PDF.page_references = property(_Kept().of)
    try:
        yield
    finally:
        PDF.page_references = made_anew
