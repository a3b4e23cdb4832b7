"""One JSON object a line in, one a line out, in the same order: how the machine's doors read and answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from audit.engine.facts import FactProblem, FactSheetError, JsonValue

Answer = Callable[[Mapping[str, JsonValue]], Mapping[str, JsonValue]]


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """One line of output, and whether it tells of errors instead of a result."""

    text: str
    failed: bool


def answer_lines(lines: Iterable[bytes], answer: Answer) -> Iterator[AnsweredLine]:
    """Answer each line that is not blank; a bad one is answered with all of its errors, and the rest go on.

    ``answer`` raises ``FactSheetError`` for what is wrong in an object.
    """
    for line in lines:
        if line.strip():
            yield _answer_line(line, answer)


def _answer_line(line: bytes, answer: Answer) -> AnsweredLine:
    system_id: JsonValue = None
    try:
        raw = read_object(line)
        system_id = raw.get("id")
        return AnsweredLine(json.dumps(answer(raw), allow_nan=False), failed=False)
    except FactSheetError as error:
        errors: list[JsonValue] = [{"key": problem.key, "message": problem.message} for problem in error.problems]
        shown = system_id if isinstance(system_id, str | int) else None
        return AnsweredLine(json.dumps({"id": shown, "errors": errors}), failed=True)


def read_object(line: bytes) -> dict[str, JsonValue]:
    """Read one JSON object in UTF-8; raises ``FactSheetError`` for anything else, and for a key given twice."""
    try:
        raw = json.loads(line.decode("utf-8-sig"), object_pairs_hook=_read_pairs)
    except UnicodeDecodeError as error:
        raise _refuse("", f"the line is not UTF-8 text (byte {error.start + 1}); save the file as UTF-8") from None
    except _DoubledKeyError as error:
        raise _refuse(str(error), "is given twice in one object; give it once") from None
    except (ValueError, RecursionError) as error:
        raise _refuse("", f"the line is not JSON: {error}") from None
    if not isinstance(raw, dict):
        raise _refuse("", 'the line is not a JSON object such as {"id": "…", "facts": {}}')
    return raw


class _DoubledKeyError(ValueError):
    """A key that stands twice in one object."""


def _read_pairs(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise _DoubledKeyError(next(name for name in names if names.count(name) > 1))
    return found


def _refuse(key: str, message: str) -> FactSheetError:
    return FactSheetError((FactProblem(key, message),))
