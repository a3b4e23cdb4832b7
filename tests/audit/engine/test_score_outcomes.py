"""What is kept of both scores says the same as their whole results."""

from __future__ import annotations

from hypothesis import given

from audit.engine.lock_in import judge_lock_in
from audit.engine.transparency import judge_transparency
from audit.rulepacks import load_packs
from tests.audit.engine.sheets import AS_OF, Sheet, as_plain, sheets

PACKS = load_packs([])


@given(sheets(PACKS.lock_in.reads))
def test_the_kept_lock_in_is_that_of_the_whole_result(sheet: Sheet) -> None:
    result = judge_lock_in(sheet, PACKS.lock_in, AS_OF)
    whole, kept = as_plain(result), result.outcome()
    assert list(kept.score) == [whole[key] for key in ("low", "high", "band", "label", "coverage")]
    assert {"low": kept.exit_low, "high": kept.exit_high} == whole["exit_time_days"]
    for ends, key in ((kept.orderly, "orderly_margin_days"), (kept.sudden, "sudden_margin_days")):
        assert (None if ends is None else {"low": ends[0], "high": ends[1]}) == whole[key]
    days = {day["what"]: day["on"] for day in whole["dates"]}
    assert {day.what: day.on.isoformat() for day in kept.dates} == days
    short = (kept.short_at_worst_from, kept.short_at_best_from)
    named = ("margin_short_at_worst", "margin_short_at_best")
    assert [day and day.isoformat() for day in short] == [days.get(what) for what in named]
    assert list(kept.contradictions) == [each["says"] for each in whole["contradictions"]]
    assert [
        {"key": key, "narrows": points, "decides": list(decides)} for key, points, decides in kept.missing
    ] == whole["missing_details"]
    assert kept.valid_until == result.valid_until


@given(sheets(PACKS.transparency.score.keys))
def test_the_kept_transparency_is_that_of_the_whole_result(sheet: Sheet) -> None:
    result = judge_transparency(sheet, PACKS.transparency, AS_OF)
    whole, kept = as_plain(result), result.outcome()
    assert list(kept.score) == [whole[key] for key in ("low", "high", "band", "label", "coverage")]
    assert [key for key, _ in kept.missing] == whole["missing_facts"]
    assert [points for _, points in kept.missing] == [entry["narrows"] for entry in whole["missing_details"]]
    assert kept.valid_until == result.valid_until
