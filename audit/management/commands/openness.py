"""``manage.py openness``: judge openness dossiers from JSONL, without a database, nothing stored."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.management.base import BaseCommand, CommandParser

from audit.engine.facts import JsonValue
from audit.licences.dossiers import judge_dossier, parse_dossier
from audit.management.jsonlines import open_input, write_answers
from audit.services.answering import answer_lines


class Command(BaseCommand):
    """Read one dossier a line, write its openness a line, in the same order."""

    help = "Judge openness dossiers: one JSON object a line in, one a line out. Nothing is stored."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the input."""
        parser.add_argument("--input", required=True, help="a JSONL file, or - for standard input")

    def handle(self, *_args: object, **options: str) -> None:
        """Answer each line."""
        with open_input(options["input"]) as lines:
            write_answers(self, answer_lines(lines, _answer))


def _answer(raw: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    return judge_dossier(parse_dossier(raw)).to_json()
