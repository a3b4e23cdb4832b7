"""The answers of questionnaires as facts, each with its grade, its source and the day on which it expires."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from audit.engine.dates import DayError, parse_day
from audit.engine.facts import Grade, JsonValue
from audit.snapshots.finishing import Finished, Memo, finish, finish_all
from audit.snapshots.values import GRADE_ORDER, Maybe, RawFact
from governance.vocabulary import load_vocabulary

_ANSWER: Final = "questionnaire"


def read_answers(holder: str, stated: Mapping[str, JsonValue]) -> dict[str, RawFact]:
    """The answers of one questionnaire; questions that no longer exist stay out."""
    known = load_vocabulary().facts
    read = {
        key: _read_answer(entry, holder)
        for key, entry in stated.items()
        if key in known and known[key].source != "derived"
    }
    return {key: answer for key, answer in read.items() if answer is not None}


def _read_answer(entry: JsonValue, holder: str) -> Maybe:
    """An answer is an object with a value; a bare value is taken as it is."""
    if not isinstance(entry, dict):
        return RawFact(entry, f"{_ANSWER}: {holder}")
    if "value" not in entry:
        return None
    grade = str(entry.get("grade") or Grade.SELF_DECLARED)
    return RawFact(
        entry["value"],
        str(entry.get("source") or f"{_ANSWER}: {holder}"),
        grade=grade if grade in GRADE_ORDER else Grade.SELF_DECLARED,
        expires_on=_day_or_none(entry.get("expires_on")),
    )


def _day_or_none(raw: JsonValue) -> date | None:
    try:
        return parse_day(raw) if isinstance(raw, str) and raw else None
    except DayError:
        return None


_OTHER: Final = ""
"""The key under which stands whatever is not one answer to one question."""
_BEGINNINGS: Final = ('{"', ', "')
"""What stands before the name of the first question, and of each other."""


class _Pieces(Memo[str, tuple[str, Finished | None]]):
    """The answer in each piece of a questionnaire's text, read once and kept by the piece."""

    def __missing__(self, piece: str) -> tuple[str, Finished | None]:
        found = _read_piece(piece)
        return found if found[1] is None else self.keep(piece, found)


_pieces: Final = _Pieces(20_000)
"""About 10 MB."""


class OwnAnswers(NamedTuple):
    """A system's own answers, finished; ``are_all_read`` tells that each of its entries is one of them."""

    facts: dict[str, Finished]
    are_all_read: bool


def finish_answers(text: str) -> OwnAnswers:
    """The answers of a system as they stand in its questionnaire's text, each finished: as ``read_answers``.

    The text is cut at each closing brace, where an answer ends. Where that is not so, as in the middle of a value, at
    least one piece is no answer by itself, and the text is read as a whole.
    """
    pieces = text.split("}")
    if pieces[-2:] == ["", ""]:
        del pieces[-2:]
        answers = dict(map(_pieces.__getitem__, pieces))
        if _OTHER not in answers:
            return OwnAnswers(answers, are_all_read=True)  # type: ignore[arg-type]  # none stands under no other key
    stated = json.loads(text)
    return OwnAnswers(finish_all(read_answers("system", stated)) if stated else {}, are_all_read=not stated)


def _read_piece(piece: str) -> tuple[str, Finished | None]:
    name = next((piece[len(before) - 1 :] for before in _BEGINNINGS if piece.startswith(before)), "")
    try:
        stated = json.loads(f"{{{name}}}}}")
    except ValueError:
        return _OTHER, None
    found = read_answers("system", stated)
    if len(stated) != 1 or len(found) != 1:
        return _OTHER, None
    [(key, answer)] = found.items()
    return key, finish(key, answer)
