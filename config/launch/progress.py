"""Shows what is being done: one line that changes in place on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

_CLEAR = "\r\x1b[K"


class Progress:
    """Writes the steps of the launch to ``stream``."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._in_place = stream.isatty()
        self._step = ""

    def say(self, text: str = "") -> None:
        """Write a line of its own."""
        self._write(f"{_CLEAR if self._in_place and self._step else ''}{text}\n")

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Show that something has begun and, when it ends well, how many seconds it took."""
        began = time.monotonic()
        self._step = text
        self._write(f"  … {text}" if self._in_place else f"  … {text}\n")
        ended = "\n" if self._in_place else ""
        try:
            yield
            seconds = time.monotonic() - began
            ended = f"{_CLEAR if self._in_place else ''}  ✓ {text} ({seconds:.1f} s)\n"
        finally:
            self._step = ""
            self._write(ended)

    def detail(self, text: str) -> None:
        """Say how far the present step is; on a terminal only, since it would fill a log."""
        if self._in_place and self._step:
            self._write(f"{_CLEAR}  … {self._step}: {text}")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
