"""Loads the demonstration bank, so that a new installation has something to show."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from governance.demo.loading import load_demo
from governance.demo.schema import DemoError


class Command(BaseCommand):
    """Adds what is missing; a system that exists already stays as people made it."""

    help = "Load one fictional bank with fifteen AI systems; needs the catalogue. Safe to run again."

    def handle(self, *_args: object, **_options: object) -> None:
        """Load all or nothing; what does not fit is named."""
        try:
            report = load_demo()
        except DemoError as wrong:
            raise CommandError(f"The demonstration was not loaded. {wrong}") from None
        self.stdout.write(f"{len(report.added)} systems added, {len(report.present)} there already")
