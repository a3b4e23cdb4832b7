"""The duty of Art. 27 on the days that matter to its form: met while it counts, not met from the day it does not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from audit.engine.assess import assess
from audit.engine.facts import parse_controls, parse_sheet
from audit.rulepacks import load_packs
from audit.rulepacks.cases import read_cases
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import RULEPACKS
from governance.models import AISystem, FundamentalRightsAssessment
from tests.audit.scenes import make_system, snapshot_of
from tests.governance.law_scenes import DONE, make_dpia, make_fria, make_receipt

pytestmark = pytest.mark.django_db

IN_FORCE = date(2027, 12, 2)  # Art. 113(c)(i)
END = date(2028, 1, 10)
NOTIFIED = {"notified_on": DONE, "notified_to": "Bundesnetzagentur", "review_due_on": date(2029, 1, 1)}
[CASE] = [case for case in read_cases(RULEPACKS / "eu_ai_act") if case.form.id == "V01"]


def make_scoring() -> AISystem:
    return make_system(answers={key: {"value": value} for key, value in CASE.facts.items()})


def judge(system: AISystem, as_of: date) -> Any:
    snapshot = snapshot_of(system.pk, as_of)
    sheet, controls = parse_sheet(snapshot.facts, fact_types()), parse_controls(snapshot.controls)
    return assess("S", sheet, controls, load_packs(), as_of).to_json()


def outcome(system: AISystem, as_of: date) -> str:
    duties = judge(system, as_of)["regulatory"]["duties"]
    return str(next(duty["outcome"] for duty in duties if duty["id"] == "AIA-27"))


def with_review(system: AISystem) -> FundamentalRightsAssessment:
    return make_fria(system, **NOTIFIED | {"review_due_on": END})


def with_evidence(system: AISystem) -> FundamentalRightsAssessment:
    fria = make_fria(system, **NOTIFIED)
    fria.evidence.add(make_receipt(END))
    return fria


def with_reference(system: AISystem) -> FundamentalRightsAssessment:
    dpia = make_dpia(system, review_due_on=END)
    return make_fria(system, **NOTIFIED, processes="", elsewhere={"a": {"in": "dpia", "section": "2"}}, dpia=dpia)


@pytest.mark.parametrize("make", [with_review, with_evidence, with_reference], ids=["review", "evidence", "reference"])
def test_it_is_met_until_the_day_and_not_met_from_it(make: Any) -> None:
    system = make_scoring()
    make(system)
    assert outcome(system, IN_FORCE - timedelta(days=1)) == "not_yet_in_force"
    assert outcome(system, IN_FORCE) == "satisfied"
    assert outcome(system, END - timedelta(days=1)) == "satisfied"
    assert outcome(system, END) == "not_satisfied"


def test_the_assessment_is_made_again_on_the_day_it_ends() -> None:
    system = make_scoring()
    with_evidence(system)
    valid_until = judge(system, END - timedelta(days=2))["valid_until"]
    assert valid_until is not None
    assert valid_until <= END.isoformat()


def test_without_a_form_nothing_is_known_and_an_incomplete_one_is_not_met() -> None:
    system = make_scoring()
    assert outcome(system, IN_FORCE) == "undetermined"
    make_fria(system, **NOTIFIED, oversight="")
    assert outcome(system, IN_FORCE) == "not_satisfied"
