"""What is wrong with a bill of materials, told to the person who uploaded it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from governance.imports.bom.shapes import TOLD
from governance.imports.problems import shorten


class UnreadableBillError(Exception):
    """The file is no bill of materials that can be read; the message says why and what would be right."""


@dataclass(frozen=True, slots=True)
class BillProblem:
    """One thing that is wrong: where in the file, the value that stands there, and what would be right."""

    place: str
    value: str
    what: str
    right: str


_WORDS: Final = {
    "missing": ("is missing", "the specification asks for it"),
    "string_type": ("is not a text", "a text in quotation marks"),
    "too_short": ("is empty", "a name"),
    "string_unicode": ("holds an invisible character: half of a pair", "the text without it"),
    "string_pattern_mismatch": ("is no serial number", "urn:uuid: and a UUID, or no serial number at all"),
    "list_type": ("is not a list", "a list in square brackets"),
    "model_type": ("is not an object", "an object in braces"),
    "bool_type": ("is neither true nor false", "true or false"),
    "int_type": ("is not a whole number", "a whole number from 1 on"),
    "greater_than_equal": ("is too small", "a whole number from 1 on"),
    "float_type": ("is not a number", "a number"),
}


def tell_problems(wrong: ValidationError, place: str) -> Iterator[BillProblem]:
    """Each error of a shape as a problem at its place below ``place``."""
    for error in wrong.errors(include_url=False):
        context = error.get("ctx", {})
        otherwise = (error["msg"], "as the specification has it")
        what, right = _WORDS.get(error["type"], otherwise)
        if error["type"] == TOLD:
            what, right = str(context["what"]), str(context["right"])
        value = "" if error["type"] == "missing" else show_value(error["input"])
        yield BillProblem(join_place(place, error["loc"]), value, what, right)


def join_place(place: str, steps: tuple[int | str, ...]) -> str:
    """The place with further steps, as ``components[3].licenses[0].license``."""
    for step in steps:
        place += f"[{step}]" if isinstance(step, int) else f".{step}" if place else step
    return place


def show_value(value: object) -> str:
    """A value as messages show it; of half a pair of signs, which no page can hold, a question mark."""
    if isinstance(value, dict | list):
        return f"{len(value)} entries in {'braces' if isinstance(value, dict) else 'a list'}"
    text = "null" if value is None else str(value)
    return shorten(text.encode(errors="replace").decode())
