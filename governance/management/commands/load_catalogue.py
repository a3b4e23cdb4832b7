"""Brings the register's vendors and components up to the catalogue and prints the difference."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from governance.catalogue.loading import load_catalogue
from governance.catalogue.reading import CatalogueError, read_catalogue
from governance.catalogue.report import LoadReport, Outcome
from governance.models import Component, Vendor
from governance.services.recording import Changes, EventDraft, record_events

ACTOR = "catalogue"


class Command(BaseCommand):
    """Loads the catalogue; a second run changes nothing, and what an officer corrected stays."""

    help = "Load the catalogue of known components; all or nothing, never over an officer's correction."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add ``--dry-run``."""
        parser.add_argument("--dry-run", action="store_true", help="only tell what would change")

    def handle(self, *, dry_run: bool, verbosity: int, **_: object) -> None:
        """Load or, with ``--dry-run``, only tell; all that is wrong in the files is told at once."""
        try:
            catalogue = read_catalogue()
        except CatalogueError as wrong:
            raise CommandError("The catalogue was not loaded.\n" + "\n".join(wrong.problems)) from None
        with transaction.atomic():
            report = load_catalogue(catalogue, dry_run=dry_run)
            if not dry_run:
                record_events(actor=ACTOR, drafts=_draft_events(report))
        lines = list(report.lines())
        # Of a first load all is new: that is no difference to look through.
        is_first = all(row.outcome is Outcome.ADDED for row in report.rows)
        is_shown = dry_run or verbosity > 1 or (verbosity == 1 and not is_first)
        for line in lines if is_shown else lines[-1:]:
            self.stdout.write(line)


def _draft_events(report: LoadReport) -> list[EventDraft]:
    """One event for each vendor and component that was added or changed; their rows stand behind them."""
    return [
        EventDraft("imported", row.instance, _changes(row.fields))
        for row in report.rows
        if isinstance(row.instance, Vendor | Component) and row.outcome in (Outcome.ADDED, Outcome.CHANGED)
    ]


def _changes(fields: tuple[str, ...]) -> Changes:
    return dict.fromkeys(fields, ("", "as in the catalogue"))
