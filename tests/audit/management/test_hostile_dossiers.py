"""What the questionnaire refuses, the machine's doors refuse, too: the command and the API's preview alike."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from tests.audit.pages_bank import make_user

Door = Callable[[Any], list[dict[str, str]]]


def _ask_command(folder: Path, raw: Any) -> list[dict[str, str]]:
    source, out = folder / "facts.jsonl", io.StringIO()
    source.write_text(json.dumps(raw) + "\n", encoding="utf-8")
    try:
        call_command("assess", input=str(source), as_of="2026-11-20", stdout=out)
    except CommandError:
        errors: list[dict[str, str]] = json.loads(out.getvalue())["errors"]
        return errors
    return []


def _ask_preview(raw: Any) -> list[dict[str, str]]:
    client = APIClient()
    client.force_login(make_user("auditor"))
    response = client.post("/api/assess/preview/?as_of=2026-11-20", raw, format="json")
    assert response.status_code in (200, 400)
    errors: list[dict[str, str]] = response.json().get("errors", [])
    return errors


@pytest.fixture(params=["command", "preview"])
def ask(request: pytest.FixtureRequest, tmp_path: Path) -> Door:
    if request.param == "command":
        return lambda raw: _ask_command(tmp_path, raw)
    request.getfixturevalue("db")
    return _ask_preview


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("jur.us_states", ["Colorado"], "capital letters, CO"),
        ("jur.us_states", ["CO", "co"], "'co'"),
        ("jur.us_states", ["DE", "XX"], "'XX'"),
        ("jur.us_states", [""], "not a state"),
        ("org.countries", ["XX"], "not a country"),
        ("org.countries", ["Germany"], "not a country"),
        ("ict.provider_country", "UK", "GB"),
        ("data.transfer_countries", ["US", "ZZ"], "'ZZ'"),
        ("contract.end_date", "2026-W47-5", "2026-11-20"),
        ("contract.end_date", "20261120", "2026-11-20"),
        ("contract.end_date", "31.12.2026", "2026-11-20"),
        ("contract.end_date", 46387, "2026-11-20"),
        ("contract.end_date", "2026-02-30", "2026-11-20"),
        ("exit.tested_target", "   ", "not a text"),
        ("exit.tested_target", "x\u0000y", "U+0000"),
        ("lock.integration_points", 10**400, "more than"),
        ("lock.integration_points", 1e308, "whole number"),
        ("horizon.retirement_date", {"value": "2027-01-01", "expires_on": "1899-01-01"}, "1900"),
        ("sys.generates", ["text", "text", "smell"], "smell"),
    ],
)
def test_one_wrong_fact_is_told_with_what_would_be_right(key: str, value: Any, says: str, ask: Door) -> None:
    (error,) = ask({"id": "A", "facts": {key: value, "sys.interacts_with_people": True}})
    assert error["key"] == key
    assert says in error["message"]


def test_all_of_them_are_told_at_once(ask: Door) -> None:
    facts = {
        "jur.us_states": ["Colorado"],
        "org.countries": ["XX"],
        "sys.stage": "nowhere",
        "contract.end_date": "1899-12-31",
        "no.such_fact": 1,
    }
    raw = {"id": "A", "facts": facts, "controls": {"AIA-9": {"status": "done"}}, "colour": "red"}
    assert {error["key"] for error in ask(raw)} == {*facts, "AIA-9", "colour"}


@pytest.mark.parametrize(
    "facts",
    [
        {"jur.us_states": ["CO", "PR"], "org.countries": ["DE", "XK"], "ict.provider_country": "GB"},
        {"jur.us_states": [], "data.transfer_countries": None, "contract.end_date": None},
        {"model.training_flop": 3e25, "lock.integration_points": 10**6},
        {"jur.us_states": {"not_applicable": "Nobody in the US is affected."}},
        {"org.countries": {"value": ["FR"], "grade": "verified"}},
    ],
)
def test_what_the_design_takes_is_taken(facts: dict[str, Any], ask: Door) -> None:
    assert ask({"id": "A", "facts": facts}) == []


def test_none_of_these_stands_alone(ask: Door) -> None:
    """“None of these” beside one of them says two things."""
    (error,) = ask({"id": "A", "facts": {"sys.use_cases": ["none_listed", "creditworthiness"]}})
    assert error["key"] == "sys.use_cases"


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ([], "object such as"),
        ({"id": "A", "facts": None}, "expected an object"),
        ({"id": "A", "facts": {"sys.stage": {"value": "idea", "wert": 1}}}, "wert"),
        ({"id": {"a": 1}, "facts": {}}, "names the system"),
        ({"id": "A\n", "facts": {}}, "U+000A"),
        ({"id": "x" * 1000, "facts": {}}, "characters"),
    ],
)
def test_a_wrong_shape_is_told(raw: Any, says: str, ask: Door) -> None:
    errors = ask(raw)
    assert any(says in error["message"] for error in errors), errors


@pytest.mark.parametrize(
    "line", ["[" * 100_000, '{"id": "A", "facts": ' + '{"a":' * 5000, '{"id": ' + "9" * 5000 + "}"]
)
def test_a_line_made_to_break_the_reader_is_an_error_of_that_line(line: str, tmp_path: Path) -> None:
    source, out = tmp_path / "in.jsonl", io.StringIO()
    source.write_text(line + "\n" + '{"id": "B"}\n', encoding="utf-8")
    with pytest.raises(CommandError, match="1 of 2"):
        call_command("assess", input=str(source), as_of="2026-11-20", stdout=out)
    first, second = (json.loads(each) for each in out.getvalue().splitlines())
    assert "errors" in first
    assert second["id"] == "B"


def test_a_file_in_utf_16_says_so_once(tmp_path: Path) -> None:
    """PowerShell writes such files; every line of it would be an error of its own that names only a byte."""
    source, out = tmp_path / "in.jsonl", io.StringIO()
    source.write_bytes('{"id": "A"}\n{"id": "B"}\n'.encode("utf-16"))
    with pytest.raises(CommandError, match="UTF-8"):
        call_command("assess", input=str(source), as_of="2026-11-20", stdout=out)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ['{"id": "A", "id": "B"}', '{"id": "A", "facts": {"sys.stage": NaN}}', "{", "[" * 100_000]
)
def test_a_body_that_says_two_things_or_none_is_refused(text: str) -> None:
    client = APIClient()
    client.force_login(make_user("auditor"))
    response = client.post("/api/assess/preview/", text, content_type="application/json")
    assert response.status_code == 400
