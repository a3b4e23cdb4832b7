"""The variables of the environment that Openbook reads, and what would be right in each of them."""

from __future__ import annotations

import difflib
import ipaddress
import re
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

LOCAL = "local"
PRODUCTION = "production"
_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off")
_NEW_KEY = 'python3 -c "import secrets; print(secrets.token_urlsafe(64))"'

Check = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Problem:
    """One variable that is missing or wrong: which, what is wrong, and what would be right."""

    variable: str
    what: str
    right: str

    @property
    def id(self) -> str:
        """The id under which ``manage.py check`` and the refusal to start name it."""
        return f"openbook.env.{self.variable}"


def _is_one_of(*allowed: str) -> Check:
    def check(value: str) -> str | None:
        return None if value.lower() in allowed else f"one of {', '.join(allowed)}"

    return check


def _is_port(value: str) -> str | None:
    return None if value.isdecimal() and 0 < int(value) < 65536 else "a port number from 1 to 65535"


def _is_count(value: str) -> str | None:
    return None if value.isdecimal() and int(value) > 0 else "a whole number from 1 on"


def _is_rate(value: str) -> str | None:
    return None if re.fullmatch(r"[0-9]+/(second|minute|hour|day)", value) else "a rate, for example 1200/minute"


def _is_attempts(value: str) -> str | None:
    return None if value.isdecimal() and 0 < int(value) <= 20 else "a whole number from 1 to 20"


def _is_silence(value: str) -> str | None:
    right = "seconds, 60 or more: the sweep runs every 30"
    return None if value.isdecimal() and int(value) >= 60 else right


def _are_days(value: str) -> str | None:
    """Days after which findings escalate, each level later than the one before."""
    right = "rising numbers of days from 1 on, at most five, separated by commas: 1,14,30"
    parts = [part.strip() for part in value.split(",")]
    if not all(part.isdecimal() and int(part) > 0 for part in parts) or len(parts) > 5:
        return right
    days = [int(part) for part in parts]
    return None if days == sorted(set(days)) else right


def _are_networks(value: str) -> str | None:
    try:
        for part in value.split(","):
            ipaddress.ip_network(part.strip())
    except ValueError:
        return "networks in CIDR form, separated by commas: 10.20.0.0/16"
    return None


def _is_language(value: str) -> str | None:
    return None if re.fullmatch(r"[a-z]{2,3}(-[a-z]{2,4})?", value) else "the code of a language, for example en or de"


def _is_number_of_days(value: str) -> str | None:
    return None if value.isdecimal() and int(value) <= 36500 else "a number of days, or 0 to keep them without end"


def _is_memory(value: str) -> str | None:
    return None if value.isdecimal() and int(value) >= 256 else "megabytes, 256 or more"


def _is_storage(value: str) -> str | None:
    right = "s3://bucket/prefix, with ?endpoint=https://… and &region=… where the store is not Amazon's"
    address = urlsplit(value)
    asked = parse_qs(address.query)
    known = not set(asked) - {"endpoint", "region"} and all(
        urlsplit(each).scheme in ("http", "https") for each in asked.get("endpoint", [])
    )
    return None if address.scheme == "s3" and address.hostname and known else right


def _is_secret(value: str) -> str | None:
    return None if len(value) >= 24 else f"24 or more random characters: {_NEW_KEY}"


def _is_sender(value: str) -> str | None:
    right = "an address, with a name or without: Openbook <openbook@example.org>"
    return None if re.fullmatch(r"[^@<>]*<[^@\s<>]+@[^@\s<>]+>|[^@\s<>]+@[^@\s<>]+", value.strip()) else right


def _is_time_zone(value: str) -> str | None:
    return None if value in zoneinfo.available_timezones() else "the name of a time zone, for example Europe/Paris"


def _has_scheme(*schemes: str) -> Check:
    def check(value: str) -> str | None:
        shown = " or ".join(f"{scheme}://…" for scheme in schemes)
        return None if urlsplit(value).scheme in schemes else f"an address of the form {shown}"

    return check


