"""``manage.py licences``: understand licence texts, one a line, without a database, nothing stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from django.core.management.base import BaseCommand, CommandParser

from audit.engine.openness.judging import describe_licence
from audit.licences import read_licence
from audit.management.jsonlines import open_input, write_answers
from audit.services.answering import AnsweredLine


class Command(BaseCommand):
    """Read one licence text a line, write what it means a line, in the same order."""

    help = "Understand licence texts: one a line in, one JSON object a line out. Nothing is stored."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the input."""
        parser.add_argument("--input", required=True, help="a text file, one licence a line, or - for standard input")

    def handle(self, *_args: object, **options: str) -> None:
        """Answer each line; an empty one says nothing and is answered so."""
        with open_input(options["input"]) as lines:
            write_answers(self, _answer(lines))


def _answer(lines: Iterable[bytes]) -> Iterator[AnsweredLine]:
    for line in lines:
        try:
            raw = line.decode("utf-8-sig").rstrip("\r\n")
        except UnicodeDecodeError as error:
            text = {
                "raw": None,
                "errors": [{"key": "", "message": f"the line is not UTF-8 text (byte {error.start + 1})"}],
            }
            yield AnsweredLine(json.dumps(text), failed=True)
            continue
        profile = describe_licence(read_licence(raw))
        yield AnsweredLine(json.dumps({"raw": raw, **profile}), failed=False)
