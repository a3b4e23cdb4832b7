"""Logs carry the task and the row it works on, and never the values of variables."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import structlog

from config.logs import bind_task, describe_logging, unbind_task


@contextmanager
def written(style: str) -> Iterator[io.StringIO]:
    """What a handler as the product configures it writes."""
    settings = describe_logging(style=style, level="info")
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    maker = settings["formatters"]["openbook"]
    handler.setFormatter(maker["()"](foreign_pre_chain=maker["foreign_pre_chain"], processors=maker["processors"]))
    log = logging.getLogger("openbook.test")
    log.addHandler(handler)
    log.setLevel("INFO")
    log.propagate = False
    yield stream
    log.removeHandler(handler)
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    with written("json") as stream:
        yield stream


def last(lines: io.StringIO) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(lines.getvalue().splitlines()[-1])
    return read


class Task:
    name = "audit.tasks.tell_run"


def test_a_line_names_the_task_its_id_and_its_run(lines: io.StringIO) -> None:
    bind_task(task_id="f00", task=Task(), args=[7])
    logging.getLogger("openbook.test").warning("slow", extra={"wait_s": 12})
    line = last(lines)
    assert (line["task"], line["task_id"], line["run_id"]) == ("tell_run", "f00", 7)
    assert (line["event"], line["level"], line["wait_s"]) == ("slow", "warning", 12)


def test_after_the_task_a_line_names_it_no_more(lines: io.StringIO) -> None:
    bind_task(task_id="f00", task=Task(), args=[7])
    unbind_task()
    logging.getLogger("openbook.test").info("idle")
    assert not {"task", "task_id", "run_id"} & last(lines).keys()


@pytest.mark.parametrize("style", ["json", "text"])
def test_an_error_is_told_without_the_values_of_variables(style: str) -> None:
    """Also where the package rich is installed, which structlog takes for printing each of them."""

    def fail(password: str) -> None:
        raise LookupError(f"{len(password)} characters")

    with written(style) as lines:
        try:
            fail(f"hunter-{2}")
        except LookupError:
            logging.getLogger("openbook.test").exception("broke")
        assert "hunter-2" not in lines.getvalue()
        assert "LookupError" in lines.getvalue()
        assert style == "text" or last(lines)["exception"][0]["exc_type"] == "LookupError"
