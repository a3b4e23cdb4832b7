"""``manage.py coming_into_force``: the days of the law ahead, for people and for the scheduler."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.engine.regulatory import Turn, find_turns
from audit.management.days import read_day
from audit.rulepacks import PackError, load_packs
from governance.admin.days import name_day, name_days

WIDEST = 36_500


class Command(BaseCommand):
    """Prints each obligation that starts, ends or is disputed within so many days, by day."""

    help = "List the obligations that start, end or are disputed within so many days."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the span, the day it begins on and the form."""
        parser.add_argument("--within", type=_read_span, required=True, metavar="DAYS", help="how many days ahead")
        parser.add_argument(
            "--as-of",
            type=read_day,
            default=None,
            help="first day, YYYY-MM-DD; the law is that adopted by then (default: today)",
        )
        parser.add_argument("--packs", default="", help="only these packs, with commas between")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print one line a day and obligation."""
        names = [name.strip() for name in options["packs"].split(",") if name.strip()]
        try:
            packs = load_packs(names or None).regulatory
        except PackError as error:
            raise CommandError(str(error)) from None
        turns = find_turns(packs, options["as_of"] or timezone.localdate(), options["within"])
        for turn in turns:
            self.stdout.write(json.dumps(turn.to_json(), ensure_ascii=False) if options["json"] else _say(turn))
        if not turns and not options["json"]:
            self.stdout.write(f"Nothing starts, ends or is disputed within {options['within']} days.")


def _read_span(text: str) -> int:
    """A number of days that makes sense; argparse shows the message."""
    if not text.isdecimal() or int(text) > WIDEST:
        raise ArgumentTypeError(f"{text!r} is not a number of days from 0 to {WIDEST}")
    return int(text)


def _say(turn: Turn) -> str:
    note = f"; {name_days(turn.note)}" if turn.note else ""
    return f"{name_day(turn.day):>11}  {turn.kind:<8}  {turn.id:<14}  {turn.title} ({turn.citation}{note})"
