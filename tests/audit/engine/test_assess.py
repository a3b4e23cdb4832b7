"""An assessment is a pure function of facts, packs and day, in the shape of DESIGN §3."""

import json
from datetime import date, timedelta

from audit.engine.assess import assess
from audit.engine.dates import earliest
from audit.engine.facts import Fact, Grade
from audit.rulepacks import load_packs
from tests.audit.engine.many import Given, assess_many
from tests.audit.engine.sheets import AS_OF, Sheet, as_plain, read_worked_case

PACKS = load_packs(["eu_ai_act"])


def test_the_result_has_the_shape_that_readers_rely_on() -> None:
    result = as_plain(assess("V01", read_worked_case("V01"), {}, PACKS, AS_OF))
    assert list(result) == [
        "id",
        "as_of",
        "regulatory",
        "lock_in",
        "transparency",
        "packs",
        "engine",
        "valid_until",
    ]
    assert (result["id"], result["as_of"], result["engine"]) == ("V01", "2026-11-20", "1.6")
    assert {"low", "high", "band", "coverage", "drivers", "missing_facts", "exit_time_days", "options"} <= set(
        result["lock_in"]
    )
    assert {"orderly_margin_days", "sudden_margin_days"} <= set(result["lock_in"])
    assert set(result["transparency"]["by_audience"]) == {"us", "people", "supervisor"}
    assert set(result["packs"]) == {"eu_ai_act", "lock_in", "transparency"}
    assert all("+sha256:" in version for version in result["packs"].values())


def test_nothing_known_is_never_green() -> None:
    result = as_plain(assess("new", {}, {}, PACKS, AS_OF))
    assert result["regulatory"]["aia_class"] is None
    assert (result["lock_in"]["band"], result["transparency"]["band"]) == ("very_high", "very_high")


def test_the_same_inputs_give_the_same_bytes_and_leave_the_sheet_alone() -> None:
    sheet = read_worked_case("V01")
    copy = dict(sheet)
    texts = {json.dumps(assess("V01", each, {}, PACKS, AS_OF).to_json()) for each in (sheet, copy, _turned(sheet))}
    assert len(texts) == 1
    assert sheet == copy


def test_an_assessment_is_valid_until_the_first_of_its_parts_may_change() -> None:
    sheet = {"trans.model_card": Fact(True, Grade.VERIFIED, expires_on=date(2026, 11, 25))}
    result = assess("x", sheet, {}, PACKS, AS_OF)
    assert result.transparency.valid_until == date(2026, 11, 25)
    parts = (result.regulatory.valid_until, result.lock_in.valid_until, result.transparency.valid_until)
    assert result.valid_until == earliest(*parts) == date(2026, 11, 25)


def test_many_are_assessed_as_each_of_them_on_every_day() -> None:
    # The facts are read once for the law and both scores; on another day, evidence counts that did not, and the other
    # way round.
    fading = {"trans.model_card": Fact(True, Grade.VERIFIED, expires_on=AS_OF), "exit.tested_on": Fact(AS_OF)}
    sheets = [read_worked_case(case) for case in ("V01", "V03", "V12")]
    systems = [Given(str(place), sheet, {}) for place, sheet in enumerate([*sheets, {}, fading])]
    for days in (0, -1, 900, 0):
        as_of = AS_OF + timedelta(days=days)
        each = [assess(one.system_id, one.sheet, one.controls, PACKS, as_of).outcome() for one in systems]
        assert assess_many(systems, PACKS, as_of) == each


def _turned(sheet: Sheet) -> Sheet:
    return dict(reversed(sheet.items()))
