"""Assess every system that has not been, and make the first report, through the same tasks as always."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from audit.models import Report, ReportStatus, Standing, WorkState
from audit.services.assessing import request_assessment
from audit.services.reporting import request_report
from config.management.commands.set_up import ADMINISTRATOR
from governance.models import AISystem

REQUESTED_BY = "set-up of this installation"


class Command(BaseCommand):
    """Waits until the first final report lies on disk, and writes down where for the launcher."""

    help = "Assess what was never assessed and make the first reports; waits for the first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let tests wait less long."""
        parser.add_argument("--patience", type=float, default=300.0, help="Seconds to wait for the first report.")

    def handle(self, *_args: object, patience: float, **_options: object) -> None:
        """Ask for what is missing, wait, and write var/first_results.txt."""
        lines = []
        deadline = time.monotonic() + patience
        systems = list(AISystem.objects.order_by("reference").values_list("pk", flat=True))
        never = set(systems) - set(
            Standing.objects.filter(assessment__isnull=False).values_list("system_id", flat=True)
        )
        if never:
            request_assessment(system_ids=sorted(never), requested_by=REQUESTED_BY)
        if systems:
            report = self._find_or_make_report(systems, deadline)
            lines.append(f"First report  {_find_path(report)}")
        if self._password_was_changed():
            lines.append("              (the password above was changed since; use the new one)")
        (settings.VAR_DIR / "first_results.txt").write_text("\n".join(lines), encoding="utf-8")

    def _find_or_make_report(self, systems: list[int], deadline: float) -> Report:
        done = Report.objects.filter(state=WorkState.DONE, status=ReportStatus.FINAL).exclude(file="").order_by("id")
        if report := done.first():
            return report
        first = systems[0]
        self._wait(f"the assessment of system {first}", lambda: _is_assessed(first), deadline)
        wanted = request_report(system_id=first, status=ReportStatus.FINAL, requested_by=REQUESTED_BY)
        self._wait(f"report {wanted}", lambda: _is_rendered(wanted.pk), deadline)
        for other in systems[1:]:
            if _is_assessed(other):
                request_report(system_id=other, status=ReportStatus.FINAL, requested_by=REQUESTED_BY)
        return Report.objects.get(pk=wanted.pk)

    def _wait(self, what: str, is_done: Callable[[], bool], deadline: float) -> None:
        while not is_done():
            if time.monotonic() > deadline:
                raise CommandError(f"Waited in vain for {what}. The worker's log, log/worker.log, may tell why.")
            time.sleep(0.1)

    def _password_was_changed(self) -> bool:
        file = settings.VAR_DIR / "admin_password"
        password = file.read_text(encoding="ascii").strip() if file.is_file() else ""
        user = get_user_model().objects.filter(username=ADMINISTRATOR).first()
        return user is not None and not user.check_password(password)


def _find_path(report: Report) -> str:
    """Where the file lies: its path, or its name in a store that has none."""
    try:
        return str(report.file.path)
    except NotImplementedError:
        return str(report.file.name)


def _is_assessed(system_id: int) -> bool:
    return Standing.objects.filter(system_id=system_id, assessment__isnull=False).exists()


def _is_rendered(report_id: int) -> bool:
    report = Report.objects.get(pk=report_id)
    if report.state == WorkState.FAILED:
        raise CommandError(f"Report {report} failed: {report.error}")
    return report.state == WorkState.DONE
