"""A brief that is written out of shared parts is the canonical JSON of the whole, whatever stands in it."""

from __future__ import annotations

import json
from datetime import date

import pytest

from audit.engine.assess import SystemOutcome
from audit.engine.brief import make_brief
from audit.engine.brief_writing import BriefWriter
from audit.engine.canonical import to_canonical_json
from audit.engine.identity import ByIdentity
from audit.engine.lock_in.outcome import LockInOutcome
from audit.engine.lock_in.watch import WatchedDay
from audit.engine.regulatory import LawMissing, LawOutcome, OpenRule
from audit.engine.scoring.outcome import ScoreOutcome
from audit.engine.transparency import TransparencyOutcome

TODAY = date(2026, 11, 20)
YESTERDAY, TOMORROW = date(2026, 11, 19), date(2026, 11, 21)
SCORE = ScoreOutcome(12.5, 40.0, "moderate", "12.5-40", 0.85)
MISSING = LawMissing((("roles", ("sys.b", 'odd "key"')), ("class", ())), (("data.a", 2), ("sys.c", 11)))
LAW = LawOutcome(
    {"z_list": ["b", "a"], "aia_class": None, "100%s": {"of": "%d"}},
    (),
    (OpenRule("GDPR-37", "gdpr.art_37", True, {}), OpenRule("PWD", "eu_other.art_7", False, {})),
    MISSING,
    None,
    ("gdpr", "uk"),
    None,
    (),
)
LOCK_IN = LockInOutcome(
    SCORE,
    20,
    207,
    (-3, 10**17),
    (-2.5, 1.0),
    None,
    None,
    tuple([WatchedDay("notice_by", day) for day in (YESTERDAY, TODAY, TOMORROW)]),
    (),
    (("lock.b", 2.0, ("days",)), ("lock.a", 2.857, ())),
    None,
)
TRANSPARENCY = TransparencyOutcome(SCORE, (("trans.b", 7.143), ("trans.a", 0.1)), None)
OUTCOME = SystemOutcome('P "one" / ü', TODAY, LAW, LOCK_IN, TRANSPARENCY)


def test_every_part_is_written_as_the_canonical_json_has_it() -> None:
    writer = BriefWriter()
    bare = OUTCOME._replace(
        law=LAW._replace(answers={}, undetermined=(), missing=LawMissing((), ()), past_review=()),
        lock_in=LOCK_IN._replace(orderly=None, sudden=None, dates=(), missing=()),
        transparency=TRANSPARENCY._replace(missing=()),
    )
    for outcome in (OUTCOME, bare, OUTCOME):  # written once, and then found again
        assert writer.write(outcome) == to_canonical_json(make_brief(outcome))


def test_an_answer_of_the_name_of_a_part_gives_way_to_it() -> None:
    outcome = OUTCOME._replace(law=LAW._replace(answers={"missing": "none", "a": 1, "duties": "many"}))
    text = BriefWriter().write(outcome)
    assert text == to_canonical_json(make_brief(outcome))
    assert json.loads(text)["regulatory"]["duties"] == []


def test_the_same_day_has_passed_for_one_outcome_and_not_for_an_earlier_one() -> None:
    writer = BriefWriter()
    passed = [json.loads(writer.write(OUTCOME._replace(as_of=day)))["lock_in"]["dates"] for day in (YESTERDAY, TODAY)]
    # A day has passed when it lies before the day of the judgement: the day itself has not.
    assert [[one["passed"] for one in dates] for dates in passed] == [[False, False, False], [True, False, False]]


def test_a_margin_too_large_for_a_plain_float_is_written_out() -> None:
    outcome = OUTCOME._replace(lock_in=LOCK_IN._replace(sudden=(2.1e25, 1e16)))
    text = BriefWriter().write(outcome)
    assert text == to_canonical_json(make_brief(outcome))
    assert '"sudden_margin_days":{"high":10000000000000000,"low":21000000000000000000000000}' in text


@pytest.mark.parametrize("ends", [(float("nan"), 1.0), (0.0, float("inf"))])
def test_what_is_no_number_is_refused(ends: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="Out of range"):
        BriefWriter().write(OUTCOME._replace(lock_in=LOCK_IN._replace(sudden=ends)))


def test_what_was_made_of_an_object_is_found_by_the_object_and_not_by_its_value() -> None:
    made: list[list[int]] = []

    def count(given: list[int]) -> int:
        made.append(given)
        return len(made)

    one, same = [1], [1]
    number = ByIdentity(count, most=2)
    assert number.each([one, same, one]) == [1, 2, 1]
    assert [number(same), number(one)] == [2, 1]
    assert number.each([[3], one]) == [3, 4]  # two are kept: the third makes all forgotten
    assert number.each([]) == []
