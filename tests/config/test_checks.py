"""Each wrong setting has a system check with an id and what would be right; right ones have none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage

from config.checks import CHECKS, check_environment, check_settings
from config.environment import VARIABLES, find_problems

PRODUCTION: dict[str, Any] = {
    "IS_PRODUCTION": True,
    "SESSION_COOKIE_SECURE": True,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "DEFAULT_FROM_EMAIL": "openbook@bank.example",
    "PUBLIC_URL": "https://openbook.bank.example",
    "METRICS_TOKEN": "t" * 30,
}
SQLITE = {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": ""}}
WRONG: list[tuple[str, dict[str, Any]]] = [
    ("openbook.E001", {"DATABASES": {"default": SQLITE | {"OPTIONS": {"init_command": "PRAGMA journal_mode=WAL;"}}}}),
    ("openbook.E002", {"DATABASES": {"default": SQLITE}}),
    ("openbook.E003", {"CELERY_BROKER_TRANSPORT_OPTIONS": {"visibility_timeout": 600}}),
    ("openbook.E004", {"CELERY_TASK_SOFT_TIME_LIMIT": 600}),
    ("openbook.E005", {"CELERY_ACCEPT_CONTENT": ["json", "pickle"]}),
    ("openbook.E006", {"CELERY_TASK_ACKS_LATE": False}),
    ("openbook.E007", {"CELERY_BEAT_SCHEDULER": "celery.beat:PersistentScheduler"}),
    ("openbook.E008", {"USE_TZ": False}),
    ("openbook.E015", {"CONTENT_SECURITY_POLICY": {"DIRECTIVES": {"script-src": ["'self'", "'unsafe-inline'"]}}}),
    ("openbook.E019", {"EMAIL_TIMEOUT": None}),
    ("openbook.E021", {"WEBHOOK_NETWORKS": ["169.254.169.254/32"]}),
    ("openbook.W022", {"WEBHOOK_NETWORKS": ["0.0.0.0/1"]}),
    ("openbook.E024", {"ESCALATION_DAYS": [14, 1]}),
    ("openbook.W012", PRODUCTION | {"STATIC_ROOT": "/nowhere"}),
    ("openbook.W014", PRODUCTION | {"SESSION_COOKIE_SECURE": False}),
    ("openbook.W016", PRODUCTION | {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}),
    ("openbook.W017", PRODUCTION | {"DEFAULT_FROM_EMAIL": "openbook@localhost"}),
    ("openbook.W018", PRODUCTION | {"PUBLIC_URL": "http://127.0.0.1:8000"}),
    ("openbook.W020", PRODUCTION | {"WEBHOOK_ALLOWS_HTTP": True}),
    ("openbook.W023", PRODUCTION | {"METRICS_TOKEN": ""}),
]


@pytest.fixture
def fit(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Settings with which nothing is wrong, in a folder with a key and the gathered files."""
    (tmp_path / "secret_key").write_text("k" * 60)
    (tmp_path / "staticfiles.json").write_text("{}")
    settings.VAR_DIR = settings.MEDIA_ROOT = settings.STATIC_ROOT = tmp_path
    monkeypatch.delenv("OPENBOOK_SECRET_KEY", raising=False)
    return settings


def ids(messages: list[CheckMessage]) -> list[str]:
    return [str(message.id) for message in messages]


def test_right_settings_have_no_message(fit: Any) -> None:
    assert ids(check_settings()) == []


def test_right_settings_of_production_have_no_message(fit: Any) -> None:
    for name, value in PRODUCTION.items():
        setattr(fit, name, value)
    assert ids(check_settings()) == []


@pytest.mark.parametrize(("expected", "wrong"), WRONG, ids=[each for each, _ in WRONG])
def test_a_wrong_setting_is_named_with_what_would_be_right(
    expected: str, wrong: dict[str, Any], fit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in wrong.items():
        if name == "DATABASES":  # in place, since the connections must not see it
            monkeypatch.setitem(fit.DATABASES, "default", value["default"])
        else:
            setattr(fit, name, value)
    found = {str(message.id): message for message in check_settings()}
    assert expected in found
    assert found[expected].hint


def test_folders_and_keys_are_looked_at(fit: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret_key").unlink()
    key = tmp_path / "key.pem"
    key.write_text("x")
    key.chmod(0o644)
    fit.SIGNING_KEY = str(key)
    monkeypatch.setattr("config.checks.os.access", lambda *_given: False)
    fit.SCHEDULER_SILENCE = fit.SCHEDULER_SILENCE / 10
    assert set(ids(check_settings())) == {"openbook.E009", "openbook.E010", "openbook.W011", "openbook.W013"}


def test_the_environment_is_checked_under_the_same_ids_as_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBOOK_PORT", "none")
    [message] = [each for each in check_environment() if each.id == "openbook.env.OPENBOOK_PORT"]
    assert message.hint == "Right would be: a port number from 1 to 65535."


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("OPENBOOK_EMAIL_URL", "http://mail", "smtp+tls://u:p@mail.bank.example:587"),
        ("OPENBOOK_EMAIL_FROM", "Openbook", "Openbook <openbook@bank.example>"),
        ("OPENBOOK_URL", "openbook.example", "https://openbook.example"),
        ("OPENBOOK_WEBHOOK_HTTP", "perhaps", "no"),
        ("OPENBOOK_WEBHOOK_NETWORKS", "10.0.0.1/8", "10.0.0.0/8,fd00::/8"),
        ("OPENBOOK_DELIVERY_ATTEMPTS", "0", "8"),
        ("OPENBOOK_ESCALATION_DAYS", "14,1", "1,14,30"),
        ("OPENBOOK_ESCALATION_DAYS", "0,1", "7"),
        ("OPENBOOK_METRICS_TOKEN", "short", "t" * 24),
        ("OPENBOOK_SCHEDULER_SILENCE", "30", "300"),
    ],
)
def test_the_variables_of_digests_and_watching_are_checked(name: str, wrong: str, right: str) -> None:
    assert name in VARIABLES
    assert [problem.variable for problem in find_problems({name: wrong})] == [name]
    assert find_problems({name: right}) == []


def test_a_token_and_the_address_of_a_mail_server_are_never_printed() -> None:
    problems = find_problems({"OPENBOOK_METRICS_TOKEN": "hunter2", "OPENBOOK_EMAIL_URL": "http://u:hunter2@mail"})
    assert len(problems) == 2
    assert "hunter2" not in repr(problems)


def test_every_check_is_in_the_documentation() -> None:
    source = (Path(__file__).resolve().parents[2] / "config" / "checks.py").read_text(encoding="utf-8")
    explained = (Path(__file__).resolve().parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
    named = {part.split('"')[0] for part in source.split('id="')[1:]}
    assert len(CHECKS) == 8
    assert {name for name in named if f"`{name}`" not in explained} == set()
