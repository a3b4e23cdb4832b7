"""Which points of Annex III a system will fall under once it is in service; before that day the Act is silent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from audit.engine.facts import JsonValue, parse_sheet
from audit.engine.logic import Members
from audit.engine.regulatory.judging import derive_facts
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types

_POINTS: Final = "aia.annex_points"


def find_points_on_go_live(facts: Mapping[str, JsonValue], as_of: date) -> tuple[str, ...]:
    """The points that are certain once the stage is in service, sorted; none if the packs ask for no go-live."""
    packs = load_packs().regulatory
    rule = next((pack.go_live for pack in packs if pack.go_live is not None), None)
    sheet = parse_sheet(facts, fact_types())
    stage = sheet.get(rule.fact) if rule is not None else None
    if rule is None or stage is None:
        return ()
    later = {**sheet, rule.fact: replace(stage, value=rule.becomes)}
    points = derive_facts(later, packs, as_of).values.get(_POINTS)
    return tuple(sorted(points.certain)) if isinstance(points, Members) else ()
