"""``manage.py conformance``: writes the worked cases of the rule packs to docs/conformance.md."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.rulepacks import PackError
from audit.rulepacks.conformance import check_conformance, write_conformance


class Command(BaseCommand):
    """Writes the page, or with ``--check`` only tells whether it is up to date (exit code 1 when not)."""

    help = "Write the worked cases of the rule packs to docs/conformance.md, or check that it is up to date."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the check and another place for the page."""
        parser.add_argument("--check", action="store_true", help="only tell whether the page is up to date")
        parser.add_argument(
            "--output", type=Path, default=Path(settings.BASE_DIR) / "docs" / "conformance.md", help="where the page is"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write or check; raises ``CommandError`` with the remedy."""
        page: Path = options["output"]
        try:
            wrong = check_conformance(page) if options["check"] else ""
            if not options["check"]:
                page.write_text(write_conformance(), encoding="utf-8")
        except PackError as error:
            raise CommandError(str(error)) from None
        if wrong:
            raise CommandError(wrong)
        self.stdout.write(f"{page.name} is up to date.")
