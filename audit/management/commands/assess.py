"""``manage.py assess``: assess fact sheets from JSONL, without a database, nothing stored (DESIGN §3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.engine.dates import DayError, parse_day
from audit.engine.facts import JsonValue
from audit.management.jsonlines import open_input, write_answers
from audit.rulepacks import PackError, load_packs
from audit.rulepacks.facts import fact_types
from audit.services.answering import answer_lines
from audit.services.previewing import preview_system


class Command(BaseCommand):
    """Read one system a line, write one assessment a line, in the same order."""

    help = "Assess fact sheets: one JSON object a line in, one a line out. Nothing is stored."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the input, the day and the packs."""
        parser.add_argument("--input", required=True, help="a JSONL file, or - for standard input")
        parser.add_argument("--as-of", required=True, help="the day of the assessment, for example 2026-11-20")
        parser.add_argument("--packs", help="packs of law to use, separated by commas; all if left out")

    def handle(self, *_args: object, **options: str | None) -> None:
        """Check the day and the packs, then answer each line."""
        as_of = _read_day(options["as_of"] or "")
        names = options["packs"]
        wanted = None if names is None else [name.strip() for name in names.split(",") if name.strip()]
        if wanted == []:
            raise CommandError("--packs: names no pack; leave it out for all")
        try:
            packs = load_packs(wanted)
        except PackError as error:
            raise CommandError(f"--packs: {error}") from None
        types = fact_types()

        def answer(raw: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
            return preview_system(raw=raw, packs=packs, types=types, as_of=as_of).to_json()

        with open_input(options["input"] or "-") as lines:
            write_answers(self, answer_lines(lines, answer))


def _read_day(text: str) -> date:
    try:
        return parse_day(text)
    except DayError as error:
        raise CommandError(f"--as-of: {error}") from None