def _are_origins(value: str) -> str | None:
    right = "origins with their scheme, separated by commas, for example https://openbook.example.org"
    return None if all(urlsplit(part.strip()).scheme in ("http", "https") for part in value.split(",")) else right


def _is_file(value: str) -> str | None:
    try:
        with Path(value).open("rb"):
            return None
    except OSError:
        return "the path of a file that this user can read"


def _anything(_value: str) -> str | None:
    return None


_truth = _is_one_of(*_TRUE, *_FALSE)

# Every variable that is read anywhere, with the check of its form; docs/configuration.md explains each.
VARIABLES: Mapping[str, Check] = {
    "DATABASE_URL": _has_scheme("postgres", "postgresql", "sqlite"),
    "REDIS_URL": _has_scheme("redis", "rediss", "redis+socket", "unix"),
    "OPENBOOK_ADDRESS": _anything,
    "OPENBOOK_BEHIND_PROXY": _truth,
    "OPENBOOK_DEBUG": _truth,
    "OPENBOOK_DELIVERY_ATTEMPTS": _is_attempts,
    "OPENBOOK_DEMO": _truth,
    "OPENBOOK_EMAIL_FROM": _is_sender,
    "OPENBOOK_EMAIL_URL": _has_scheme("smtp", "smtp+tls", "smtp+ssl", "smtps", "filemail", "consolemail", "dummymail"),
    "OPENBOOK_ESCALATION_DAYS": _are_days,
    "OPENBOOK_HOSTS": _anything,
    "OPENBOOK_HTTPS": _truth,
    "OPENBOOK_KEEP_DRAFTS_DAYS": _is_number_of_days,
    "OPENBOOK_KEEP_FINALS_DAYS": _is_number_of_days,
    "OPENBOOK_LOG_FORMAT": _is_one_of("text", "json"),
    "OPENBOOK_LOG_LEVEL": _is_one_of("debug", "info", "warning", "error"),
    "OPENBOOK_METRICS_TOKEN": _is_secret,
    "OPENBOOK_MODE": _is_one_of(LOCAL, PRODUCTION),
    "OPENBOOK_PORT": _is_port,
    "OPENBOOK_RATE_ANONYMOUS": _is_rate,
    "OPENBOOK_RATE_USER": _is_rate,
    "OPENBOOK_REPORT_LANGUAGE": _is_language,
    "OPENBOOK_SCHEDULER_SILENCE": _is_silence,
    "OPENBOOK_SECRET_KEY": _anything,
    "OPENBOOK_SIGN_IN_ATTEMPTS": _is_count,
    "OPENBOOK_SIGNING_CERT": _is_file,
    "OPENBOOK_SIGNING_KEY": _is_file,
    "OPENBOOK_STATIC": _anything,
    "OPENBOOK_STORAGE_URL": _is_storage,
    "OPENBOOK_TIMESTAMP_CERT": _is_file,
    "OPENBOOK_TIMESTAMP_URL": _has_scheme("http", "https"),
    "OPENBOOK_TIME_ZONE": _is_time_zone,
    "OPENBOOK_TRUSTED_ORIGINS": _are_origins,
    "OPENBOOK_URL": _has_scheme("http", "https"),
    "OPENBOOK_VAR": _anything,
    "OPENBOOK_WEBHOOK_HTTP": _truth,
    "OPENBOOK_WEBHOOK_NETWORKS": _are_networks,
    "OPENBOOK_WEB_THREADS": _is_count,
    "OPENBOOK_WEB_WORKERS": _is_count,
    "OPENBOOK_WORKERS": _is_count,
    "OPENBOOK_WORKER_MEMORY": _is_memory,
}


