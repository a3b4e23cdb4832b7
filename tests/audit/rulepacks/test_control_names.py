"""A control that is recorded under its own name speaks of one obligation, and never meets another law by chance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

import pytest

from audit.engine.facts import Control, JsonValue, parse_sheet
from audit.engine.regulatory import judge_regulation
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import list_pack_ids, load_regulatory_packs

AS_OF = date(2028, 1, 1)


def test_no_two_obligations_answer_to_the_same_control() -> None:
    rules_of: dict[str, set[str]] = defaultdict(set)
    for pack in load_regulatory_packs(list_pack_ids(), fact_types()):
        for rule in pack.rules:
            for version in rule.versions:
                rules_of[version.control].add(rule.id)
    assert {name: rules for name, rules in rules_of.items() if len(rules) > 1} == {}


@pytest.mark.parametrize(
    ("facts", "row", "of_another_law"),
    [
        # A data protection impact assessment (GDPR Art. 35) is no algorithmic impact assessment of the Directive.
        (
            {"jur.ca_federal_institution": True, "sys.decision_automation": "solely_automated"},
            "CA-DADM",
            "impact_assessment",
        ),
        # Safeguards under GDPR Art. 22 say nothing of the information that UK GDPR Art. 22C asks for.
        ({"jur.uk_significant_decision": True}, "UK-22A-D", "automated_decisions"),
        # An inventory that one supervisor asks for is not known to be what another asks for.
        ({"jur.uk_ss123_firm": True, "jur.uk_internal_model_approval": True}, "UK-SS1-23", "us_model_risk"),
        ({"jur.osfi_frfi": True}, "CA-E-23", "us_model_risk"),
        ({"jur.us_bank_assets_usd_bn": 80, "jur.quantitative_model": True}, "US-SR-26-2", "uk_model_risk"),
    ],
)
def test_what_is_done_for_one_law_satisfies_no_other(
    facts: Mapping[str, JsonValue], row: str, of_another_law: str
) -> None:
    packs = load_regulatory_packs(list_pack_ids(), fact_types())
    controls = {of_another_law: Control("met"), "model_risk": Control("met")}
    result = judge_regulation(parse_sheet(facts, fact_types()), controls, packs, AS_OF)
    assert {duty.id: duty.outcome.value for duty in result.duties}[row] == "undetermined"
