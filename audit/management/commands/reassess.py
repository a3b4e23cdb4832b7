"""Reassesses what is due as of a day, in this process."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.engine.dates import DayError, parse_day
from audit.models import ReassessmentRun
from audit.rulepacks import PackError
from audit.services.reassessing import RunHeldError, assess_all


class Command(BaseCommand):
    """Prints how many systems were due, changed and failed; ends with 1 when one failed."""

    help = "Reassess the systems whose facts, packs or day changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the day."""
        parser.add_argument("--as-of", default="", help="The day, for example 2026-11-20; today if not given.")

    def handle(self, *_args: object, as_of: str, **_options: object) -> None:
        """Run to the end."""
        try:
            outcome = assess_all(as_of=_read_day(as_of), requested_by="command line", on_progress=self._show)
        except PackError as error:
            raise CommandError(f"The rule packs cannot be used. {error}") from error
        except RunHeldError as error:
            raise CommandError(str(error)) from error
        run = ReassessmentRun.objects.get(pk=outcome.run_id)
        self.stdout.write(
            f"As of {run.as_of}: {run.systems_total} systems, {run.systems_due} due, {run.systems_changed} changed, "
            f"{run.systems_failed} failed, {run.systems_total - run.systems_due} confirmed unchanged."
        )
        for system_id, reason in sorted(run.failures.items()):
            self.stderr.write(f"System {system_id}: {reason}")
        if run.systems_failed:
            raise CommandError(f"{run.systems_failed} systems could not be assessed; see above.")

    def _show(self, done: int, total: int) -> None:
        self.stderr.write(f"{done} of {total} systems")


def _read_day(text: str) -> date:
    """A day that has come: what lies ahead is a scenario and never mixed with what is the case."""
    today = timezone.localdate()
    try:
        day = parse_day(text) if text else today
    except DayError as error:
        raise CommandError(f"--as-of: {error}") from error
    if day > today:
        raise CommandError(f"--as-of: {day} lies ahead; give today ({today}) or an earlier day")
    return day
