"""How the value of a derived fact is given in a result."""

from __future__ import annotations

from collections.abc import Sequence

from audit.engine.facts import JsonValue
from audit.engine.logic import UNKNOWN, Datum, Members, Possible
from audit.engine.rules import ResultKey
from audit.engine.trace import plain


def is_undecided(datum: Datum) -> bool:
    """Tell whether the value, or some membership of the list, is open."""
    return datum is UNKNOWN or isinstance(datum, Possible) or (isinstance(datum, Members) and not datum.is_decided)


def render_answer(result: ResultKey, datum: Datum, choices: Sequence[str]) -> dict[str, JsonValue]:
    """The key and its ``possible`` companion, choices in the pack's order."""
    given: JsonValue = None
    if isinstance(datum, Members):
        given = [choice for choice in choices if choice in datum.certain] if datum.is_decided else None
    elif not is_undecided(datum) and datum != result.none:
        given = plain(datum)
    rendered: dict[str, JsonValue] = {result.key: given}
    if result.possible:
        is_one = datum.__class__ is str and datum in choices
        rendered[result.possible] = [given] if is_one else [one for one in choices if _is_possible(one, datum)]
    return rendered


def _is_possible(choice: str, datum: Datum) -> bool:
    if datum is UNKNOWN:
        return True
    if isinstance(datum, Members):
        return choice in datum.possible
    return choice in datum.values if isinstance(datum, Possible) else choice == datum


def tell_later(datum: Datum) -> JsonValue:
    """The value once in service, null while it is open."""
    if is_undecided(datum):
        return None
    return [*sorted(datum.certain)] if isinstance(datum, Members) else plain(datum)
