"""Logs go to standard error: lines for people, or one JSON object a line for machines."""

from __future__ import annotations

from typing import Any, Final

import structlog

_SHARED: tuple[structlog.typing.Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
)
# Without the values of variables: they hold facts about people, passwords and secrets.
_TELL_ERRORS: Final = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)
_ROWS: Final = {
    "assess_system": "system_id",
    "reassess_chunk": "chunk_id",
    "render_report": "report_id",
    "run_stress": "stress_id",
    "tell_run": "run_id",
    "deliver_digest": "delivery_id",
    "compute_scenario": "part_id",
}
"""For each task the name of the row that its argument is."""


def bind_task(*, task_id: str = "", task: object = None, args: object = (), **_signal: object) -> None:
    """Put the task, its id and the row it works on onto every line that is logged while it runs."""
    name = str(getattr(task, "name", "")).rpartition(".")[2]
    row = args[0] if isinstance(args, list | tuple) and args else None
    bound: dict[str, object] = {"task": name, "task_id": task_id}
    if name in _ROWS and row is not None:
        bound[_ROWS[name]] = row
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**bound)


def unbind_task(**_signal: object) -> None:
    """Forget the task that has ended."""
    structlog.contextvars.clear_contextvars()


def configure_structlog() -> None:
    """Send structlog's events through the standard library, so that one handler writes everything."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def describe_logging(*, style: str, level: str) -> dict[str, Any]:  # logging.config's own type is dict[str, Any]
    """Settings for ``logging.config.dictConfig``: one handler to standard error, ``style`` "text" or "json"."""
    renderers: list[structlog.typing.Processor] = (
        [_TELL_ERRORS, structlog.processors.JSONRenderer()]
        if style == "json"
        # Without a formatter of its own it would print every local variable of a traceback where rich is installed.
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "openbook": {
                "()": structlog.stdlib.ProcessorFormatter,
                # What is logged with ``extra`` stands on the line as well.
                "foreign_pre_chain": [*_SHARED, structlog.stdlib.ExtraAdder()],
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
            }
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "openbook"}
        },
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            # Axes greets at every start, and fontTools and WeasyPrint tell every glyph.
            "axes": {"level": "WARNING"},
            "fontTools": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
            # Django's own handlers would write the same lines a second time.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
        },
    }