def find_problems(values: Mapping[str, str]) -> list[Problem]:
    """All that is wrong with these variables, in alphabetical order; empty if Openbook can start with them."""
    problems = [*_find_malformed(values), *_find_misspelt(values), *_find_halves(values)]
    if values.get("OPENBOOK_MODE", LOCAL).lower() == PRODUCTION:
        malformed = {problem.variable for problem in problems}
        problems += [problem for problem in _find_unfit_for_production(values) if problem.variable not in malformed]
    return sorted(problems, key=lambda problem: problem.variable)


def _find_malformed(values: Mapping[str, str]) -> list[Problem]:
    found = []
    for name, check in VARIABLES.items():
        if name in values and values[name] and (right := check(values[name])):
            # An address may hold a password: it is never printed.
            what = "has another form" if name.endswith(("_URL", "_TOKEN")) else f"is “{values[name]}”"
            found.append(Problem(name, what, right))
    return found


def _find_misspelt(values: Mapping[str, str]) -> list[Problem]:
    found = []
    for name in values:
        if name.startswith("OPENBOOK_") and name not in VARIABLES:
            near = difflib.get_close_matches(name, VARIABLES, n=1)
            right = f"perhaps {near[0]} is meant" if near else "remove it; docs/configuration.md lists all variables"
            found.append(Problem(name, "is not known", right))
    return found


def _find_halves(values: Mapping[str, str]) -> list[Problem]:
    """Settings that say nothing without each other."""
    together = (
        ("OPENBOOK_SIGNING_KEY", "OPENBOOK_SIGNING_CERT", "the file with the certificate of OPENBOOK_SIGNING_KEY"),
        ("OPENBOOK_SIGNING_CERT", "OPENBOOK_SIGNING_KEY", "the file with the key of OPENBOOK_SIGNING_CERT"),
        ("OPENBOOK_TIMESTAMP_URL", "OPENBOOK_TIMESTAMP_CERT", "the certificate of that server or of its authority"),
    )
    return [
        Problem(other, "is missing", right)
        for one, other, right in together
        if values.get(one) and not values.get(other)
    ]


def _find_unfit_for_production(values: Mapping[str, str]) -> list[Problem]:
    found = []
    key = values.get("OPENBOOK_SECRET_KEY", "")
    if not key:
        found.append(Problem("OPENBOOK_SECRET_KEY", "is missing", f"50 or more random characters: {_NEW_KEY}"))
    elif len(key) < 50 or len(set(key)) < 16:
        found.append(Problem("OPENBOOK_SECRET_KEY", "is too weak", f"50 or more random characters: {_NEW_KEY}"))
    hosts = [host.strip() for host in values.get("OPENBOOK_HOSTS", "").split(",") if host.strip()]
    if not hosts:
        found.append(
            Problem("OPENBOOK_HOSTS", "is missing", "the names users type, separated by commas: openbook.example.org")
        )
    elif "*" in hosts:
        found.append(Problem("OPENBOOK_HOSTS", "allows every name (*)", "the names users type, separated by commas"))
    if not values.get("DATABASE_URL"):
        found.append(Problem("DATABASE_URL", "is missing", "postgresql://user:password@host:5432/openbook"))
    if not values.get("REDIS_URL"):
        found.append(Problem("REDIS_URL", "is missing", "redis://host:6379/0"))
    if values.get("OPENBOOK_DEBUG", "").lower() in _TRUE:
        found.append(Problem("OPENBOOK_DEBUG", "is on", "off: it shows settings and data to whoever meets an error"))
    return found


def explain(problems: list[Problem]) -> str:
    """A message for the operator that names each variable, the place to set it, and what would be right."""
    count = "1 setting needs" if len(problems) == 1 else f"{len(problems)} settings need"
    lines = [f"Openbook cannot start: {count} attention."]
    lines += [
        f"  {problem.variable} {problem.what}. Right would be: {problem.right}. ({problem.id})" for problem in problems
    ]
    lines.append(
        "Set them in the environment of every process (web, worker, scheduler); docs/configuration.md explains each."
    )
    return "\n".join(lines)
