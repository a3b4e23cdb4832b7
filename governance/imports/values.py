"""Turns the text of a cell into a value of the register; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import TextChoices

from governance.choices import LifecycleStage, RunMode
from governance.imports.columns import fold
from governance.imports.problems import ValueProblem, suggest

EARLIEST_DAY: Final = date(1900, 1, 1)
_YES: Final = frozenset({"yes", "y", "true", "1", "ja", "oui", "x"})
_NO: Final = frozenset({"no", "n", "false", "0", "nein", "nee", "non"})
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?")
_DOTTED: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_SLASHED: Final = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_DAY_FORMS: Final = "a day as 2026-01-31 or 31.01.2026"
# How spreadsheets count days; a bare number is only taken for one where it lies between 1954 and 2119.
_COUNTED: Final = re.compile(r"([2-7]\d{4})(?:\.\d+)?")
_DAY_ZERO: Final = date(1899, 12, 30)
# Words other registers use that mean the same without doubt. "Under development" is not among them: it may be an
# idea, research or a test, and these differ in law.
_STAGE_WORDS: Final[Mapping[str, LifecycleStage]] = {
    "production": LifecycleStage.IN_SERVICE,
    "in production": LifecycleStage.IN_SERVICE,
    "live": LifecycleStage.IN_SERVICE,
    "in use": LifecycleStage.IN_SERVICE,
    "in operation": LifecycleStage.IN_SERVICE,
    "operation and maintenance": LifecycleStage.IN_SERVICE,
    "in gebruik": LifecycleStage.IN_SERVICE,
    "in betrieb": LifecycleStage.IN_SERVICE,
    "retired": LifecycleStage.WITHDRAWN,
    "buiten gebruik": LifecycleStage.WITHDRAWN,
    "außer betrieb": LifecycleStage.WITHDRAWN,
    "planned": LifecycleStage.IDEA,
}


class SlashedDays(TextChoices):
    """What 01/02/2026 means in a file; only the person who uploads it can know."""

    UNCLEAR = "", "Not used, or not known"
    DAY_FIRST = "dmy", "Day first: 31/01/2026"
    MONTH_FIRST = "mdy", "Month first: 01/31/2026"


def read_day(text: str, slashed: SlashedDays = SlashedDays.UNCLEAR) -> date:
    """A day from ``2026-01-31`` or ``31.01.2026``; with slashes only where it is said what comes first.

    Raises ValueProblem for anything else, and for days before 1900.
    """
    if match := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DOTTED.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    elif (match := _SLASHED.fullmatch(text)) and slashed:
        first, second, year = (int(part) for part in match.groups())
        day, month = (first, second) if slashed is SlashedDays.DAY_FIRST else (second, first)
    elif match:
        what = "is written in an order that differs between countries"
        raise ValueProblem(what, f"{_DAY_FORMS}, or say below which part is first")
    elif match := _COUNTED.fullmatch(text):
        counted = _DAY_ZERO + timedelta(days=int(match[1]))
        right = f"{_DAY_FORMS}; perhaps {counted.isoformat()} is meant. Give the column the format of a day"
        raise ValueProblem("is not a day but the number under which spreadsheets keep one", right)
    else:
        raise ValueProblem("is not a day", _DAY_FORMS)
    try:
        found = date(year, month, day)
    except ValueError:
        raise ValueProblem("is not in the calendar", _DAY_FORMS) from None
    if found < EARLIEST_DAY:
        raise ValueProblem("is before 1900", "a day from 1900 on")
    return found


def read_truth(text: str) -> bool:
    """Yes or no; ValueProblem for anything else."""
    word = fold(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueProblem("is neither yes nor no", "yes, no, or nothing while it is not known")


def read_email(text: str) -> str:
    """An e-mail address; ValueProblem if it is none."""
    try:
        validate_email(text)
    except ValidationError:
        raise ValueProblem("is not an e-mail address", "one address, for example service@example.org") from None
    return text


def read_stage(text: str) -> str:
    """The stored value of a lifecycle stage, from its label, its value or a word that means the same."""
    return str(_read_choice(text, LifecycleStage, _STAGE_WORDS))


def read_run_mode(text: str) -> str:
    """The stored value of how a component is run, from its label or its value."""
    return str(_read_choice(text, RunMode, {}))


def _read_choice(text: str, choices: type[TextChoices], words: Mapping[str, TextChoices]) -> TextChoices:
    known = {fold(choice.label): choice for choice in choices} | {fold(choice.value): choice for choice in choices}
    found = {**words, **known}.get(fold(text))
    if found is None:
        labels = [str(choice.label) for choice in choices]
        raise ValueProblem("is not one of the choices", suggest(text, labels, f"one of: {', '.join(labels)}"))
    return found
