"""A changed licence is judged by the engine: what the new terms move, and what they leave alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audit.engine.facts import JsonValue
from audit.portfolio.stress.rejudging import FREE, STATUS, TERMS, Rejudged, rejudge
from audit.portfolio.stress.scenarios import LicenceChanged, NewTerms
from audit.rulepacks.cases import read_defaults
from tests.audit.portfolio.plain import TODAY

RULES = Path(__file__).parents[4] / "audit" / "rulepacks"
OWN_FREE_MODEL: dict[str, JsonValue] = {
    "model.is_gpai": True,
    "model.org_is_model_provider": True,
    "model.provider_in_eu": False,
    "model.foss_licence": True,
    "model.weights_public": True,
    "model.architecture_public": True,
    "model.usage_info_public": True,
    "model.licence_restrictions": ["attribution"],
}


def change(facts: dict[str, JsonValue], to: NewTerms = NewTerms.RESTRICTED, kind: str = "model") -> Rejudged:
    content = {"facts": facts, "controls": {}}
    return rejudge(LicenceChanged(1, to, TODAY), kind, {7: (1, content)}, {7: "SYS-7"}, TODAY)[7]


def test_a_provider_whose_free_model_is_free_no_more_owes_the_documentation_of_art_53() -> None:
    defaults = json.loads(json.dumps(read_defaults(RULES / "eu_ai_act"), default=str))
    found = change({**defaults, **OWN_FREE_MODEL})
    # Art. 53(2) spares free models the duties of Art. 53(1)(a) and (b), Art. 54(6) the representative in the Union.
    before, after = found.before.law, found.after.law
    assert before is not None
    assert after is not None
    assert (before.gpai_class, after.gpai_class) == ("gpai_foss", "gpai")
    assert after.duties.keys() - before.duties.keys() == {"AIA-53-1A", "AIA-53-1B", "AIA-54"}
    assert any("exemption" in says for says in found.say())


def test_terms_that_are_as_bad_already_move_nothing() -> None:
    bad: dict[str, JsonValue] = {TERMS: "forbids_us", FREE: False, STATUS: "closed"}
    for to in NewTerms:
        found = change(bad, to)
        assert (found.changed, found.say()) == ({}, ())
        assert found.before == found.after


def test_a_fact_that_does_not_apply_is_left_alone() -> None:
    found = change({TERMS: {"not_applicable": "our own work"}, FREE: False, STATUS: "in_house"})
    assert found.changed == {}


def test_worse_terms_never_make_leaving_easier() -> None:
    open_terms: dict[str, JsonValue] = {
        TERMS: {"value": "open", "grade": "verified"},
        "lock.weights_obtainable": {"value": True, "grade": "verified"},
        "lock.inference_code_open": {"value": True, "grade": "verified"},
    }
    restricted, forbidden = (change(open_terms, to) for to in (NewTerms.RESTRICTED, NewTerms.FORBIDS_US))
    assert restricted.before == forbidden.before
    assert restricted.before.lock_in.low <= restricted.after.lock_in.low < forbidden.after.lock_in.low
    assert restricted.after.exit_days.high <= forbidden.after.exit_days.high


def test_software_changes_the_terms_and_no_fact_of_a_model() -> None:
    found = change({TERMS: "open", FREE: True, STATUS: "open_source"}, kind="library")
    assert found.changed == {TERMS: ("open", "restricted_but_permits_us")}


@pytest.mark.parametrize("key", [TERMS, STATUS])
def test_no_rule_of_law_reads_the_facts_that_only_scores_are_made_of(key: str) -> None:
    scores = {"lock_in", "transparency", "openness"}
    rules = [path for path in RULES.rglob("*.yaml") if path.relative_to(RULES).parts[0] not in scores]
    assert len(rules) > 100
    assert [path.name for path in rules if key in path.read_text(encoding="utf-8")] == []
