"""Raises the reminders of watched days that are due."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.engine.dates import DayError, parse_day
from audit.services.reminding import list_open_reminders, raise_reminders
from governance.models.base import name_day


class Command(BaseCommand):
    """Run it daily; a day without it loses nothing, and twice a day raises nothing twice."""

    help = "Raise the reminders of notice days, retirements, contract ends, exit tests and price guarantees."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the day."""
        parser.add_argument("--as-of", default="", help="The day, for example 2026-11-20; today if not given.")

    def handle(self, *_args: object, as_of: str, **_options: object) -> None:
        """Raise, and list what is open."""
        try:
            day = parse_day(as_of) if as_of else timezone.localdate()
        except DayError as wrong:
            raise CommandError(f"--as-of: {wrong}") from None
        new = raise_reminders(as_of=day)
        open_now = list_open_reminders(as_of=day)
        self.stdout.write(
            f"{new} {'reminder' if new == 1 else 'reminders'} raised, {len(open_now)} open as of {name_day(day)}."
        )
        for row in open_now:
            self.stdout.write(
                f"{name_day(row.on):>11}  {row.system.reference}  {row.get_what_display()}: {row.subject}"
            )
