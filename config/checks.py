"""System checks: each wrong setting with its id and what would be right; ``manage.py check`` runs them.

What the environment holds is checked before anything starts (``config.environment``); here stands what can only be
told once the settings are put together, and what of them does not fit together.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Doubt

from config.environment import find_problems

_METADATA: Final = ipaddress.ip_network("169.254.0.0/16")
_LONGEST_NETWORK: Final = 8
Check = Callable[[], Iterator[CheckMessage]]


@register(Tags.security)
def check_environment(**_given: Any) -> list[CheckMessage]:
    """The variables of the environment, as they are checked at the start."""
    return [
        Error(f"{problem.variable} {problem.what}.", hint=f"Right would be: {problem.right}.", id=problem.id)
        for problem in find_problems(os.environ)
    ]


@register(Tags.compatibility)
def check_settings(**_given: Any) -> list[CheckMessage]:
    """Everything else, each part by its own function."""
    return [message for check in CHECKS for message in check()]


def _check_database() -> Iterator[CheckMessage]:
    database: Mapping[str, Any] = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        return
    options = database.get("OPTIONS", {})
    if options.get("transaction_mode") != "IMMEDIATE":
        yield Error(
            "SQLite takes its lock only when a transaction writes, so two workers can lock each other up.",
            hint='Set OPTIONS["transaction_mode"] of the database to "IMMEDIATE".',
            id="openbook.E001",
        )
    if "journal_mode=wal" not in str(options.get("init_command", "")).lower().replace(" ", ""):
        yield Error(
            "SQLite does not write ahead, so whoever reads waits for whoever writes.",
            hint='Put "PRAGMA journal_mode=WAL;" into OPTIONS["init_command"] of the database.',
            id="openbook.E002",
        )


def _check_tasks() -> Iterator[CheckMessage]:
    hard, soft = settings.CELERY_TASK_TIME_LIMIT, settings.CELERY_TASK_SOFT_TIME_LIMIT
    visible = settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("visibility_timeout", 0)
    if not isinstance(visible, int) or visible <= hard:
        yield Error(
            f"The broker hands a message out again after {visible} s, while a task may take {hard} s.",
            hint='Raise CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"] above CELERY_TASK_TIME_LIMIT.',
            id="openbook.E003",
        )
    if soft >= hard:
        yield Error(
            "The soft limit of tasks is not below the hard one, so no task can end itself in order.",
            hint="Set CELERY_TASK_SOFT_TIME_LIMIT below CELERY_TASK_TIME_LIMIT.",
            id="openbook.E004",
        )
    if settings.CELERY_TASK_SERIALIZER != "json" or list(settings.CELERY_ACCEPT_CONTENT) != ["json"]:
        yield Error(
            "Tasks take messages that are not JSON; whoever reaches the broker could run code.",
            hint='Set CELERY_TASK_SERIALIZER to "json" and CELERY_ACCEPT_CONTENT to ["json"].',
            id="openbook.E005",
        )
    if not (settings.CELERY_TASK_ACKS_LATE and settings.CELERY_TASK_REJECT_ON_WORKER_LOST):
        yield Error(
            "The message of a task is gone before its work is done; a killed worker takes it along.",
            hint="Set CELERY_TASK_ACKS_LATE and CELERY_TASK_REJECT_ON_WORKER_LOST.",
            id="openbook.E006",
        )


def _check_schedule() -> Iterator[CheckMessage]:
    if getattr(settings, "CELERY_BEAT_SCHEDULE", None) or "DatabaseScheduler" not in settings.CELERY_BEAT_SCHEDULER:
        yield Error(
            "The scheduler does not follow the database: what officers change in the admin has no effect.",
            hint="Remove CELERY_BEAT_SCHEDULE and use django_celery_beat.schedulers:DatabaseScheduler.",
            id="openbook.E007",
        )
    if not settings.USE_TZ:
        yield Error("Instants have no time zone.", hint="Set USE_TZ to True.", id="openbook.E008")
    if settings.SCHEDULER_SILENCE.total_seconds() < 60:
        yield Error(
            "The scheduler counts as silent between two of its sweeps, which run every 30 seconds.",
            hint="Set OPENBOOK_SCHEDULER_SILENCE to 60 or more.",
            id="openbook.E009",
        )


def _check_folders() -> Iterator[CheckMessage]:
    for name in ("VAR_DIR", "MEDIA_ROOT"):
        folder = _nearest(Path(getattr(settings, name)))
        if not os.access(folder, os.W_OK | os.X_OK):
            yield Error(
                f"{folder} cannot be written by this user; {name} lies there.",
                hint="Make it writable, or name another folder with OPENBOOK_VAR.",
                id="openbook.E010",
            )
    key = settings.SIGNING_KEY
    if key and Path(key).is_file() and Path(key).stat().st_mode & 0o077:
        yield Doubt(
            f"Others than Openbook’s user may read the key that signs reports ({key}).",
            hint=f"chmod 600 {key}",
            id="openbook.W011",
        )
    gathered = Path(settings.STATIC_ROOT or "") / "staticfiles.json"
    if settings.IS_PRODUCTION and not gathered.exists():
        yield Doubt(
            "The files for browsers were not gathered; pages will fail.",
            hint="Run manage.py collectstatic --noinput.",
            id="openbook.W012",
        )


def _nearest(path: Path) -> Path:
    """The folder itself, or the nearest one above it that exists: it is made when it is needed."""
    return path if path.exists() or path == path.parent else _nearest(path.parent)


def _check_keys() -> Iterator[CheckMessage]:
    if not os.environ.get("OPENBOOK_SECRET_KEY") and not (Path(settings.VAR_DIR) / "secret_key").is_file():
        yield Doubt(
            "The secret key lives as long as this process: sessions end and webhooks are signed anew at each start.",
            hint="Run make up, or set OPENBOOK_SECRET_KEY in every process.",
            id="openbook.W013",
        )
    if settings.IS_PRODUCTION and not settings.SESSION_COOKIE_SECURE:
        yield Doubt(
            "Sign-in travels without HTTPS.",
            hint="Remove OPENBOOK_HTTPS=off; it is on in production.",
            id="openbook.W014",
        )
    loose = [
        name
        for name, sources in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
        if any("unsafe" in source for source in sources)
    ]
    if loose:
        yield Error(
            f"The Content-Security-Policy lets unsafe scripts or styles through: {', '.join(loose)}.",
            hint="Remove 'unsafe-inline' and 'unsafe-eval' from CONTENT_SECURITY_POLICY.",
            id="openbook.E015",
        )


def _check_mail() -> Iterator[CheckMessage]:
    if settings.IS_PRODUCTION and not settings.EMAIL_BACKEND.endswith(("smtp.EmailBackend", "locmem.EmailBackend")):
        yield Doubt(
            "Digests by e-mail reach nobody: they are written to files.",
            hint="Set OPENBOOK_EMAIL_URL to smtp+tls://user:password@host:587.",
            id="openbook.W016",
        )
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend") and settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        yield Doubt(
            "E-mails come from openbook@localhost, which mail servers refuse.",
            hint="Set OPENBOOK_EMAIL_FROM to an address of your domain.",
            id="openbook.W017",
        )
    address = urlsplit(settings.PUBLIC_URL)
    if settings.IS_PRODUCTION and (address.hostname in ("127.0.0.1", "localhost") or address.scheme != "https"):
        yield Doubt(
            f"The links in e-mails lead to {settings.PUBLIC_URL}.",
            hint="Set OPENBOOK_URL to the address that people type: https://openbook.example.org.",
            id="openbook.W018",
        )
    if not settings.EMAIL_TIMEOUT or settings.EMAIL_TIMEOUT > 60:
        yield Error(
            "A mail server that does not answer holds a worker for good.",
            hint="Set EMAIL_TIMEOUT to some seconds.",
            id="openbook.E019",
        )


def _check_webhooks() -> Iterator[CheckMessage]:
    if settings.IS_PRODUCTION and settings.WEBHOOK_ALLOWS_HTTP:
        yield Doubt(
            "Webhooks may go out without HTTPS; whoever is on the way reads which systems moved.",
            hint="Remove OPENBOOK_WEBHOOK_HTTP.",
            id="openbook.W020",
        )
    for text in settings.WEBHOOK_NETWORKS:
        network = ipaddress.ip_network(text)
        if network.version == _METADATA.version and network.overlaps(_METADATA):
            yield Error(
                f"Webhooks may reach {text}, and with it the metadata service of a cloud.",
                hint="Leave 169.254.0.0/16 out of OPENBOOK_WEBHOOK_NETWORKS.",
                id="openbook.E021",
            )
        if network.prefixlen < _LONGEST_NETWORK:
            yield Doubt(
                f"Webhooks may reach nearly every address ({text}).",
                hint="Name in OPENBOOK_WEBHOOK_NETWORKS only the networks of the receivers.",
                id="openbook.W022",
            )


def _check_watching() -> Iterator[CheckMessage]:
    if settings.IS_PRODUCTION and not settings.METRICS_TOKEN:
        yield Doubt(
            "Nobody but this machine can read /metrics; behind a proxy nobody at all.",
            hint="Set OPENBOOK_METRICS_TOKEN, and give it to Prometheus as bearer token.",
            id="openbook.W023",
        )
    days = list(settings.ESCALATION_DAYS)
    if not days or days != sorted(set(days)) or days[0] < 1:
        yield Error(
            f"The levels of escalation do not rise: {days}.",
            hint="Set OPENBOOK_ESCALATION_DAYS to rising days: 1,14,30.",
            id="openbook.E024",
        )


CHECKS: Final[tuple[Check, ...]] = (
    _check_database,
    _check_tasks,
    _check_schedule,
    _check_folders,
    _check_keys,
    _check_mail,
    _check_webhooks,
    _check_watching,
)
