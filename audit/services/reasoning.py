"""Why an assessment came out as it did, and what would change its class: worked out again on demand, nothing kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from audit.engine.assess import PackSet
from audit.engine.facts import FactSheet, FactSheetError, JsonValue, parse_sheet
from audit.engine.regulatory.flips import find_flips
from audit.engine.regulatory.proving import prove_regulation
from audit.models import Assessment
from audit.rulepacks import load_packs
from audit.rulepacks.contents import read_pack_content
from audit.rulepacks.facts import fact_types


class OtherRulesError(Exception):
    """The assessment was made by other rules or questions than those in use now; it has to be made anew first."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """The proof as ``prove_regulation`` gives it, and what each derived fact says, by key."""

    proof: Mapping[str, Any]
    statements: Mapping[str, str]


def find_reasons(assessment: Assessment) -> Reasons:
    """Prove the outcome from the facts kept with it; raises ``OtherRulesError`` when the rules are others now."""
    sheet, packs = _open(assessment)
    return Reasons(prove_regulation(sheet, packs.regulatory, assessment.as_of), _read_statements(packs))


def list_flips(assessment: Assessment) -> list[dict[str, Any]]:
    """For each other class the smallest changes of facts that lead to it, as ``Flip.to_json`` gives them.

    Kept in the cache by its inputs, since it takes some 50 ms; raises ``OtherRulesError`` as above.
    """
    key = f"flips:{assessment.fact_sheet.sha256}:{assessment.packs_hash}:{assessment.as_of}"
    found: list[dict[str, Any]] | None = cache.get(key)
    if found is None:
        sheet, packs = _open(assessment)
        flips = find_flips(sheet, packs.regulatory, assessment.as_of, fact_types())
        found = [dict(flip.to_json()) for flip in flips]
        cache.set(key, found)
    return found


def _open(assessment: Assessment) -> tuple[FactSheet, PackSet]:
    packs = load_packs()
    if dict(packs.hashes) != assessment.packs:
        raise OtherRulesError("The rules have changed since this assessment; assess the system again to see why.")
    try:
        return parse_sheet(assessment.fact_sheet.content["facts"], fact_types()), packs
    except FactSheetError as wrong:
        raise OtherRulesError(
            "The questions have changed since this assessment; assess the system again to see why."
        ) from wrong


def _read_statements(packs: PackSet) -> dict[str, str]:
    """What the packs say of each fact that they derive."""
    found: dict[str, str] = {}
    for pack in packs.regulatory:
        content = read_pack_content(pack.id, pack.sha256).get("classification.yaml")
        derived: JsonValue = content.get("derived") if isinstance(content, dict) else None
        for entry in derived if isinstance(derived, list) else ():
            if isinstance(entry, dict):
                found[str(entry["fact"])] = str(entry["says"])
    return found
