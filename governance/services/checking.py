"""Whether a value fits a fact of the vocabulary, and what would be right if it does not."""

from __future__ import annotations

import difflib
import math
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Final

from governance.services.places import explain_country, explain_state
from governance.validators import read_iso_day
from governance.vocabulary import Vocabulary, VocabularyFact

EARLIEST_DAY: Final = date(1900, 1, 1)
MOST: Final = 1e30
"""More than any count, time or amount that a fact tells; the training of a model takes some 1e25 operations."""


def check_value(fact: VocabularyFact, value: object) -> str:
    """What is wrong with the value, in words for people; empty when it fits."""
    if value is None:
        return _check_none(fact)
    if fact.is_list:
        return _check_list(fact, value)
    return _CHECKS[fact.type](fact, value)


def explain_unknown_key(key: str, vocabulary: Vocabulary) -> str:
    """Say that a key is not in the vocabulary, and which ones come near."""
    near = difflib.get_close_matches(key, vocabulary.facts, n=3, cutoff=0.6)
    return "is not a fact of the vocabulary" + (f"; did you mean {', '.join(near)}?" if near else "")


def check_day(day: date) -> str:
    """What is wrong with a day: nothing here happened before 1900."""
    return "" if day >= EARLIEST_DAY else f"{day.isoformat()} lies before 1900; check the year"


def check_plain(text: str) -> str:
    """What is wrong with a text of one line: signs that nobody sees, which some databases do not keep."""
    hidden = next((sign for sign in text if unicodedata.category(sign) == "Cc"), None)
    return "" if hidden is None else f"holds the invisible character U+{ord(hidden):04X}; type it anew without it"


def _check_none(fact: VocabularyFact) -> str:
    if fact.nullable:
        return ""
    if fact.is_list:
        return "for none of these give an empty list"
    return "“none” says nothing here; give a value, or clear the answer if it is not known"


def _check_list(fact: VocabularyFact, value: object) -> str:
    if not isinstance(value, list | tuple):
        return f"{value!r} is not a list; give a list, empty if there is none"
    one = _CHECKS[fact.type.removeprefix("list[").removesuffix("]")]
    wrong = [message for item in value if (message := one(fact, item))]
    if wrong:
        return "; ".join(wrong)
    if "none_listed" in value and len(value) > 1:
        return "“none of these” cannot stand beside one of them"
    return ""


def _check_bool(_fact: VocabularyFact, value: object) -> str:
    return "" if isinstance(value, bool) else f"{value!r} is neither yes nor no"


def _check_int(_fact: VocabularyFact, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return f"{value!r} is not a whole number"
    return _check_size(value)


def _check_number(_fact: VocabularyFact, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -math.inf < value < math.inf:
        return f"{value!r} is not a number"
    return _check_size(value)


def _check_size(number: float) -> str:
    if number > MOST:
        return f"the number is more than {MOST:g}, which no count, time or amount here is; check it"
    return "" if number >= 0 else f"{number} is less than 0; give 0 or more"


def _check_text(fact: VocabularyFact, value: object) -> str:
    if fact.key == "jur.us_states":
        # The law of a state asks for its code: under any other text it would seem not to apply.
        return explain_state(value)
    if not isinstance(value, str) or not value.strip():
        return f"{value!r} is not a text"
    return check_plain(value)


def _check_choice(fact: VocabularyFact, value: object) -> str:
    choices = [choice.value for choice in fact.choices]
    return "" if value in choices else f"{value!r} is not a choice; choose one of {', '.join(choices)}"


def _check_country(_fact: VocabularyFact, value: object) -> str:
    return explain_country(value)


def _check_date(_fact: VocabularyFact, value: object) -> str:
    day = value if isinstance(value, date) else read_iso_day(value)
    return f"{value!r} is not a day; give one such as 2026-11-20" if day is None else check_day(day)


_CHECKS: Final[dict[str, Callable[[VocabularyFact, object], str]]] = {
    "bool": _check_bool,
    "int": _check_int,
    "float": _check_number,
    "decimal": _check_number,
    "str": _check_text,
    "enum": _check_choice,
    "iso2": _check_country,
    "date": _check_date,
}
