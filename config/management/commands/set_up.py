"""Prepare an installation: tables, groups, catalogue, demonstration bank, signing key, first administrator."""

from __future__ import annotations

import io
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand

from audit.services.signing import prepare_signing_key
from config.settings import env
from governance.models import AISystem

ADMINISTRATOR = "admin"


class Command(BaseCommand):
    """Safe to run at any time: it adds what is missing and changes nothing that people entered."""

    help = "Prepare the database of this installation; safe to run again."

    def handle(self, *_args: object, **_options: object) -> None:
        """Do the steps in order and name each on a line of its own."""
        self._run("creating the tables", "migrate", interactive=False, verbosity=0)
        self._run("setting up the groups", "setup_groups")
        self._run("loading the catalogue", "load_catalogue")
        demo_loaded = settings.VAR_DIR / "demo_loaded"
        if env.bool("OPENBOOK_DEMO", default=True) and not demo_loaded.exists() and not AISystem.objects.exists():
            self._run("loading the demonstration bank", "load_demo")
            demo_loaded.touch()
        self._say("making the key that signs reports")
        prepare_signing_key()
        self._say("making the first administrator")
        self._make_administrator(settings.VAR_DIR / "admin_password")

    def _run(self, step: str, command: str, **options: object) -> None:
        self._say(step)
        call_command(command, stdout=io.StringIO(), **options)

    def _say(self, step: str) -> None:
        self.stdout.write(step)
        self.stdout.flush()

    def _make_administrator(self, password_file: Path) -> None:
        """Create the user once; later changes of the password are theirs."""
        users = get_user_model()
        if users.objects.filter(username=ADMINISTRATOR).exists() or not password_file.is_file():
            return
        password = password_file.read_text(encoding="ascii").strip()
        users.objects.create_superuser(username=ADMINISTRATOR, email="", password=password)
