"""Prints everything that should be put right in the rule packs, with file and key."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.management.days import read_day
from audit.rulepacks import PackError, load_packs
from audit.rulepacks.facts import fact_types
from audit.rulepacks.linting import lint_packs


class Command(BaseCommand):
    """``manage.py lint_rulepacks``: exit code 1 when there is any problem."""

    help = "Check the rule packs: form, facts, versions, order, reviews, dead rules, worked cases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the day on which reviews are due."""
        parser.add_argument(
            "--as-of", type=read_day, default=None, help="day for the reviews, YYYY-MM-DD (default: today)"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 # Django's signature
        """Print all problems; raises ``CommandError`` when there are any."""
        as_of = options["as_of"] or timezone.localdate()
        problems = lint_packs(fact_types(), as_of)
        try:
            load_packs()
        except PackError as error:
            problems += [problem for problem in error.problems if problem not in problems]
        for problem in problems:
            self.stdout.write(str(problem))
        if problems:
            raise CommandError(f"{len(problems)} problems in the rule packs; each line names file, key and remedy")
        self.stdout.write("No problem in the rule packs.")
