"""The machine's doors: JSONL in, JSONL out, in the same order, no database (DESIGN §3)."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

KNOWN = {"id": "V01", "facts": {"lock.access_mode": "vendor_api"}}


def run(command: str, source: Path | str, **options: str) -> tuple[list[dict[str, Any]], str]:
    out = io.StringIO()
    complaint = ""
    try:
        call_command(command, input=str(source), stdout=out, **options)
    except CommandError as error:
        complaint = str(error)
    lines = out.getvalue().splitlines()
    assert all(line.startswith(('{"id":', '{"raw":')) for line in lines)
    return [json.loads(line) for line in lines], complaint


def write(path: Path, *lines: object) -> Path:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def assess(source: Path | str, as_of: str = "2026-11-20", **options: str) -> tuple[list[dict[str, Any]], str]:
    return run("assess", source, as_of=as_of, packs="eu_ai_act", **options)


def test_each_line_is_answered_in_its_place(tmp_path: Path) -> None:
    answers, complaint = assess(write(tmp_path / "in.jsonl", KNOWN, {**KNOWN, "id": "V02"}, "", {"id": "V00"}))
    assert [answer["id"] for answer in answers] == ["V01", "V02", "V00"]
    assert complaint == ""


def test_a_bad_line_names_all_of_its_errors_and_the_rest_go_on(tmp_path: Path) -> None:
    bad = {
        "id": "bad",
        "facts": {
            "lock.acces_mode": "vendor_api",
            "lock.integration_points": "many",
            "contract.end_date": "1899-12-31",
        },
        "controls": {"AIA-9": {"status": "done"}},
        "fact": {},
    }
    answers, complaint = assess(write(tmp_path / "in.jsonl", bad, KNOWN))
    assert [error["key"] for error in answers[0]["errors"]] == [
        "fact",
        "lock.acces_mode",
        "lock.integration_points",
        "contract.end_date",
        "AIA-9",
    ]
    assert "lock.access_mode" in answers[0]["errors"][1]["message"], "the nearest known key is suggested"
    assert answers[1]["id"] == "V01"
    assert "1 of 2" in complaint


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("nonsense", "not JSON"),
        ('["a"]', "not a JSON object"),
        ('{"id": "a", "id": "b"}', "twice"),
        ('{"id": "a", "facts": {"lock.access_mode": "vendor_api", "lock.access_mode": "self_hosted"}}', "twice"),
        ('{"facts": {}}', "names the system"),
        ('{"id": "a", "facts": []}', "expected an object"),
        ('{"id": "a", "facts": {"conc.critical_share": NaN}}', "finite"),
    ],
)
def test_a_line_that_cannot_be_read_says_what_would_be_right(tmp_path: Path, line: str, says: str) -> None:
    answers, complaint = assess(write(tmp_path / "in.jsonl", line))
    assert says in answers[0]["errors"][0]["message"]
    assert complaint


def test_a_line_that_is_not_utf8_is_an_error_of_that_line(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(b'{"id": "\xff"}\n' + json.dumps(KNOWN).encode() + b"\n")
    answers, _ = assess(source)
    assert "UTF-8" in answers[0]["errors"][0]["message"]
    assert answers[1]["id"] == "V01"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"as_of": "2026-13-01"}, "--as-of"),
        ({"as_of": "1899-01-01"}, "--as-of"),
        ({"as_of": "2026-11-20", "packs": "eu_ai_act,moon_law,sun_law"}, "moon_law"),
        ({"as_of": "2026-11-20", "packs": "moon_law,eu_ai_act,sun_law"}, "sun_law"),
        ({"as_of": "2026-11-20", "packs": " , "}, "names no pack"),
    ],
)
def test_a_wrong_day_or_pack_is_told_before_anything(tmp_path: Path, options: dict[str, str], says: str) -> None:
    answers, complaint = run("assess", write(tmp_path / "in.jsonl", KNOWN), **options)
    assert answers == []
    assert says in complaint


@pytest.mark.parametrize(
    "name",
    [
        "AIA-26-2",  # the row of the fact base
        "eu_ai_act.art_9.risk_management",  # the rule
        "risk_management",  # the control that it asks for
        "iso_42001.a_5_4",  # a framework's control that obligations accept
        "GDPR-35",  # of a pack that is not in use now: without effect, yet no mistake
    ],
)
def test_a_control_is_recorded_under_any_of_its_names(tmp_path: Path, name: str) -> None:
    answers, complaint = assess(write(tmp_path / "in.jsonl", {**KNOWN, "controls": {name: {"status": "met"}}}))
    assert "errors" not in answers[0]
    assert complaint == ""


def test_a_control_of_no_obligation_is_named_with_the_nearest_one(tmp_path: Path) -> None:
    controls = {name: {"status": "met"} for name in ("AIA-26-22", "AIA-9", "eu_ai_act.art_9.risk_managment")}
    answers, _ = assess(write(tmp_path / "in.jsonl", {**KNOWN, "controls": controls}))
    errors = {error["key"]: error["message"] for error in answers[0]["errors"]}
    assert list(errors) == ["AIA-26-22", "eu_ai_act.art_9.risk_managment"]
    assert errors["eu_ai_act.art_9.risk_managment"].endswith("did you mean eu_ai_act.art_9.risk_management?")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "nowhere.jsonl" in assess(tmp_path / "nowhere.jsonl")[1]


def test_standard_input_is_read_for_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(KNOWN).encode())))
    assert assess("-")[0][0]["id"] == "V01"


def test_the_openness_door_names_an_unknown_component_and_a_licence_that_is_no_text(tmp_path: Path) -> None:
    bad = {"id": "bad", "components": [{"name": "Weights"}, {"name": "Model card", "license": 5}]}
    good = {"id": "good", "components": [{"name": "Model parameters (Final)", "license": "MIT"}]}
    answers, complaint = run("openness", write(tmp_path / "in.jsonl", bad, good))
    assert "Weights" in answers[0]["errors"][0]["message"]
    assert "text" in answers[0]["errors"][1]["message"]
    assert answers[1]["status"] == "open_weights"
    assert {"mof", "mof_normalised", "osai", "licences", "open_washing", "contradictions"} <= set(answers[1])
    assert complaint


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"components": [{"name": "model card"}]}, "components[0]"),  # names are literal
        ({"components": [{"name": None}]}, "components[0]"),
        ({"components": ["Model card"]}, "components[0]"),
        ({"components": {"name": "Model card"}}, "components"),
        ({"components": [{"name": "Model card", "license": ["MIT"]}]}, "components[0].license"),
        ({"components": [{"name": "Model card", "license": {"name": True}}]}, "components[0].license"),
        ({"components": [{"name": "Model card", "licence": "MIT"}]}, "components[0].licence"),
        ({"components": [{"name": "Model card", "availability": "maybe"}]}, "components[0].availability"),
        ({"components": [{"name": "Model card", "other_licenses": "MIT"}]}, "components[0].other_licenses"),
        ({"license": 5}, "license"),
        ({"license": {"weights": {"name": "MIT"}}}, "license.weights"),
        ({"license": {"data": {"name": 5}}}, "license.data"),
        ({"licence": "MIT"}, "licence"),
        ({"osai": {"weights": "open"}}, "osai.weights"),
        ({"osai": {"paper": "yes"}}, "osai.paper"),
        ({"types": ["text", "smell"]}, "types[1]"),
        ({"claims": [{"by": "nobody", "says": "open"}]}, "claims[0].by"),
        ({"claims": [{"by": "vendor"}]}, "claims[0]"),
        ({"hosted_only": "yes"}, "hosted_only"),
        ({"id": ""}, "id"),
        ({"id": None}, "id"),
    ],
)
def test_what_is_wrong_in_a_dossier_is_named_by_its_place(tmp_path: Path, wrong: dict[str, Any], key: str) -> None:
    before, after = {"id": "before"}, {"id": "after"}
    answers, complaint = run("openness", write(tmp_path / "in.jsonl", before, {"id": "bad", **wrong}, after))
    assert [answer.get("status") for answer in answers] == ["closed", None, "closed"], "the others are answered"
    assert [error["key"] for error in answers[1]["errors"]] == [key]
    assert complaint.startswith("1 of 3 lines")


def test_a_component_listed_twice_counts_as_listed_last_and_a_warning_names_it(tmp_path: Path) -> None:
    parts = [{"name": "Model card", "license": "MIT"}, {"name": "Model card", "license": "gemma"}]
    answers, complaint = run("openness", write(tmp_path / "in.jsonl", {"id": "a", "components": parts}))
    assert answers[0]["mof"]["components"]["Model card"] == "invalid"
    assert any("Model card" in warning for warning in answers[0]["warnings"])
    assert complaint == ""


def test_a_text_in_the_licences_door_that_is_no_text_does_not_end_the_rest(tmp_path: Path) -> None:
    source = tmp_path / "in.txt"
    source.write_bytes(b"MIT\n\xff\xfe\nGemma\r\n")
    answers, complaint = run("licences", source)
    assert [answer["raw"] for answer in answers] == ["MIT", None, "Gemma"]
    assert "UTF-8" in answers[1]["errors"][0]["message"]
    assert complaint.startswith("1 of 3 lines")


def test_the_licences_door_answers_each_line_even_an_empty_one(tmp_path: Path) -> None:
    answers, complaint = run("licences", write(tmp_path / "in.txt", "MIT", "", "Gemma"))
    assert [(answer["raw"], answer["expression"], answer["open"]) for answer in answers] == [
        ("MIT", "MIT", True),
        ("", None, None),
        ("Gemma", None, False),
    ]
    assert complaint == ""
