"""Check the chain of events: that none was changed, removed or put in between."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from governance.services.chaining import verify_chain


class Command(BaseCommand):
    """Prints the number of events and the last hash, to be kept somewhere else."""

    help = "Check the chain of events; fails and names the first event that does not fit."

    def handle(self, *_args: object, **_options: object) -> None:
        """Verify the chain; a break ends with exit code 1."""
        verdict = verify_chain()
        if not verdict.is_intact:
            raise CommandError(verdict.problem)
        self.stdout.write(f"{verdict.events} events, all in their chain. Last hash: {verdict.head or 'none yet'}")
