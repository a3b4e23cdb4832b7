"""A report's layout as text: page by page, each line where it stands, so that a change of it reads as a difference."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from audit.reports.document import PrintableReport
from audit.reports.render import fixed_environment, html_for, lay_out

if TYPE_CHECKING:
    from weasyprint.formatting_structure import boxes

COLUMN = 4.6  # CSS pixels; about a letter of the running text
_SAME_LINE = 3.0


def list_pages(view: PrintableReport) -> list[boxes.PageBox]:
    """Give the boxes of the report's pages."""
    with fixed_environment(view):
        return [page._page_box for page in lay_out(html_for(view)).pages]


def dump_layout(view: PrintableReport) -> str:
    """Give the whole layout as text: what stands on one height in one line, drawings by their text alternative."""
    told = []
    for number, page in enumerate(list_pages(view), 1):
        told.append(f"=== page {number}")
        told += _lines(page)
    return "\n".join(told) + "\n"


def list_texts(page: boxes.PageBox) -> Iterator[boxes.TextBox]:
    """Give the boxes with text of a page, heads and feet too."""
    for box in page.descendants():
        if type(box).__name__ == "TextBox" and box.text.strip():
            yield box


def _lines(page: boxes.PageBox) -> list[str]:
    pieces = [(box.position_y + box.baseline, box.position_x, " ".join(box.text.split())) for box in list_texts(page)]
    pieces += [(box.position_y + box.height, box.position_x, f"[{_alternative(box)}]") for box in _drawings(page)]
    pieces.sort()
    height = 0.0
    lines: list[tuple[float, float, str]] = []
    for y, x, text in pieces:
        height = height if lines and y - height < _SAME_LINE else y
        lines.append((height, x, text))
    return [_write(list(line)) for _, line in groupby(lines, key=lambda piece: piece[0])]


def _write(line: list[tuple[float, float, str]]) -> str:
    written = ""
    for _, x, text in sorted(line, key=lambda piece: piece[1]):
        column = round(x / COLUMN)
        written = written.ljust(max(column, len(written) + bool(written))) + text
    return written


def _drawings(page: boxes.PageBox) -> Iterator[boxes.ReplacedBox]:
    for box in page.descendants():
        if "ReplacedBox" in type(box).__name__ and box.element is not None and box.element.tag.endswith("svg"):
            yield box


def _alternative(box: boxes.ReplacedBox) -> str:
    title = next((child.text for child in box.element if child.tag.endswith("title")), "")
    return " ".join((title or "").split())
