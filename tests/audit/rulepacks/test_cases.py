"""Every worked case of every pack, by its file; the conformance set that is published with the docs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest

from audit.engine.rules import RulePack
from audit.rulepacks.cases import Case, check_case, read_cases
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import RULEPACKS, list_pack_ids, load_regulatory_packs

CASES = [case for pack_id in list_pack_ids() for case in read_cases(RULEPACKS / pack_id)]


@cache
def packs() -> Sequence[RulePack]:
    return load_regulatory_packs(list_pack_ids(), fact_types())


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_case_comes_out_as_the_law_has_it(case: Case) -> None:
    assert check_case(case, packs(), fact_types()) == []


def test_every_case_has_a_name_of_its_own() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))


def test_a_wrong_expectation_is_found() -> None:
    [case] = [case for case in CASES if case.form.id == "V01"]
    wrong = {"aia_class": "minimal", "duties": {"AIA-9": None}, "must_not_fire": ["AIA-10"]}
    expected = case.form.expected.model_copy(update={**wrong, "complete": False})
    changed = Case(case.file, case.form.model_copy(update={"expected": expected}), case.as_of, case.facts)
    found = check_case(changed, packs(), fact_types())
    assert found == [
        "aia_class is high_risk_annex_iii, expected minimal",
        "AIA-9 applies from 2027-12-02, expected None",
        "AIA-10 is among the duties and should not be",
    ]
