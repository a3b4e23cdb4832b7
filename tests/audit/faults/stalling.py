"""The product's Celery application with one change: work stops in the middle while a file named ``stall`` exists.

Started in place of ``config.celery``, so that a test can kill a worker at a known point of its work.
"""

from __future__ import annotations

import json
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from config.celery import app

__all__ = ["app"]

_Args = ParamSpec("_Args")
_Given = TypeVar("_Given")
FOLDER = Path(os.environ["OPENBOOK_VAR"])
app.conf.update(json.loads((FOLDER / "limits.json").read_text()))


def stalling(work: Callable[_Args, _Given]) -> Callable[_Args, _Given]:
    """Do the work, then note the process and wait while the file is there: the result is not stored yet."""

    def stalled(*args: _Args.args, **kwargs: _Args.kwargs) -> _Given:
        result = work(*args, **kwargs)
        if (FOLDER / "stall").exists():
            (FOLDER / "stalled.pid").write_text(str(os.getpid()))
            while (FOLDER / "stall").exists():
                time.sleep(0.02)
        return result

    return stalled


def on_a_full_disk(write: Callable[_Args, _Given]) -> Callable[_Args, _Given]:
    """Write while the kernel refuses files of more than 20 kB, if a file named ``full`` is there."""

    def refused(*args: _Args.args, **kwargs: _Args.kwargs) -> _Given:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        if (FOLDER / "full").exists():
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
        try:
            return write(*args, **kwargs)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return refused


@app.on_after_finalize.connect
def stall_in_the_middle(**_signal: object) -> None:
    """Change the two places between reading and storing, and the one where a file is written."""
    from audit.services import judging, reporting

    judging.assess_read = stalling(judging.assess_read)  # type: ignore[attr-defined] # replaced on purpose
    reporting.render_pdf = stalling(reporting.render_pdf)  # type: ignore[attr-defined] # replaced on purpose
    reporting._write_file = on_a_full_disk(reporting._write_file)
