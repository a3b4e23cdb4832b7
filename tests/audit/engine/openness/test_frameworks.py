"""MOF class and index score against the frameworks' own results, to the last figure (facts/openness/README.md)."""

import json
from pathlib import Path
from typing import Any

import pytest

from audit.engine.openness import OpennessResult
from audit.engine.openness.osai import rank_osai
from audit.licences.dossiers import judge_dossier, parse_dossier

CASES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("mof_cases.json").read_text(encoding="utf-8"))[
    "cases"
]
ALL_THREE = (
    "Model architecture",
    "Model parameters (Final)",
    "Evaluation results",
    "Model card",
    "Data card",
    "Technical report",
)
ALL_TWO = (*ALL_THREE, "Training code", "Inference code", "Evaluation code", "Evaluation data")
ALL_ONE = (
    *ALL_TWO,
    "Datasets",
    "Data preprocessing code",
    "Model parameters (Intermediate)",
    "Research paper",
)


def judge(raw: dict[str, Any]) -> OpennessResult:
    return judge_dossier(parse_dossier({"id": "x", **raw}))


def listed(*names: str, licence: str | None = "MIT") -> list[dict[str, str | None]]:
    return [{"name": name, "license": licence} for name in names]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_a_synthetic_dossier_has_the_class_and_progress_of_the_published_rule(case: dict[str, Any]) -> None:
    raw = {key: value for key, value in case.items() if key != "expected"}
    strict = parse_and_judge_strict(raw)
    assert strict["class"] == case["expected"]["class"]
    assert strict["progress"] == case["expected"]["progress"]


def parse_and_judge_strict(raw: dict[str, Any]) -> dict[str, Any]:
    result = judge(raw).mof_strict
    assert result is not None
    plain: dict[str, Any] = json.loads(json.dumps(result.to_json()))
    return plain


def test_the_49_published_models_come_out_as_published(shared_data: Path) -> None:
    models = json.loads((shared_data / "mof" / "mof_models_49.json").read_text(encoding="utf-8"))["models"]
    wrong = []
    for model in models:
        parts = model["components"].items()
        entries = [
            {"name": name, "license": part["component_license"]} for name, part in parts if part["status"] != "missing"
        ]
        strict = parse_and_judge_strict({"license": model["global_license"], "components": entries})
        oracle = model["oracle"]
        found = (strict["class"], strict["progress"], strict["total"], strict["components"])
        statuses = {name: part["status"] for name, part in parts}
        if found != (oracle["class"], oracle["progress"], oracle["total_progress"], statuses):
            wrong.append(model["name"])
    assert (len(models), wrong) == (49, [])


def test_the_39_index_scores_and_their_ranking_come_out_as_published(shared_data: Path) -> None:
    models = json.loads((shared_data / "osai" / "osai_models_39.json").read_text(encoding="utf-8"))["models"]
    scores = {model["file"]: judge({"osai": model["dims"], "types": model["types"]}).osai_score for model in models}
    assert len(scores) == 39
    assert all(scores[model["file"]] == pytest.approx(model["score"], abs=1e-9) for model in models)
    published = [model["file"] for model in sorted(models, key=lambda model: model["rank_site"])]
    assert rank_osai([(name, value) for name, value in scores.items() if value is not None]) == published


@pytest.mark.parametrize(("names", "level"), [(ALL_THREE, 3), (ALL_TWO, 2), (ALL_ONE, 1), (ALL_THREE[1:], 0)])
def test_a_class_asks_for_all_of_its_components_and_of_those_below(names: tuple[str, ...], level: int) -> None:
    result = judge({"components": listed(*names)}).mof_strict
    assert result is not None
    assert result.level == level


def test_what_never_counts_changes_nothing() -> None:
    never = ("Model metadata", "Supporting libraries and tools", "Sample model outputs")
    with_them = judge({"components": listed(*ALL_THREE, *never)}).mof_strict
    without = judge({"components": listed(*ALL_THREE)}).mof_strict
    assert with_them is not None
    assert without is not None
    assert with_them.progress == without.progress


def test_the_paper_stands_in_for_the_report_and_class_one_always_asks_for_the_paper() -> None:
    without_report = [name for name in ALL_ONE if name != "Technical report"]
    first = judge({"components": listed(*without_report)}).mof_strict
    assert first is not None
    assert first.level == 1, "13 of 13"
    without_paper = [name for name in ALL_ONE if name != "Research paper"]
    second = judge({"components": listed(*without_paper)}).mof_strict
    assert second is not None
    assert (second.level, second.progress[1]) == (2, 13 / 14 * 100)


@pytest.mark.parametrize(
    ("own", "status"),
    [(None, "open"), ("unlicensed", "unlicensed"), ("", "unlicensed"), ("Apache 2.0", "invalid"), ("mit", "invalid")],
)
def test_a_component_falls_back_on_the_global_licence_only_when_it_says_nothing(own: str | None, status: str) -> None:
    raw = {"license": {"distribution": {"name": "MIT"}}, "components": [{"name": "Model card", "license": own}]}
    assert parse_and_judge_strict(raw)["components"]["Model card"] == status


def test_the_global_licence_of_its_type_comes_before_the_distribution() -> None:
    raw = {
        "license": {"distribution": {"name": "MIT"}, "document": {"name": "CC-BY-NC-4.0"}},
        "components": [{"name": "Model card"}, {"name": "Training code"}],
    }
    statuses = parse_and_judge_strict(raw)["components"]
    assert (statuses["Model card"], statuses["Training code"]) == ("invalid", "open")


def test_the_normalised_reading_understands_what_the_strict_one_does_not_and_shows_where() -> None:
    result = judge({"components": listed(*ALL_THREE, licence="Apache 2.0")})
    assert result.mof_strict is not None
    assert result.mof_normalised is not None
    assert (result.mof_strict.level, result.mof_normalised.level) == (0, 3)
    plain = json.loads(json.dumps(result.to_json()))
    assert [entry["component"] for entry in plain["mof_differs"]] == sorted(ALL_THREE, key=list_order)


def list_order(name: str) -> int:
    return list(parse_and_judge_strict({})["components"]).index(name)


def test_of_a_component_listed_twice_the_last_wins_and_is_named() -> None:
    result = judge({"components": [*listed("Model card", licence="MIT"), *listed("Model card", licence="Proprietary")]})
    assert result.mof_strict is not None
    assert result.mof_strict.components["Model card"] == "invalid"
    assert any("Model card" in warning for warning in result.warnings)


def test_a_class_that_unknown_components_could_raise_is_not_decided() -> None:
    entries = [*listed(*ALL_THREE[1:]), {"name": ALL_THREE[0], "license": "MIT", "availability": "unknown"}]
    result = judge({"components": entries})
    assert result.mof_strict is not None
    assert result.mof_strict.level == 0, "what nobody knows is not available"
    assert result.mof_class is None


def test_the_score_of_a_dossier_without_index_dimensions_is_not_a_zero() -> None:
    assert judge({}).osai_score is None
    assert judge({"osai": {}}).osai_score == 0.0
    # 1 open and 1 partial of the 12 dimensions of the present set.
    assert judge({"osai": {"code": "open", "paper": "partial", "licenses": ""}}).osai_score == 1.5 / 12
