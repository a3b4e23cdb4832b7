"""What the JSONL commands share: where lines come from, and how they end."""

from __future__ import annotations

import sys
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from django.core.management.base import BaseCommand, CommandError

from audit.services.answering import AnsweredLine


@contextmanager
def open_input(source: str) -> Iterator[BinaryIO]:
    """Open a file, or standard input for ``-``; raises ``CommandError`` where it cannot be read."""
    if source == "-":
        yield _refuse_utf_16(sys.stdin.buffer, source)
        return
    try:
        with Path(source).open("rb") as lines:
            yield _refuse_utf_16(lines, source)
    except OSError as error:
        raise CommandError(f"--input {source}: cannot be read ({error.strerror})") from None


def _refuse_utf_16(lines: BinaryIO, source: str) -> BinaryIO:
    """The same, unless its first bytes are the mark of UTF-16, as PowerShell writes it: each line would be wrong."""
    first = lines.peek(2)[:2] if isinstance(lines, BufferedReader) else b""
    if first in (BOM_UTF16_LE, BOM_UTF16_BE):
        raise CommandError(f"--input {source}: is UTF-16 text; save it as UTF-8")
    return lines


def write_answers(command: BaseCommand, answers: Iterable[AnsweredLine]) -> None:
    """Write each answer to standard output; raises ``CommandError`` at the end if any line was bad."""
    count = failed = 0
    for answer in answers:
        command.stdout.write(answer.text)
        count += 1
        failed += answer.failed
    if failed:
        raise CommandError(f"{failed} of {count} lines were wrong; each one's answer lists its errors")
