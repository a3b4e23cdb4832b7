"""Rule files: what is wrong with them is said all at once, with file, key and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import list_pack_ids, load_directory, load_regulatory_packs
from audit.rulepacks.problems import PackError
from tests.audit.rulepacks.small_pack import CLASSIFICATION, PACK, RULE, STRICT, TYPES, load_toy, write_pack


def problems_of(directory: Path) -> list[str]:
    with pytest.raises(PackError) as caught:
        load_directory(directory, TYPES)
    return [str(problem) for problem in caught.value.problems]


def test_a_sound_pack_loads_with_its_rules_and_derived_facts(tmp_path: Path) -> None:
    pack = load_toy(tmp_path)
    assert [rule.row for rule in pack.rules] == ["T-1", "T-2"]
    assert [derived.key for derived in pack.derived] == ["toy.maker", "toy.class", "toy.roles", "toy.from"]


def test_the_hash_is_of_the_content_and_not_of_the_layout(tmp_path: Path) -> None:
    first = load_toy(tmp_path / "one").sha256
    commented = write_pack(tmp_path / "two", rules={"care.yaml": "# a remark\n" + RULE, "make.yaml": STRICT})
    changed = write_pack(tmp_path / "three", rules={"care.yaml": RULE.replace("Take care of it", "Take more care")})
    assert load_directory(commented, TYPES).sha256 == first
    assert load_directory(changed, TYPES).sha256 != first


def test_an_unknown_fact_is_named_with_a_near_miss(tmp_path: Path) -> None:
    folder = write_pack(tmp_path, rules={"care.yaml": RULE.replace("fact: toy.roles", "fact: toy.rolls", 1)})
    [problem] = problems_of(folder)
    assert problem.startswith("toy/obligations/care.yaml: versions[0].when: toy.rolls is not a fact")
    assert "did you mean toy.roles" in problem


def test_an_unknown_operator_is_named(tmp_path: Path) -> None:
    folder = write_pack(tmp_path, rules={"care.yaml": RULE.replace("has: user", "owns: user", 1)})
    assert problems_of(folder) == ["toy/obligations/care.yaml: versions[0].when: owns is not an operator"]


def test_versions_that_overlap_are_refused(tmp_path: Path) -> None:
    folder = write_pack(tmp_path, rules={"care.yaml": RULE.replace("    adopted_until: 2026-08-01\n", "")})
    [problem] = problems_of(folder)
    assert "care.yaml: versions[1]: overlaps versions[0]" in problem


def test_a_class_without_a_place_in_the_order_is_refused(tmp_path: Path) -> None:
    folder = write_pack(tmp_path, classification=CLASSIFICATION.replace("is: strict", "is: severe"))
    assert any("toy.class.cases[1]: severe has no place in the order" in problem for problem in problems_of(folder))


def test_classes_that_do_not_stand_in_their_order_are_refused(tmp_path: Path) -> None:
    swapped = CLASSIFICATION.replace("order: [outside, strict, light]", "order: [strict, outside, light]")
    [problem] = problems_of(write_pack(tmp_path, classification=swapped))
    assert "toy.class.cases: do not stand in the order given" in problem


def test_a_derived_fact_cannot_read_one_below_it(tmp_path: Path) -> None:
    early = CLASSIFICATION.replace("{fact: s.stage, equals: idea}", "{fact: toy.from, before: 2027-01-01}")
    [problem] = problems_of(write_pack(tmp_path, classification=early))
    assert "classification.yaml: toy.class.cases[0].when: toy.from is not a fact" in problem


@pytest.mark.parametrize(
    ("split", "message"),
    [
        ("split_by: [toy.maker]", "toy.maker is no derived choice"),  # yes or no
        ("split_by: [s.danger]", "s.danger is no derived choice"),  # answered by people
        ("split_on: [toy.nobody]", "toy.nobody is not a fact"),
    ],
)
def test_a_split_by_what_cannot_split_is_refused(tmp_path: Path, split: str, message: str) -> None:
    wrong = CLASSIFICATION.replace(
        "    order: [outside, strict, light]", f"    order: [outside, strict, light]\n    {split}"
    )
    assert any(message in problem for problem in problems_of(write_pack(tmp_path, classification=wrong)))


def test_a_fact_is_defined_once(tmp_path: Path) -> None:
    twice = CLASSIFICATION.replace("fact: toy.roles", "fact: toy.class")
    assert any(
        "toy.class: is defined twice" in problem for problem in problems_of(write_pack(tmp_path, classification=twice))
    )


@pytest.mark.parametrize(
    ("own", "shared", "field"),
    [
        ("label: roles", "label: class", "label: class is the label"),
        ("key: aia_roles", "key: aia_class", "key: aia_class is the key"),
        ("possible: possible_roles", "possible: aia_class", "possible: aia_class is the possible"),
    ],
)
def test_two_answers_cannot_share_a_name(tmp_path: Path, own: str, shared: str, field: str) -> None:
    assert problems_of(write_pack(tmp_path, pack=PACK.replace(own, shared))) == [
        f"toy/pack.yaml: results[1].{field} of another answer, in toy; expected one of its own"
    ]


def test_two_rules_cannot_share_an_id(tmp_path: Path) -> None:
    found = problems_of(write_pack(tmp_path, rules={"care.yaml": RULE, "other.yaml": RULE}))
    assert [problem.rpartition(": ")[2] for problem in found] == [
        "toy.art_1.care is also in obligations/care.yaml",
        "T-1 is also in obligations/care.yaml",
    ]


@pytest.mark.parametrize(
    ("wrong", "right", "message"),
    [
        ("severity: high", "severity: terrible", "severity: Input should be 'critical'"),
        ("title: Take care\n", "", "title: Field required"),
        ("title: Take care", "titel: Take care", "titel: Extra inputs are not permitted"),
        ("    applies_from: 2026-10-01\n", "", "give either applies_from or stages"),
        ("applies_from: 2026-10-01", "applies_from: {fact: toy.form}", "did you mean toy.from"),
        ("adopted_until: 2026-08-01", "adopted_until: 2026-01-01", "is not after adopted_from"),
        ("id: toy.art_1.care", "id: other.art_1.care", "must begin with toy."),
        ("id: toy.art_1.care", "id: toy.art_1.care\nid: twice", "the key 'id' stands 2 times"),
        ("has: user", "has: [user", "is not YAML"),
    ],
)
def test_each_slip_in_a_rule_file_is_named(tmp_path: Path, wrong: str, right: str, message: str) -> None:
    found = problems_of(write_pack(tmp_path, rules={"care.yaml": RULE.replace(wrong, right, 1)}))
    assert any(message in problem and "toy/obligations/care.yaml" in problem for problem in found), found


def test_all_problems_of_all_files_are_reported_at_once(tmp_path: Path) -> None:
    folder = write_pack(
        tmp_path,
        pack=PACK.replace("becomes: live", "becomes: sold"),
        classification=CLASSIFICATION.replace("is: strict", "is: severe"),
        rules={
            "care.yaml": RULE.replace("has: user", "has: usr"),
            "make.yaml": STRICT.replace("equals: strict", "equals: x"),
        },
    )
    files = {problem.partition(":")[0] for problem in problems_of(folder)}
    assert files == {
        "toy/pack.yaml",
        "toy/classification.yaml",
        "toy/obligations/care.yaml",
        "toy/obligations/make.yaml",
    }


def test_a_required_pack_must_be_there(tmp_path: Path) -> None:
    [problem] = problems_of(write_pack(tmp_path, pack=PACK + "requires: [other]\n"))
    assert problem == "toy/pack.yaml: requires: the pack other is not loaded before this one"


def test_a_pack_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(PackError, match=r"there is no such pack; there are .*eu_ai_act"):
        load_regulatory_packs(["eu_ai_akt"], TYPES)


def test_the_packs_of_law_are_found_by_their_obligations() -> None:
    assert "eu_ai_act" in list_pack_ids()
    assert "lock_in" not in list_pack_ids()


def test_rules_stand_in_the_order_of_the_articles_and_the_ai_act_first() -> None:
    packs = load_regulatory_packs(["dora", "gdpr", "eu_ai_act"], fact_types())
    assert [pack.id for pack in packs] == ["eu_ai_act", "dora", "gdpr"]
    rows = [rule.row for rule in packs[0].rules]
    assert rows.index("AIA-4") < rows.index("AIA-9") < rows.index("AIA-10") < rows.index("AIA-26-2")


def test_a_breach_that_nothing_cures_must_be_described(tmp_path: Path) -> None:
    uncured = RULE.replace("    require: ", "    no_control_cures: true\n    require: ", 1)
    assert uncured != RULE
    assert problems_of(write_pack(tmp_path, rules={"care.yaml": uncured})) == [
        "toy/obligations/care.yaml: versions[0].no_control_cures: says nothing without breached_when; add it"
    ]
