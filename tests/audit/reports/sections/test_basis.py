"""What counts as law in a report: its disputed readings, with the day and the source that the pack gives them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from audit.engine.facts import parse_sheet
from audit.engine.regulatory import judge_regulation
from audit.models import RulePackRecord
from audit.reports.outcome import read_outcome
from audit.reports.sections.basis import build_method
from audit.reports.sections.front import Entry
from audit.rulepacks import load_packs
from audit.rulepacks.cases import read_defaults
from audit.rulepacks.contents import read_pack_content
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import RULEPACKS
from tests.audit.reports.example import make_records

MARGIN: dict[str, Any] = {
    "role.uses": True,
    "sys.use_cases": ["creditworthiness"],
    "sys.evaluates": "natural_persons",
    "sys.credit_product": ["margin_trading"],
}


def list_disputed(*, is_kept: bool = True) -> tuple[Entry, ...]:
    """The readings as a report of a securities loan tells them; with the pack as it is kept, or as of long ago."""
    known: dict[str, Any] = {**read_defaults(RULEPACKS / "eu_ai_act"), **MARGIN}
    sheet = parse_sheet(known, fact_types())
    packs = [pack for pack in load_packs().regulatory if pack.id == "eu_ai_act"]
    law: Any = json.loads(json.dumps(judge_regulation(sheet, {}, packs, date(2026, 11, 20)).to_json()))
    [pack] = packs
    content = read_pack_content(pack.id, pack.sha256) if is_kept else {"title": "AI Act"}
    used = RulePackRecord(pack=pack.id, version=pack.version, sha256=pack.sha256, content=content)
    outcome = read_outcome({"regulatory": law})
    return tuple(
        entry
        for entry in build_method(replace(make_records(), outcome=outcome, packs=[used])).disputed
        if "304" in entry.value
    )


def test_a_disputed_reading_is_told_with_its_day_and_where_it_was_read() -> None:
    """The draft guidelines on high-risk classification are of 19 May 2026."""
    [entry] = list_disputed()
    assert "paragraphs 304 and 323; not adopted. Confidence medium." in entry.value
    assert "Both can be read since 19 May 2026. Read on 20 November 2026 in https://digital-strategy" in entry.value


def test_of_a_pack_that_gives_no_day_none_is_told() -> None:
    [entry] = list_disputed(is_kept=False)
    assert entry.value.endswith("not adopted. Confidence medium.")


@pytest.mark.parametrize(("language", "says"), [("de", "Beide Lesarten bestehen seit dem 19.\xa0Mai 2026.")])
def test_it_is_told_in_the_language_of_the_report(language: str, says: str) -> None:
    with translation.override(language):
        [entry] = list_disputed()
    assert says in entry.value
