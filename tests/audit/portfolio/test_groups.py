"""The top of each vendor's group, with loops and loose ends survived and named."""

from hypothesis import given
from hypothesis import strategies as st

from audit.portfolio.groups import Top, find_groups
from tests.audit.portfolio.plain import vendor


def test_a_subsidiary_goes_by_its_parent() -> None:
    groups = find_groups([vendor(1), vendor(2, parent=1)])
    assert groups.top_of(2) == groups.top_of(1) == Top(1, is_certain=True)
    assert groups.flaws == ()


def test_a_vendor_whose_parent_is_not_known_stands_for_itself_and_is_not_certain() -> None:
    assert find_groups([vendor(1, parent_status="unknown")]).top_of(1) == Top(1, is_certain=False)


def test_whoever_is_named_as_ultimate_parent_is_the_top_even_if_nobody_asked_about_its_own_parent() -> None:
    groups = find_groups([vendor(1, parent_status="unknown"), vendor(2, parent=1)])
    assert groups.top_of(2) == Top(1, is_certain=True)


def test_of_two_ultimate_parents_the_upper_one_counts_and_the_pair_is_named() -> None:
    groups = find_groups([vendor(1, "Top"), vendor(2, "Middle", parent=1), vendor(3, "Bottom", parent=2)])
    assert groups.top_of(3) == Top(1, is_certain=True)
    assert [(flaw.kind, flaw.rows) for flaw in groups.flaws] == [("two_parents", (3,))]
    assert "Bottom names Middle" in groups.flaws[0].says


def test_parents_in_a_loop_are_one_group_whose_top_is_not_known() -> None:
    groups = find_groups([vendor(1, parent=2), vendor(2, parent=3), vendor(3, parent=1), vendor(4, parent=2)])
    assert {groups.top_of(number) for number in (1, 2, 3, 4)} == {Top(1, is_certain=False)}
    assert ("loop", (1, 2, 3)) in [(flaw.kind, flaw.rows) for flaw in groups.flaws]


def test_a_vendor_that_is_its_own_parent_is_a_loop_of_one() -> None:
    groups = find_groups([vendor(1, parent=1)])
    assert groups.top_of(1) == Top(1, is_certain=False)
    assert [flaw.kind for flaw in groups.flaws] == ["loop"]


def test_a_parent_that_is_missing_leaves_the_vendor_for_itself() -> None:
    groups = find_groups([vendor(1, parent=99)])
    assert groups.top_of(1) == Top(1, is_certain=False)
    assert [flaw.kind for flaw in groups.flaws] == ["dangling"]
    assert groups.top_of(99) == Top(99, is_certain=False)


@given(st.lists(st.integers(0, 9), max_size=8))
def test_any_parents_at_all_give_every_vendor_one_top_that_is_its_own(parents: list[int]) -> None:
    rows = [vendor(number, parent=parent or None) for number, parent in enumerate(parents, start=1)]
    groups = find_groups(rows)
    for row in rows:
        top = groups.top_of(row.id)
        assert groups.top_of(top.vendor_id) == top, "whoever stands at the top is at the top of its own group"
        if row.ultimate_parent_id is not None and row.ultimate_parent_id <= len(rows):
            assert groups.top_of(row.ultimate_parent_id) == top, "a parent and its subsidiary are one group"
