"""A change of law is a new version in a file, and leaves what was judged of an earlier day as it was."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.engine.facts import Fact
from audit.engine.regulatory import judge_regulation
from audit.engine.rules import RulePack
from audit.rulepacks.cases import Case, read_cases
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import RULEPACKS, load_directory, load_regulatory_packs

ADOPTED = date(2027, 6, 1)
LITERACY = "obligations/art_4_ai_literacy.yaml"
CASES = [case for case in read_cases(RULEPACKS / "eu_ai_act") if case.file.endswith("worked_cases.yaml")]


@cache
def law() -> Sequence[RulePack]:
    return load_regulatory_packs(["eu_ai_act"], fact_types())


@pytest.fixture(scope="module")
def changed_law(tmp_path_factory: pytest.TempPathFactory) -> Sequence[RulePack]:
    """The law as it would be had an act of 2027-06-01 ended the duty of literacy for providers from 2028."""
    copy = tmp_path_factory.mktemp("law") / "eu_ai_act"
    shutil.copytree(RULEPACKS / "eu_ai_act", copy)
    text = (copy / LITERACY).read_text(encoding="utf-8")
    before, versions = text.split("versions:\n")
    old, rest = versions[: versions.index("sanction:")], versions[versions.index("sanction:") :]
    new = old.replace("adopted_from: 2024-07-12", f"adopted_from: {ADOPTED}").replace(
        "applies_from: 2025-02-02", "applies_from: 2028-01-01"
    )
    new = new.replace("            - {fact: aia.roles, has: provider}\n", "")
    old = old.replace("adopted_from: 2024-07-12", f"adopted_from: 2024-07-12\n    adopted_until: {ADOPTED}")
    (copy / LITERACY).write_text(f"{before}versions:\n{old}{new}{rest}", encoding="utf-8")
    return [load_directory(copy, fact_types())]


def judge(sheet: dict[str, Fact], packs: Sequence[RulePack], as_of: date) -> dict[str, Any]:
    return judge_regulation(sheet, {}, packs, as_of).to_json()


@given(case=st.sampled_from(CASES), as_of=st.dates(date(2024, 1, 1), ADOPTED - timedelta(days=1)))
def test_an_earlier_day_is_judged_as_before_the_change(
    changed_law: Sequence[RulePack], case: Case, as_of: date
) -> None:
    sheet = case.sheet(fact_types())
    assert judge(sheet, changed_law, as_of) == judge(sheet, law(), as_of)


def test_from_its_adoption_the_change_counts(changed_law: Sequence[RulePack]) -> None:
    [case] = [case for case in CASES if case.form.id == "V01"]  # provider and deployer
    sheet = case.sheet(fact_types())
    [duty] = [duty for duty in judge(sheet, changed_law, ADOPTED)["duties"] if duty["id"] == "AIA-4"]
    assert (duty["applies_from"], duty["outcome"]) == ("2028-01-01", "not_yet_in_force")
    [duty] = [duty for duty in judge(sheet, law(), ADOPTED)["duties"] if duty["id"] == "AIA-4"]
    assert duty["applies_from"] == "2025-02-02"


def test_the_change_makes_another_pack_by_its_hash(changed_law: Sequence[RulePack]) -> None:
    assert changed_law[0].sha256 != law()[0].sha256


def test_what_was_judged_before_is_due_again_when_the_change_is_adopted(changed_law: Sequence[RulePack]) -> None:
    result = judge_regulation({}, {}, changed_law, date(2027, 5, 31))
    assert result.valid_until == ADOPTED
