"""What is kept and what findings are derived from is what the whole result says, for any facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any, cast

import pytest
from hypothesis import given

from audit.engine.assess import ENGINE_VERSION, assess
from audit.engine.assess import Assessment as Judgement
from audit.engine.brief import FORM, make_brief, read_orderly_margin, read_short_from
from audit.engine.brief_writing import BriefWriter
from audit.engine.canonical import to_canonical_json
from audit.engine.facts import CONTROL_STATES, Control, Grade
from audit.models import Assessment, FactSheetRecord, OutcomeRecord, PackSetRecord
from audit.reports.outcome import Outcome, read_outcome
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from audit.rulepacks.obligations import list_control_names
from audit.selectors.missing import list_missing
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
    brief, whole = cast("dict[str, Any]", make_brief(judgement.outcome())), as_plain(judgement)
    assert brief.pop(FORM) == 3
    assert FORM not in whole  # the key by which one is told from the other
    missing = [set_of(brief[part].pop("missing")) for part in ("regulatory", "lock_in", "transparency")]
    # The whole result ranks what is missing; the brief only names it.
    assert missing == [set(whole[part]["missing_facts"]) for part in ("regulatory", "lock_in", "transparency")]
    # Days that are counted down to a date are kept as the date.
    orderly = [brief["lock_in"].pop(name) for name in ("orderly_margin_days", "orderly_short_from")]
    assert None in orderly
    kept = dict(zip(("orderly_margin_days", "orderly_short_from"), orderly, strict=True))
    assert read_orderly_margin(kept, judgement.as_of) == whole["lock_in"]["orderly_margin_days"]
    assert read_short_from(kept) == read_short_from(whole["lock_in"]) == orderly[1]
    assert find_differing(brief, whole) == []


def set_of(missing: dict[str, Any]) -> set[str]:
    """The keys that a brief names as missing: under open answers and duties in the law, by points in a score."""
    if "answers" not in missing:
        return set(missing)
    return {key for keys in missing["answers"].values() for key in keys} | set(missing["duties"])


@given(sheet=sheets(KEYS), pick=picks())
def test_the_text_that_is_kept_is_that_of_the_brief(sheet: dict[str, Any], pick: Random) -> None:
    outcomes = [judge(sheet, pick).outcome() for _ in range(2)]
    writer = BriefWriter()
    for outcome in (*outcomes, *outcomes):  # what was written once is found again
        assert writer.write(outcome) == to_canonical_json(make_brief(outcome))


@given(sheet=sheets(KEYS), pick=picks())
def test_what_is_listed_as_missing_is_what_the_whole_result_ranks(sheet: dict[str, Any], pick: Random) -> None:
    judgement = judge(sheet, pick)
    of_brief, of_whole = list_missing(make_brief(judgement.outcome())), list_missing(as_plain(judgement))
    # Of equally open facts the brief keeps the order of the packs; which ones they are is the same.
    assert {(one.key, one.decides_class, one.duties, one.points) for one in of_brief} == {
        (one.key, one.decides_class, one.duties, one.points) for one in of_whole
    }


@given(sheet=sheets(KEYS), pick=picks())
def test_the_summary_says_what_is_read_from_the_whole_result(sheet: dict[str, Any], pick: Random) -> None:
    judgement = judge(sheet, pick)
    said = summarise(judgement.outcome(), judgement.packs)
    assert without_explanations(said) == without_explanations(read_outcome(judgement.to_json()))


def without_explanations(outcome: Outcome) -> Outcome:
    """The outcome without what the summary leaves empty."""
    law = outcome.regulation
    open_duties = tuple(replace(duty, missing=()) for duty in law.undetermined)
    band = replace(law.exposure, fines=(), next_on=None, next_duties=(), missing=())
    return replace(
        outcome,
        regulation=replace(law, undetermined=open_duties, exposure=band, missing=(), disputed=()),
        lock_in=replace(outcome.lock_in, drivers=(), groups=(), missing=()),
        transparency=replace(outcome.transparency, drivers=(), groups=(), missing=()),
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
        pack_set=PackSetRecord(content=dict(packs.hashes)),
        engine=ENGINE_VERSION,
        outcome_record=OutcomeRecord(content=make_brief(judgement.outcome())),
        valid_until=judgement.valid_until,
    )
    assert kept.result == judgement.to_json()
    older = Assessment(
        system=system,
        as_of=AS_OF,
        fact_sheet=sheet,
        pack_set=PackSetRecord(content=dict(packs.hashes)),
        engine="0.9",
        outcome_record=kept.outcome_record,
    )
    # Another engine cannot compute it: what was kept is shown, and nothing is made up.
    assert older.result["engine"] == "0.9"
    assert older.result["lock_in"] == kept.outcome["lock_in"]
    assert read_outcome(older.result).lock_in.drivers == ()
