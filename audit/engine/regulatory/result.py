"""The regulatory part of an assessment, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from audit.engine.facts import JsonValue
from audit.engine.findings import Duty
from audit.engine.regulatory.missing import Ledger, MissingFact, Undetermined

# The keys of DESIGN §3 that a pack may answer, with what they hold while no pack does.
ANSWERS: Final[Mapping[str, JsonValue]] = {
    "aia_class": None,
    "possible_classes": [],
    "class_on_go_live": None,
    "aia_roles": [],
    "possible_roles": [],
    "annex_iii_points": [],
    "art_5_points": [],
    "gpai_class": None,
    "grandfathered_art_111_2": None,
    "scope_rule": None,
    "high_risk_duties_from": None,
}


@dataclass(frozen=True, slots=True)
class RegulatoryResult:
    """The regulatory part of an assessment; ``valid_until`` is the first day on which time alone could change it."""

    answers: Mapping[str, JsonValue]
    duties: tuple[Duty, ...]
    undetermined: tuple[Undetermined, ...]
    ledger: Ledger = field(repr=False, compare=False)
    readings: tuple[Mapping[str, JsonValue], ...]
    past_review: tuple[str, ...]
    valid_until: date | None

    @property
    def missing(self) -> tuple[MissingFact, ...]:
        """Every missing fact once, most decisive first; traced back on the first request."""
        return self.ledger.rank()

    def to_json(self) -> dict[str, JsonValue]:
        """Give the "regulatory" object of DESIGN §3, and beside it what the pages and the report show."""
        result: dict[str, JsonValue] = {**ANSWERS, **self.answers}
        result["duties"] = [duty.to_json() for duty in self.duties]
        result["undetermined"] = [entry.to_json() for entry in self.undetermined]
        result["missing_facts"] = [fact.key for fact in self.missing]
        result["missing_details"] = [fact.to_json() for fact in self.missing]
        result["readings"] = [dict(reading) for reading in self.readings]
        result["past_review"] = [*self.past_review]
        return result
