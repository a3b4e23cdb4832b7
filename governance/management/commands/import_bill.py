"""Imports the components of a CycloneDX bill of materials, as the admin does."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from governance.imports.bom.checking import TAKEN, check_bill
from governance.imports.bom.problems import UnreadableBillError
from governance.imports.bom.reading import read_bill
from governance.imports.bom.register import read_register
from governance.imports.bom.runs import BillRun
from governance.imports.bom.saving import import_bill

ACTOR = "import_bill"


class Command(BaseCommand):
    """Tells first what is wrong; adds all of it or nothing; a second run adds nothing."""

    help = "Import components, their vendors and parts from a CycloneDX 1.5 to 1.7 bill of materials in JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, what of it to take over, and ``--dry-run``."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--kind", action="append", choices=[kind.value for kind in TAKEN], help="Only these; may be repeated."
        )
        parser.add_argument("--dry-run", action="store_true", help="Only tell what would be added.")

    def handle(self, *, file: Path, kind: list[str] | None, dry_run: bool, **_options: object) -> None:
        """Check and import; problems end with exit code 1 and nothing saved."""
        try:
            content = file.read_bytes()
            bill = read_bill(content)
        except OSError as wrong:
            raise CommandError(f"{file} cannot be read: {wrong.strerror}") from None
        except UnreadableBillError as wrong:
            raise CommandError(str(wrong)) from None
        run = check_bill(bill, read_register(), kind or TAKEN)
        if run.problems:
            lines = [f"{each.place}: {each.value} {each.what}; right: {each.right}" for each in run.problems]
            raise CommandError("\n".join(["Nothing was imported.", *lines]))
        self._tell(run)
        if dry_run or not run.planned:
            self.stdout.write("Nothing was saved.")
            return
        try:
            components = import_bill(run=run, file_name=file.name, content=content, actor=ACTOR)
        except IntegrityError:
            raise CommandError("Nothing was imported: the register has changed meanwhile. Run it again.") from None
        self.stdout.write(f"{len(components)} components and {len(run.new_vendors)} vendors added.")

    def _tell(self, run: BillRun) -> None:
        for planned in run.planned:
            vendor = f" of {planned.vendor}" if planned.vendor else ""
            self.stdout.write(f"new: {planned.kind.label.lower()} {planned.label}{vendor}")
        for there in run.known:
            self.stdout.write(f"known: {there.says}")
        for remark in run.remarks:
            self.stdout.write(f"note: {remark.place}: {remark.says}")
        for kind, count in run.left_out.items():
            self.stdout.write(f"left out: {count} x {kind}")
