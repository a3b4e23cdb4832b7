"""Reassesses what is due, in this process; computes the portfolio as of another day; or holds the run under way."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.engine.dates import DayError, parse_day
from audit.models import UNFINISHED, ReassessmentRun, ScenarioOutcome
from audit.rulepacks import PackError
from audit.services.reassessing import RunHeldError, assess_all, cancel_run, pause_run, resume_run
from audit.services.scenarios.computing import ScenarioDayError, compute_all, count_totals, request_scenario
from governance.models.base import name_day

_HOLDS: Final[Mapping[str, tuple[Callable[..., bool], str]]] = {
    "pause": (pause_run, "Let the run under way rest once what is being worked on is done."),
    "resume": (resume_run, "Let a paused run go on."),
    "cancel": (cancel_run, "End the run under way; what is left stays due."),
}


class Command(BaseCommand):
    """Prints how many systems were due, changed and failed; ends with 1 when one failed.

    As of another day it computes a scenario, which is kept beside what is the case and changes nothing of it.
    """

    help = "Reassess the systems whose facts, packs or day changed; as of another day, compute a scenario of all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the day, or what to do with the run under way."""
        parser.add_argument("--as-of", default="", help="Another day, past or to come: 2027-12-02.")
        holds = parser.add_mutually_exclusive_group()
        for name, (_, meaning) in _HOLDS.items():
            holds.add_argument(f"--{name}", dest="hold", action="store_const", const=name, help=meaning)

    def handle(self, *_args: object, as_of: str, hold: str | None = None, **_options: object) -> None:
        """Run to the end, or hold the run under way."""
        if hold is not None:
            self._hold(hold)
            return
        today = timezone.localdate()
        day = _read_day(as_of) if as_of else today
        if day != today:
            self._imagine(day, today)
            return
        try:
            outcome = assess_all(as_of=today, requested_by="command line", on_progress=self._show)
        except PackError as error:
            raise CommandError(f"The rule packs cannot be used. {error}") from error
        except RunHeldError as error:
            raise CommandError(str(error)) from error
        run = ReassessmentRun.objects.get(pk=outcome.run_id)
        self.stdout.write(
            f"As of {name_day(run.as_of)}: {run.systems_total} systems, {run.systems_due} due, "
            f"{run.systems_changed} changed, {run.systems_failed} failed, "
            f"{run.systems_total - run.systems_due} confirmed unchanged."
        )
        for system_id, reason in sorted(run.failures.items()):
            self.stderr.write(f"System {system_id}: {reason}")
        if run.systems_failed:
            raise CommandError(f"{run.systems_failed} systems could not be assessed; see above.")

    def _imagine(self, day: date, today: date) -> None:
        try:
            scenario = compute_all(request_scenario(as_of=day, today=today, requested_by="command line"))
        except ScenarioDayError as error:
            raise CommandError(f"--as-of: {error}") from error
        except PackError as error:
            raise CommandError(f"The rule packs cannot be used. {error}") from error
        totals = count_totals(scenario)
        self.stdout.write(
            f"Scenario {scenario.pk}, as of {name_day(day)}: {scenario.systems_total} systems, "
            f"{totals['systems_unmet']} with duties not met, {totals['unmet']} duties not met, "
            f"{totals['unknown']} not determined, {totals['begun']} in force then and not now, "
            f"{totals['class_changes']} classes change, {scenario.systems_failed} failed."
        )
        for duty in scenario.duties:
            counted = f"{duty['unmet']:>6} not met {duty['unknown']:>6} not determined"
            self.stdout.write(f"{counted}  {duty['id']} {duty['title']}")
        for row in ScenarioOutcome.objects.filter(scenario=scenario).exclude(error="").select_related("system"):
            self.stderr.write(f"{row.system}: {row.error}")
        if scenario.systems_failed or scenario.error:
            raise CommandError(scenario.error or f"{scenario.systems_failed} systems could not be judged; see above.")

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
    try:
        return parse_day(text)
    except DayError as error:
        raise CommandError(f"--as-of: {error}") from error
