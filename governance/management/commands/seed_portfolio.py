"""Adds a large fictional portfolio, to measure on."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from governance.demo.portfolio import NoOriginalsError, seed_portfolio


class Command(BaseCommand):
    """Adds what is missing; the same number and seed give the same portfolio."""

    help = "Add a large fictional portfolio to measure on; needs the demonstration. Not for an installation in use."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how many, and the seed."""
        parser.add_argument("--systems", type=int, required=True, help="How many systems, for example 10000.")
        parser.add_argument("--seed", type=int, default=1, help="Another number gives another portfolio.")

    def handle(self, *_args: object, systems: int, seed: int, **_options: object) -> None:
        """Write them in chunks; what was written before stays."""
        if not 0 < systems < 1_000_000 or seed < 0:
            raise CommandError("--systems must be from 1 to 999999, and --seed 0 or more")
        try:
            added = seed_portfolio(systems=systems, seed=seed)
        except NoOriginalsError as wrong:
            raise CommandError(f"No portfolio was made: {wrong}") from None
        self.stdout.write(f"{added} systems added, {systems - added} there already")
