"""A stored result reads the same whatever it lacks; nothing unknown becomes a value on the way."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from audit.reports.outcome import read_outcome
from tests.audit.reports.example_result import RESULT

json = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*RESULT, *RESULT["lock_in"], *RESULT["regulatory"]]), inner, max_size=4)
    ),
    max_leaves=12,
)


def test_an_empty_result_knows_nothing() -> None:
    outcome = read_outcome({})
    assert outcome.lock_in.low is None
    assert outcome.lock_in.band == ""
    assert outcome.regulation.aia_class == ""
    assert outcome.regulation.roles is None
    assert outcome.exit.orderly_margin is None
    assert outcome.valid_until is None


def test_undecided_roles_and_no_roles_are_told_apart() -> None:
    assert read_outcome({"regulatory": {"aia_roles": None}}).regulation.roles is None
    assert read_outcome({"regulatory": {"aia_roles": []}}).regulation.roles == ()


def test_the_example_is_read_in_full() -> None:
    outcome = read_outcome(RESULT)
    assert outcome.as_of == date(2026, 11, 20)
    assert (outcome.lock_in.low, outcome.lock_in.high, outcome.lock_in.band) == (58.4, 81.2, "very_high")
    assert [duty.id for duty in outcome.regulation.duties] == ["AIA-4", "AIA-50-1", "AIA-50-2"]
    assert outcome.regulation.duties[2].other_reading == date(2026, 8, 2)
    assert outcome.regulation.missing[0].decides == ("class", "duty:AIA-26-2")
    assert dict(outcome.audiences)["supervisor"].band == "very_high"


def test_a_citation_may_be_a_text_or_act_and_provision() -> None:
    duties = [
        {"id": "a", "citation": "Regulation (EU) 2024/1689, Art. 4"},
        {"id": "b", "citation": {"act": "Regulation (EU) 2016/679", "provision": "Art. 35"}},
    ]
    read = read_outcome({"regulatory": {"duties": duties}}).regulation.duties
    assert [duty.citation for duty in read] == ["AI Act, Art. 4", "GDPR, Art. 35"]


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(RESULT)), json))
def test_no_json_breaks_the_reading(result: dict[str, object]) -> None:
    read_outcome(result)


def test_undecided_points_are_not_read_as_none_of_them() -> None:
    assert read_outcome({}).regulation.annex_iii_points is None
    assert read_outcome({"regulatory": {"annex_iii_points": []}}).regulation.annex_iii_points == ()
