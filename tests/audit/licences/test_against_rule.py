"""The MOF class against the rule written a second time, in the plainest way, on thousands of random dossiers."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from audit.engine.openness.mof import MofResult
from audit.licences.dossiers import judge_dossier, parse_dossier

# The rule as the README of the framework's facts gives it, component by component: (class, type).
COMPONENTS = {
    "Model architecture": (3, "code"),
    "Model parameters (Final)": (3, "data"),
    "Evaluation results": (3, "document"),
    "Model card": (3, "document"),
    "Data card": (3, "document"),
    "Technical report": (3, "document"),
    "Training code": (2, "code"),
    "Inference code": (2, "code"),
    "Evaluation code": (2, "code"),
    "Evaluation data": (2, "data"),
    "Datasets": (1, "data"),
    "Data preprocessing code": (1, "code"),
    "Model parameters (Intermediate)": (1, "data"),
    "Research paper": (1, "document"),
    "Model metadata": (0, "data"),
    "Supporting libraries and tools": (0, "code"),
    "Sample model outputs": (0, "document"),
}
OPEN_AS_WRITTEN = ["MIT", "Apache-2.0", "CC-BY-4.0", "ODC-PDDL-1.0", "OpenMDW-1.0", "GFDL-1.3"]
# Open once understood, yet not the literal id of the list.
OPEN_ONCE_UNDERSTOOD = ["Apache 2.0", "MIT license", "mit", "MIT OR Apache-2.0", "PDDL-1.0", "apache-2.0", " MIT"]
NEVER_OPEN = ["gemma", "Llama 2", "openrail", "cc-by-nc-4.0", "other", "proprietary", "see LICENSE", "МIT", "none", " "]
NOT_GIVEN = ["", "unlicensed", None]
TEXTS = OPEN_AS_WRITTEN + OPEN_ONCE_UNDERSTOOD + NEVER_OPEN + NOT_GIVEN
ABSENT = object()


def status_by_rule(name: str, raw: dict[str, Any], open_texts: list[str]) -> str:
    found = None
    for entry in raw["components"]:  # of a component listed twice the last wins
        if entry["name"] == name:
            found = entry
    if found is None or found.get("availability", "available") != "available":
        return "missing"
    licence = found.get("license")
    if licence is None:  # absent and null fall back: to the licence of its type, then to the distribution's
        glob = raw.get("license", {})
        licence = (glob.get(COMPONENTS[name][1]) or {}).get("name") or (glob.get("distribution") or {}).get("name")
    if licence in (None, "", "unlicensed"):
        return "unlicensed"
    return "open" if licence in open_texts else "invalid"


def judge_by_rule(raw: dict[str, Any], open_texts: list[str]) -> tuple[int, dict[int, float], dict[str, str]]:
    statuses = {name: status_by_rule(name, raw, open_texts) for name in COMPONENTS}
    is_open = {name: status == "open" for name, status in statuses.items()}
    is_paper_instead = is_open["Research paper"] and not is_open["Technical report"]
    progress: dict[int, float] = {}
    for level in (3, 2, 1):
        wanted = {name for name, (own, _) in COMPONENTS.items() if own >= level}
        if is_paper_instead:
            wanted = wanted - {"Technical report"} | {"Research paper"}
        assert len(wanted) == {3: 6, 2: 10, 1: 13 if is_paper_instead else 14}[level]
        reached = sum(is_open[name] for name in wanted) / len(wanted) * 100
        progress[level] = reached if level == 3 or progress[level + 1] == 100 else 0
    reached_levels = [level for level in (1, 2, 3) if progress[level] == 100]
    return (reached_levels[0] if reached_levels else 0), progress, statuses


def draw_dossier(rng: random.Random) -> dict[str, Any]:
    """A dossier with a leaning of its own, from hardly anything open to nearly everything."""
    leaning = rng.choice([0.3, 0.7, 0.95, 0.99, 1.0])

    def text() -> str | None:
        return rng.choice(OPEN_AS_WRITTEN if rng.random() < leaning else TEXTS)

    entries = []
    for name in COMPONENTS:
        for _ in range(rng.choice([0, 1, 1, 1, 1, 2]) if rng.random() > leaning else 1):
            entry: dict[str, Any] = {"name": name}
            if rng.random() < 0.7:
                entry["license"] = text()
            if rng.random() > leaning:
                entry["availability"] = rng.choice(["available", "unavailable", "unknown"])
            entries.append(entry)
    if rng.random() < 0.3:  # the paper alone, so that it has to stand in
        entries = [entry for entry in entries if entry["name"] != "Technical report"]
    rng.shuffle(entries)
    kinds = [kind for kind in ("distribution", "code", "data", "document") if rng.random() < 0.5 + leaning / 2]
    return {"id": "x", "components": entries, "license": {kind: {"name": text(), "path": ""} for kind in kinds}}


def as_told(result: MofResult | None) -> tuple[int, dict[int, float], dict[str, str]]:
    assert result is not None
    return result.level, dict(result.progress), dict(result.components)


def test_four_thousand_random_dossiers_are_classed_as_the_plain_rule_does() -> None:
    rng = random.Random(20261120)
    classes: Counter[int] = Counter()
    for _ in range(4000):
        raw = draw_dossier(rng)
        result = judge_dossier(parse_dossier(raw))
        expected = judge_by_rule(raw, OPEN_AS_WRITTEN)
        assert as_told(result.mof_strict) == expected, raw
        assert as_told(result.mof_normalised) == judge_by_rule(raw, OPEN_AS_WRITTEN + OPEN_ONCE_UNDERSTOOD), raw
        classes[expected[0]] += 1
    assert min(classes[level] for level in (0, 1, 2, 3)) >= 20, f"too few of some class to tell: {classes}"


names = st.sampled_from(list(COMPONENTS))
licences = st.sampled_from([*TEXTS, ABSENT])
availabilities = st.sampled_from(["available", "unavailable", "unknown", ABSENT])


def entry_of(name: str, licence: object, availability: object) -> dict[str, Any]:
    stated = {"name": name, "license": licence, "availability": availability}
    return {key: value for key, value in stated.items() if value is not ABSENT}


@settings(max_examples=500)
@given(
    st.lists(st.builds(entry_of, names, licences, availabilities), max_size=25),
    st.dictionaries(
        st.sampled_from(["distribution", "code", "data", "document"]),
        st.builds(lambda text: {"name": text}, st.sampled_from(TEXTS)),
    ),
)
def test_any_dossier_is_classed_as_the_plain_rule_does(entries: list[Any], licence: dict[str, Any]) -> None:
    raw: dict[str, Any] = {"id": "x", "components": entries, "license": licence}
    assert as_told(judge_dossier(parse_dossier(raw)).mof_strict) == judge_by_rule(raw, OPEN_AS_WRITTEN)


@settings(max_examples=200)
@given(st.integers(0, 10**9), names)
def test_opening_one_more_component_never_lowers_a_figure(seed: int, name: str) -> None:
    raw = draw_dossier(random.Random(seed))
    before = judge_dossier(parse_dossier(raw)).mof_strict
    after = judge_dossier(
        parse_dossier(raw | {"components": [*raw["components"], {"name": name, "license": "MIT"}]})
    ).mof_strict
    assert before is not None
    assert after is not None
    assert all(after.progress[level] >= before.progress[level] for level in (1, 2, 3))


DIMENSIONS = (
    "datasources_basemodel",
    "datasources_endmodel",
    "weights_basemodel",
    "weights_endmodel",
    "trainingcode",
    "code",
    "hardware_architecture",
    "preprint",
    "paper",
    "modelcard",
    "datasheet",
    "licenses",
)
POINTS = {"open": 1.0, "partial": 0.5, "closed": 0.0, "": 0.0}


@given(st.dictionaries(st.sampled_from(DIMENSIONS), st.sampled_from(list(POINTS))))
def test_the_index_score_is_the_plain_mean_over_its_twelve_dimensions(given_values: dict[str, str]) -> None:
    raw: dict[str, Any] = {"id": "x", "osai": given_values, "types": ["text"]}
    points = [POINTS[given_values.get(name, "")] for name in DIMENSIONS]  # what is not given counts as closed
    assert judge_dossier(parse_dossier(raw)).osai_score == sum(points) / 12
