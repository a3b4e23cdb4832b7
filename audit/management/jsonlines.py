"""What the JSONL commands share: where lines come from, and how they end."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.core.management.base import BaseCommand, CommandError

from audit.services.answering import AnsweredLine


@contextmanager
def open_input(source: str) -> Iterator[BinaryIO]:
    """Open a file, or standard input for ``-``; raises ``CommandError`` where it cannot be read."""
    if source == "-":
        yield sys.stdin.buffer
        return
    try:
        with Path(source).open("rb") as lines:
            yield lines
    except OSError as error:
        raise CommandError(f"--input {source}: cannot be read ({error.strerror})") from None


def write_answers(command: BaseCommand, answers: Iterable[AnsweredLine]) -> None:
    """Write each answer to standard output; raises ``CommandError`` at the end if any line was bad."""
    count = failed = 0
    for answer in answers:
        command.stdout.write(answer.text)
        count += 1
        failed += answer.failed
    if failed:
        raise CommandError(f"{failed} of {count} lines were wrong; each one's answer lists its errors")
