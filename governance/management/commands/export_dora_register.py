"""Writes the DORA register of information of a legal entity, as the admin hands it out."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from governance.exports.dora.building import SAYS
from governance.exports.dora.exporting import export_register
from governance.models import LegalEntity
from governance.validators import read_iso_day

ACTOR = "export_dora_register"


class Command(BaseCommand):
    """Writes one ZIP and says how much is missing; it is recorded in the history."""

    help = "Write the DORA register of information (AI arrangements only) of a legal entity as a ZIP."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the entity, the day and the folder."""
        parser.add_argument("entity", help="Its name or LEI, as in the register.")
        parser.add_argument("--as-of", type=_read_day, help="The day of the register; today if not given.")
        parser.add_argument("--output", type=Path, default=Path(), help="The folder to write to.")

    def handle(self, *, entity: str, as_of: date | None, output: Path, **_options: object) -> None:
        """Write the file; an unknown entity or a folder that is not there ends with exit code 1."""
        by_lei = LegalEntity.objects.filter(lei=entity) if entity else LegalEntity.objects.none()
        found = by_lei.first() or LegalEntity.objects.filter(name=entity).first()
        if found is None:
            names = ", ".join(LegalEntity.objects.values_list("name", flat=True))
            raise CommandError(f"There is no legal entity “{entity}”. There are: {names or 'none'}.")
        if not output.is_dir():
            raise CommandError(f"There is no folder {output}.")
        made = export_register(entity=found, as_of=as_of or timezone.localdate(), at=timezone.localtime(), actor=ACTOR)
        path = output / made.name
        try:
            path.write_bytes(made.content)
        except OSError as wrong:
            raise CommandError(f"{path} cannot be written: {wrong.strerror}") from None
        register = made.register
        self.stdout.write(SAYS)
        self.stdout.write(f"{len(register.scope.arrangements)} arrangements, {len(register.gaps)} gaps: {path}")


def _read_day(text: str) -> date:
    day = read_iso_day(text)
    if day is None:
        raise ArgumentTypeError(f"{text!r} is not a day; write it as YYYY-MM-DD, for example 2026-11-20")
    return day
