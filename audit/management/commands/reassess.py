"""Reassesses what is due as of a day, in this process; or lets the run under way rest, go on or end."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.engine.dates import DayError, parse_day
from audit.models import UNFINISHED, ReassessmentRun
from audit.rulepacks import PackError
from audit.services.reassessing import RunHeldError, assess_all, cancel_run, pause_run, resume_run

_HOLDS: Final[Mapping[str, tuple[Callable[..., bool], str]]] = {
    "pause": (pause_run, "Let the run under way rest once what is being worked on is done."),
    "resume": (resume_run, "Let a paused run go on."),
    "cancel": (cancel_run, "End the run under way; what is left stays due."),
}


class Command(BaseCommand):
    """Prints how many systems were due, changed and failed; ends with 1 when one failed."""

    help = "Reassess the systems whose facts, packs or day changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the day, or what to do with the run under way."""
        parser.add_argument("--as-of", default="", help="The day, for example 2026-11-20; today if not given.")
        holds = parser.add_mutually_exclusive_group()
        for name, (_, meaning) in _HOLDS.items():
            holds.add_argument(f"--{name}", dest="hold", action="store_const", const=name, help=meaning)

    def handle(self, *_args: object, as_of: str, hold: str | None = None, **_options: object) -> None:
        """Run to the end, or hold the run under way."""
        if hold is not None:
            self._hold(hold)
            return
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

    def _hold(self, name: str) -> None:
        run = ReassessmentRun.objects.filter(state__in=UNFINISHED).order_by("id").first()
        if run is None:
            raise CommandError("No reassessment is under way.")
        act, _ = _HOLDS[name]
        if not act(run_id=run.pk, by="command line"):
            raise CommandError(f"The reassessment cannot {name} now: it is {run.get_hold_display().lower()}.")
        run.refresh_from_db()
        self.stdout.write(
            f"Reassessment {run.pk}: {run.get_hold_display().lower()}, "
            f"{run.systems_done} of {run.systems_due} systems done."
        )

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
