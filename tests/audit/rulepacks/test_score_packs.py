"""A score pack with a mistake is refused with every problem at once, each with file and key."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from audit.rulepacks import PackError
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import RULEPACKS
from audit.rulepacks.score_packs import load_lock_in, load_transparency


def change(pack: str, directory: Path, *swaps: tuple[str, str], file: str = "model.yaml") -> Path:
    copy = directory / pack
    shutil.copytree(RULEPACKS / pack, copy)
    text = (copy / file).read_text(encoding="utf-8")
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new, 1)
    (copy / file).write_text(text, encoding="utf-8")
    return copy


def problems_of(load: Callable[[], object]) -> list[str]:
    with pytest.raises(PackError) as refused:
        load()
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("fact: lock.access_mode\n        weight: 5", "fact: lock.acces_mode\n        weight: 5", "lock.acces_mode"),
        ("weight: 5\n        risk: {self_hosted: 0", "weight: 0\n        risk: {self_hosted: 0", "access_mode.weight"),
        ("{self_hosted: 0, other_host: 0.3,", "{self_hosted: 0, other_hos: 0.3,", "access.lock.access_mode"),
        ("{self_hosted: 0, other_host: 0.3,", "{self_hosted: 0.1, other_host: 0.3,", "access_mode.risk"),
        ("{0: 1, 1: 0.7, 2: 0.45, 3: 0.25", "{0: 1, 1: 0.7, 2: 0.75, 3: 0.25", "independent_hosts.steps"),
        ("hosted_fine_tune: 0.3, agent", "hosted_fine_tune: 0.4, agent", "proprietary_features.sum"),
        ("vendor_claimed: 0.3", "vendor_claimed: 3", "widening.vendor_claimed"),
        ("from: substitutes,", "from: substitute,", "exit_phases.choose"),
        ("phases: [provision, assets, cut_over]", "phases: [provide]", "options.same_model_other_host"),
        ("not_applicable: adds_nothing", "not_applicable: adds", "not_applicable"),
        ("why: Weights without software that runs them are files.", "whi: x", "inference_code_open"),
    ],
)
def test_a_mistake_in_the_lock_in_model_is_named(tmp_path: Path, old: str, new: str, key: str) -> None:
    pack = change("lock_in", tmp_path, (old, new))
    problems = problems_of(lambda: load_lock_in(pack, fact_types()))
    assert any(problem.startswith("lock_in/model.yaml: ") and key in problem for problem in problems), problems


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    pack = change(
        "transparency", tmp_path, ("audience: [us, supervisor]", "audience: [we]"), ("soc2: 0.2", "soc2: 0.3")
    )
    (pack / "pack.yaml").write_text("id: transparency\nversion: '1'\ntitle: x\nreview_by: soon\n", encoding="utf-8")
    problems = problems_of(lambda: load_transparency(pack, fact_types()))
    assert len(problems) == 3
    assert [problem.split(":")[0] for problem in problems] == [
        "transparency/pack.yaml",
        *["transparency/model.yaml"] * 2,
    ]


@pytest.mark.parametrize("text", ["groups: [", "- a\n", "groups: 1\ngroups: 2\n"])
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    pack = change("lock_in", tmp_path)
    (pack / "model.yaml").write_text(text, encoding="utf-8")
    assert any("lock_in/model.yaml" in problem for problem in problems_of(lambda: load_lock_in(pack, fact_types())))


def test_the_hash_follows_the_content_and_not_the_comments(tmp_path: Path) -> None:
    original = load_lock_in(RULEPACKS / "lock_in", fact_types())[1]
    commented = change("lock_in", tmp_path / "a", ("groups:", "# a remark\ngroups:"))
    changed = change("lock_in", tmp_path / "b", ("self_declared: 0.2", "self_declared: 0.25"))
    assert load_lock_in(commented, fact_types())[1] == original
    assert load_lock_in(changed, fact_types())[1] != original
