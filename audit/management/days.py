"""A day as an argument of a command."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date

from audit.engine.dates import DayError, parse_day


def read_day(text: str) -> date:
    """The day of an argument; raises ``ArgumentTypeError``, which argparse shows beside the argument's name."""
    try:
        return parse_day(text)
    except DayError as wrong:
        raise ArgumentTypeError(str(wrong)) from None
