"""Checks of single values that a model's column, a form, the API, the catalogue and an export all make."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from django.core.exceptions import ValidationError

_LEI: Final = re.compile(r"[A-Z0-9]{18}[0-9]{2}")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LEI_FORM: Final = "18 capital letters or digits, then two check digits"


def explain_lei(text: str) -> str:
    """What is wrong with a Legal Entity Identifier and what would be right; empty when nothing is.

    Its two check digits are those of ISO 17442 (ISO/IEC 7064, MOD 97-10): every letter read as a number from
    A = 10 to Z = 35, the whole leaves 1 when divided by 97, and the digits themselves lie between 02 and 98.
    """
    if not _LEI.fullmatch(text):
        return f"“{text}” is no LEI; give {_LEI_FORM}, without blanks."
    number = int("".join(str(int(sign, 36)) for sign in text))
    if number % 97 == 1 and 2 <= int(text[-2:]) <= 98:
        return ""
    return (
        f"The check digits of “{text}” do not fit the rest, so a sign in it is wrong or two are swapped; "
        "copy it from the company’s record at GLEIF."
    )


def validate_lei(text: str) -> None:
    """Refuse a Legal Entity Identifier that cannot be one; raises ``ValidationError``."""
    if problem := explain_lei(text):
        raise ValidationError(problem, code="lei")


def read_iso_day(value: object) -> date | None:
    """The day of a text such as 2026-11-20, or None.

    Python reads 20261120 and 2026-W47-5 as days, too; kept as an answer, the judgement could not.
    """
    try:
        return date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else None
    except ValueError:
        return None
