"""How a figure is written down: escaped text, plain numbers, and an estimate of how wide a text is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from html import escape
from typing import Final

from django.utils.translation import get_language

from audit.reports.hyphenation import break_word

_NARROW: Final = frozenset("iljI.,:;'’|!()[]ft ")
_WIDE: Final = frozenset("mwMW@%—…")


def number(value: float) -> str:
    """Give a coordinate with at most one decimal, without a trailing zero and never as minus zero."""
    text = f"{value:.1f}"
    text = text.removesuffix(".0")
    return "0" if text == "-0" else text


def attributes(pairs: Iterable[tuple[str, str | float]]) -> str:
    """Give ``name="value"`` pairs in the order given, escaped."""
    return "".join(
        f' {name}="{number(value) if isinstance(value, int | float) else escape(value)}"' for name, value in pairs
    )


def element(name: str, content: str = "", **attrs: str | float) -> str:
    """Give one element; an underscore in an attribute's name stands for a hyphen. ``content`` is markup."""
    opening = f"<{name}{attributes((key.replace('_', '-'), value) for key, value in attrs.items())}"
    return f"{opening}>{content}</{name}>" if content else f"{opening}/>"


def text(x: float, y: float, content: str, **attrs: str | float) -> str:
    """Give a line of text at a place; the content is escaped."""
    return element("text", escape(printable(content), quote=False), x=x, y=y, **attrs)


def document(width: float, height: float, *, title: str, parts: Iterable[str], scale: float = 1.0) -> str:
    """Give a whole drawing with its text alternative; ``scale`` is the printed size of one unit in pixels."""
    box = f"0 0 {number(width)} {number(height)}"
    alternative = element("title", escape(printable(title), quote=False))
    return element(
        "svg",
        alternative + "".join(parts),
        xmlns="http://www.w3.org/2000/svg",
        role="img",
        viewBox=box,
        width=width * scale,
        height=height * scale,
        font_family="Inter",
    )


def printable(content: str) -> str:
    """Give the text without the control characters that XML forbids, and with single spaces."""
    kept = "".join(" " if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} else sign for sign in content)
    return " ".join(kept.split())


def width_of(content: str, size: float, *, bold: bool = False) -> float:
    """Estimate how wide a line is in Inter, in the unit of ``size``, rather too wide than too narrow."""
    total = 0.0
    for sign in content:
        if unicodedata.east_asian_width(sign) in {"W", "F"}:
            total += 1.05
        elif sign in _NARROW:
            total += 0.34
        elif sign in _WIDE:
            total += 0.95
        elif sign.isupper() or sign.isdigit():
            total += 0.67
        else:
            total += 0.57
    return total * size * (1.05 if bold else 1.0)


def shorten(content: str, width: float, size: float, *, bold: bool = False) -> str:
    """Give as much of the text as fits the width, with an ellipsis where it was cut."""
    content = printable(content)
    if width_of(content, size, bold=bold) <= width:
        return content
    kept = ""
    for sign in content:
        if width_of(kept + sign + "…", size, bold=bold) > width:
            break
        kept += sign
    return kept.rstrip() + "…"


def wrap(content: str, width: float, size: float, *, lines: int, bold: bool = False) -> list[str]:
    """Break the text into at most ``lines`` lines of the width; what does not fit is cut with an ellipsis.

    A word that is wider than a line is broken with a hyphen where the active language allows it, else where it must.
    """
    words = printable(content).split(" ")
    result: list[str] = []
    while words and len(result) < lines:
        rest = " ".join(words)
        if len(result) == lines - 1 or width_of(rest, size, bold=bold) <= width:
            return [*result, shorten(rest, width, size, bold=bold)]
        line, words = _take_line(words, width, size, bold=bold)
        if not line:
            line = shorten(words[0], width, size, bold=bold).rstrip("…")
            words = [words[0][len(line) :], *words[1:]]
        if not line:
            return [*result, shorten(rest, width, size, bold=bold)]
        result.append(line)
    return result


def _take_line(words: list[str], width: float, size: float, *, bold: bool) -> tuple[str, list[str]]:
    """Give one full line and the words that are left; an empty line where the first word cannot be made to fit."""
    line = ""
    for at, word in enumerate(words):
        longer = f"{line} {word}" if line else word
        if width_of(longer, size, bold=bold) <= width:
            line = longer
            continue
        if line and width_of(word, size, bold=bold) <= width:
            return line, words[at:]
        for first, rest in break_word(word, get_language() or "en"):
            broken = f"{line} {first}-" if line else f"{first}-"
            if width_of(broken, size, bold=bold) <= width:
                return broken, [rest, *words[at + 1 :]]
        return line, words[at:]
    return line, []
