"""Create the groups officer, risk_analyst, auditor and administrator with their permissions."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from governance.services.groups import GROUP_PERMISSIONS, set_up_groups


class Command(BaseCommand):
    """Safe to run at any time; a migration does the same by itself."""

    help = "Create the groups of people with their permissions; safe to run again."

    def handle(self, *_args: object, **_options: object) -> None:
        """Set up the groups and name them."""
        set_up_groups()
        self.stdout.write(f"Groups are set up: {', '.join(sorted(GROUP_PERMISSIONS))}.")
