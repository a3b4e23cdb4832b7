"""``manage.py report``: asks for a report from the command line; a worker makes it."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.models import ReportKind, ReportStatus
from audit.reports.languages import list_languages
from audit.reports.request import ReportRequestError
from audit.services.assessing import AssessmentFailedError, SystemBusyError
from audit.services.reporting import request_report
from governance.models import AISystem

REQUESTED_BY = "command line"


class Command(BaseCommand):
    """Queues a report and says under which number it will stand."""

    help = "Ask for a report; a worker makes it. The same content gives the report that exists."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the system, the kind, the status, the language and the day."""
        parser.add_argument("system", nargs="?", help="the reference of a system, where the kind is of one")
        parser.add_argument("--kind", choices=ReportKind.values, default=ReportKind.SYSTEM_AUDIT)
        parser.add_argument("--draft", action="store_true", help="with a watermark and without a signature")
        offered = ", ".join(f"{code} ({name})" for code, name in list_languages())
        parser.add_argument("--language", help=f"one of {offered}; else OPENBOOK_REPORT_LANGUAGE")
        parser.add_argument("--as-of", type=date.fromisoformat, help="the day the report looks at; else today")

    def handle(self, **options: Any) -> None:
        """Ask for the report; raises ``CommandError`` where it cannot be made as asked."""
        try:
            report = request_report(
                kind=options["kind"],
                system_id=self._find(options["system"]),
                status=ReportStatus.DRAFT if options["draft"] else ReportStatus.FINAL,
                requested_by=REQUESTED_BY,
                language=options["language"],
                as_of=options["as_of"],
            )
        except (ReportRequestError, SystemBusyError, AssessmentFailedError) as reason:
            raise CommandError(str(reason)) from reason
        self.stdout.write(f"{report} in {report.language}: {report.get_state_display().lower()}")

    def _find(self, reference: str | None) -> int | None:
        if not reference:
            return None
        system = AISystem.objects.filter(reference=reference).values_list("pk", flat=True).first()
        if system is None:
            raise CommandError(f"There is no system with the reference “{reference}”.")
        return int(system)
