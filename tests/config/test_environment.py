"""What a wrong or missing variable leads to: a message that names it, its place and what would be right."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.environment import explain, find_problems

ROOT = Path(__file__).resolve().parents[2]
GOOD_KEY = "".join(chr(33 + i) for i in range(64))
PRODUCTION = {
    "OPENBOOK_MODE": "production",
    "OPENBOOK_SECRET_KEY": GOOD_KEY,
    "OPENBOOK_HOSTS": "openbook.example.org",
    "DATABASE_URL": "postgresql://openbook:secret@db:5432/openbook",
    "REDIS_URL": "redis://redis:6379/0",
}


def named(values: dict[str, str]) -> list[str]:
    return [problem.variable for problem in find_problems(values)]


def test_an_empty_environment_is_enough_on_ones_own_machine() -> None:
    assert named({}) == []


def test_a_complete_production_environment_is_right() -> None:
    assert named(PRODUCTION) == []


def test_production_names_everything_that_is_missing_at_once() -> None:
    assert named({"OPENBOOK_MODE": "production"}) == [
        "DATABASE_URL",
        "OPENBOOK_HOSTS",
        "OPENBOOK_SECRET_KEY",
        "REDIS_URL",
    ]


@pytest.mark.parametrize("key", ["short", "a" * 64, "ab" * 40])
def test_a_weak_key_is_refused_in_production(key: str) -> None:
    # Fewer than 50 characters, or fewer than 16 different ones, as Django's own check of a key has it (W009: 5 there).
    assert named(PRODUCTION | {"OPENBOOK_SECRET_KEY": key}) == ["OPENBOOK_SECRET_KEY"]


def test_a_key_is_never_shown() -> None:
    message = explain(
        find_problems(PRODUCTION | {"OPENBOOK_SECRET_KEY": "hunter2", "DATABASE_URL": "x://u:hunter3@h/d"})
    )
    assert "hunter2" not in message
    assert "hunter3" not in message


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("OPENBOOK_HOSTS", "*"),
        ("OPENBOOK_DEBUG", "yes"),
        ("OPENBOOK_MODE", "prod"),
        ("OPENBOOK_PORT", "99999"),
        ("OPENBOOK_TIME_ZONE", "Mars/Olympus"),
        ("OPENBOOK_TRUSTED_ORIGINS", "openbook.example.org"),
        ("OPENBOOK_WORKERS", "0"),
        ("OPENBOOK_TIMESTAMP_CERT", "/nowhere.pem"),
        ("OPENBOOK_RATE_USER", "many"),
        ("REDIS_URL", "http://redis"),
        ("DATABASE_URL", "mysql://db"),
    ],
)
def test_each_wrong_value_is_named(variable: str, value: str) -> None:
    assert named(PRODUCTION | {variable: value}) == [variable]


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ("OPENBOOK_SIGNING_KEY", "OPENBOOK_SIGNING_CERT"),
        ("OPENBOOK_SIGNING_CERT", "OPENBOOK_SIGNING_KEY"),
    ],
)
def test_a_key_and_its_certificate_are_given_together(given: str, missing: str) -> None:
    assert named({given: __file__}) == [missing]


def test_a_timestamp_server_is_given_with_the_certificate_it_is_known_by() -> None:
    assert named({"OPENBOOK_TIMESTAMP_URL": "https://time.example.org"}) == ["OPENBOOK_TIMESTAMP_CERT"]
    assert named({"OPENBOOK_TIMESTAMP_URL": "ftp://x", "OPENBOOK_TIMESTAMP_CERT": __file__}) == [
        "OPENBOOK_TIMESTAMP_URL"
    ]


def test_a_misspelt_variable_is_named_with_the_one_that_is_meant() -> None:
    (problem,) = find_problems({"OPENBOOK_PROT": "8001"})
    assert problem.variable == "OPENBOOK_PROT"
    assert "OPENBOOK_PORT" in problem.right


def test_a_command_stops_with_the_message_and_no_traceback() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENBOOK_")}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environment | {"OPENBOOK_MODE": "production", "REDIS_URL": "redis://r", "DATABASE_URL": "postgresql://d/o"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "OPENBOOK_SECRET_KEY is missing" in done.stderr
    assert "OPENBOOK_HOSTS is missing" in done.stderr
    assert "Traceback" not in done.stderr
