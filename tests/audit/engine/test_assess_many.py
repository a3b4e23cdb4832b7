"""Judging many systems day after day holds nothing of the days before that only a search for cycles would free."""

from __future__ import annotations

import gc
from datetime import timedelta
from random import Random

from audit.engine.assess import assess_read, gist_read
from audit.engine.expressions.columns import reading
from audit.engine.facts import Control
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from tests.audit.engine.many import Given, assess_many
from tests.audit.engine.sheets import AS_OF, Sheet, any_fact

_FEW = 50


def make_sheets(how_many: int) -> list[Sheet]:
    pick, types = Random(7), fact_types()
    keys = [key for key in sorted(types) if not key.startswith("aia.")]
    return [{key: any_fact(types[key], pick) for key in keys if pick.random() < 0.7} for _ in range(how_many)]


def test_the_gist_is_that_of_the_outcome() -> None:
    sheets, packs = make_sheets(40), load_packs()
    with reading(sheets, AS_OF) as read:
        controls: list[dict[str, Control]] = [{} for _ in sheets]
        judged = assess_read(["S"] * len(sheets), read, controls, packs)
        assert gist_read(read, controls, packs) == [gist for _, gist in judged]
        assert [outcome.gist() for outcome, _ in judged] == [gist for _, gist in judged]


def test_what_was_found_on_a_day_goes_with_it() -> None:
    given, packs = [Given(f"S{place}", sheet, {}) for place, sheet in enumerate(make_sheets(60))], load_packs()
    assess_many(given, packs, AS_OF)
    gc.collect()
    gc.disable()
    try:
        for days in range(1, 4):
            assess_many(given, packs, AS_OF + timedelta(days=days))
        assert gc.collect() < _FEW
    finally:
        gc.enable()
