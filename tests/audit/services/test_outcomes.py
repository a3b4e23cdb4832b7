"""What is kept and what findings are derived from is what the whole result says, for any facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given

from audit.engine.assess import ENGINE_VERSION, assess
from audit.engine.assess import Assessment as Judgement
from audit.engine.brief import FORM, make_brief
from audit.engine.facts import CONTROL_STATES, Control, Grade
from audit.models import Assessment, FactSheetRecord
from audit.reports.outcome import Outcome, read_outcome
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from audit.rulepacks.obligations import list_control_names
from audit.services.outcomes import summarise
from tests.audit.engine.sheets import AS_OF, as_plain, picks, sheets
from tests.audit.scenes import make_vendor_chatbot

KEYS = sorted(key for key in fact_types() if not key.startswith("aia."))


def judge(sheet: dict[str, Any], pick: Random) -> Judgement:
    """A judgement with some controls, on any day of some years."""
    names = sorted(list_control_names())
    chosen = pick.sample(names, pick.randint(0, 12))
    day = AS_OF + timedelta(days=pick.randint(-400, 900))
    controls = {
        name: Control(pick.choice(CONTROL_STATES), pick.choice(list(Grade)), pick.choice((None, day, date(2030, 1, 1))))
        for name in chosen
    }
    return assess("SYS-1", sheet, controls, load_packs(), day)


def find_differing(brief: Any, whole: Any, place: str = "") -> list[str]:
    """Where the brief says something that the whole does not say at the same place."""
    if isinstance(brief, dict):
        return [
            found
            for key, value in brief.items()
            for found in (
                find_differing(value, whole[key], f"{place}.{key}") if key in whole else [f"{place}.{key} is not there"]
            )
        ]
    if isinstance(brief, list) and isinstance(whole, list) and len(brief) == len(whole):
        pairs = enumerate(zip(brief, whole, strict=True))
        return [found for at, (one, two) in pairs for found in find_differing(one, two, f"{place}[{at}]")]
    return [] if brief == whole else [f"{place}: {brief!r} is not {whole!r}"]


@given(sheet=sheets(KEYS), pick=picks())
def test_the_brief_is_a_part_of_the_whole_result(sheet: dict[str, Any], pick: Random) -> None:
    judgement = judge(sheet, pick)
    brief, whole = make_brief(judgement), as_plain(judgement)
    assert brief.pop(FORM) == 1
    assert FORM not in whole  # the key by which one is told from the other
    assert find_differing(brief, whole) == []


@given(sheet=sheets(KEYS), pick=picks())
def test_the_summary_says_what_is_read_from_the_whole_result(sheet: dict[str, Any], pick: Random) -> None:
    judgement = judge(sheet, pick)
    assert without_explanations(summarise(judgement)) == without_explanations(read_outcome(judgement.to_json()))


@given(sheet=sheets(KEYS, least=len(KEYS) - 20), pick=picks())
def test_with_a_decided_class_open_duties_name_what_they_wait_for(sheet: dict[str, Any], pick: Random) -> None:
    judgement = judge(sheet, pick)
    said, read = summarise(judgement).regulation, read_outcome(judgement.to_json()).regulation
    if read.aia_class:
        assert said.undetermined == read.undetermined


def without_explanations(outcome: Outcome) -> Outcome:
    """The outcome without what the summary leaves empty."""
    law = outcome.regulation
    open_duties = tuple(replace(duty, missing=()) for duty in law.undetermined)
    band = replace(law.exposure, fines=(), next_on=None, next_duties=(), missing=())
    # A weight of the law ranks and narrows no score.
    return replace(
        outcome,
        regulation=replace(law, undetermined=open_duties, exposure=band),
        lock_in=replace(outcome.lock_in, drivers=(), groups=()),
        transparency=replace(outcome.transparency, drivers=(), groups=()),
        exit=replace(outcome.exit, ways=()),
        audiences=(),
    )


@pytest.mark.django_db
def test_a_kept_outcome_is_read_as_the_whole_result_of_its_facts_and_its_own_packs() -> None:
    system, _, _ = make_vendor_chatbot()
    packs = load_packs()
    sheet = FactSheetRecord.objects.create(sha256="1" * 64, content={"facts": {}, "controls": {}})
    judgement = assess(system.reference, {}, {}, packs, AS_OF)
    kept = Assessment(
        system=system,
        as_of=AS_OF,
        fact_sheet=sheet,
        packs=dict(packs.hashes),
        engine=ENGINE_VERSION,
        outcome=make_brief(judgement),
        valid_until=judgement.valid_until,
    )
    assert kept.result == judgement.to_json()
    older = Assessment(
        system=system, as_of=AS_OF, fact_sheet=sheet, packs=dict(packs.hashes), engine="0.9", outcome=kept.outcome
    )
    # Another engine cannot compute it: what was kept is shown, and nothing is made up.
    assert older.result["engine"] == "0.9"
    assert older.result["lock_in"] == kept.outcome["lock_in"]
    assert read_outcome(older.result).lock_in.drivers == ()
