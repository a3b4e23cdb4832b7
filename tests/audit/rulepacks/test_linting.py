"""The lint of the packs of law: it is silent on ours, and finds what loads but is not right."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from audit.rulepacks.facts import fact_types
from audit.rulepacks.linting import lint_packs
from tests.audit.rulepacks.small_pack import RULE, STRICT, TYPES, write_pack

AS_OF = date(2026, 11, 20)
CASES = """
about: Both rules.
as_of: 2026-11-20
cases:
  - id: C-1
    facts: {s.uses: true, s.builds: true, s.named: true, s.danger: great, s.fields: [work], s.stage: live}
    expected: {aia_class: strict, duties: {T-1: 2026-12-01, T-2: 2027-03-01}, complete: true}
    reason: It follows from the rules.
"""


def lint(directory: Path, cases: str = CASES, as_of: date = AS_OF) -> list[str]:
    (directory / "toy" / "cases").mkdir(exist_ok=True)
    (directory / "toy" / "cases" / "all.yaml").write_text(cases, encoding="utf-8")
    return [str(problem) for problem in lint_packs(TYPES, as_of, directory)]


def test_our_own_packs_have_no_problem() -> None:
    assert lint_packs(fact_types(), AS_OF) == []


def test_a_sound_pack_with_cases_has_no_problem(tmp_path: Path) -> None:
    write_pack(tmp_path)
    assert lint(tmp_path) == []


def test_a_pack_and_its_rules_past_review_are_named(tmp_path: Path) -> None:
    write_pack(tmp_path)
    found = lint(tmp_path, as_of=date(2027, 1, 2))
    assert [line.split(":")[0] for line in found] == ["toy/pack.yaml", "toy/obligations", "toy/obligations"]


def test_a_rule_without_a_case_is_named(tmp_path: Path) -> None:
    write_pack(tmp_path)
    [problem] = lint(tmp_path, CASES.replace(", T-2: 2027-03-01}, complete: true", "}"))
    assert problem.startswith("toy/cases: T-2: has no worked case")


def test_a_case_that_does_not_hold_is_named(tmp_path: Path) -> None:
    write_pack(tmp_path)
    [problem] = lint(tmp_path, CASES.replace("aia_class: strict", "aia_class: light"))
    assert problem == "toy/cases/all.yaml: C-1: aia_class is strict, expected light"


def test_a_case_with_a_slip_is_named(tmp_path: Path) -> None:
    write_pack(tmp_path)
    [problem] = lint(tmp_path, CASES.replace("reason:", "raeson:"))[:1]
    assert problem.startswith("toy/cases/all.yaml: cases.0.")


def test_a_rule_that_can_never_hold_is_named(tmp_path: Path) -> None:
    never = STRICT.replace(
        "{fact: toy.class, equals: strict}",
        "{fact: toy.class, equals: strict}, {not: {fact: toy.class, in: [outside, strict, light]}}",
    )
    write_pack(tmp_path, rules={"care.yaml": RULE, "make.yaml": never})
    found = lint(tmp_path, CASES.replace(", T-2: 2027-03-01", ""))
    assert any("toy.art_2.maker: versions[0] can never hold" in line for line in found)


@pytest.mark.parametrize("status", ["guidance", "proposed", "information"])
def test_a_fine_behind_what_is_no_law_is_named(tmp_path: Path, status: str) -> None:
    fined = f"{RULE}sanction: {{basis: Art. 9, text: Up to ten., fixed: 10}}\n"
    write_pack(tmp_path, rules={"care.yaml": fined, "make.yaml": STRICT})
    assert lint(tmp_path) == []
    write_pack(tmp_path, rules={"care.yaml": f"{fined}status: {status}\n", "make.yaml": STRICT})
    [problem] = lint(tmp_path)
    assert problem.startswith(f"toy/obligations: toy.art_1.care: is {status}, behind which no fine stands")


def test_files_that_do_not_load_are_reported_as_the_loader_does(tmp_path: Path) -> None:
    write_pack(tmp_path, rules={"care.yaml": RULE.replace("has: user", "has: usr"), "make.yaml": STRICT})
    assert all("toy/obligations/care.yaml" in line for line in lint(tmp_path))
