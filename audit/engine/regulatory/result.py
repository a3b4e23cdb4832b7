"""The regulatory part of an assessment, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

from audit.engine.facts import JsonValue
from audit.engine.findings import Duty
from audit.engine.logic import UNKNOWN
from audit.engine.regulatory.bands import ExposureBand, find_band
from audit.engine.regulatory.exposure import Exposure, find_exposure, find_missing, group_fines, next_day
from audit.engine.regulatory.missing import Ledger, MissingFact, Undetermined
from audit.engine.regulatory.outcome import LawOutcome, list_asked, list_missing, open_rule
from audit.engine.rules import RulePack

# The keys of DESIGN §3 that a pack may answer, with what they hold while no pack does.
ANSWERS: Final[Mapping[str, JsonValue]] = {
    "aia_class": None,
    "possible_classes": [],
    "class_on_go_live": None,
    "annex_iii_points_on_go_live": None,
    "aia_roles": [],
    "possible_roles": [],
    "annex_iii_points": [],
    "art_5_points": [],
    "gpai_class": None,
    "grandfathered_art_111_2": None,
    "scope_rule": None,
    "high_risk_duties_from": None,
}


@dataclass(frozen=True)
class RegulatoryResult:
    """The regulatory part of an assessment; ``valid_until`` is the first day on which time alone could change it."""

    answers: Mapping[str, JsonValue]
    duties: tuple[Duty, ...]
    undetermined: tuple[Undetermined, ...]
    ledger: Ledger = field(repr=False, compare=False)
    readings: tuple[Mapping[str, JsonValue], ...]
    past_review: tuple[str, ...]
    valid_until: date | None
    packs: Sequence[RulePack] = field(default=(), repr=False, compare=False)
    as_of: date = field(default=date.min, repr=False, compare=False)

    @property
    def exposures(self) -> tuple[Exposure, ...]:
        """The maximum fine behind each duty in force that is not met or not shown to be."""
        return find_exposure(self.duties, self.ledger.situation, self.packs, self.as_of)

    def find_band(self) -> ExposureBand | None:
        """The band of legal exposure; none without a pack that brings a decision table."""
        return self._band

    @cached_property
    def _band(self) -> ExposureBand | None:
        table = next((pack.exposure for pack in self.packs if pack.exposure is not None), None)
        if table is None:
            return None
        datum = self.ledger.situation.values.get(table.reads, UNKNOWN)
        return find_band(table, datum, self.duties, self.undetermined, self.as_of)

    def describe_exposure(self) -> dict[str, JsonValue]:
        """The band with the row it was read from, each maximum fine with its duties, and the nearest day to come.

        No sum is made.
        """
        band = self.find_band()
        given: dict[str, JsonValue] = {"band": None} if band is None else band.to_json()
        given["fines"] = group_fines(self.exposures)
        given["next"] = next_day(self.duties, self.as_of)
        given["missing_facts"] = [*find_missing(self.duties, self.ledger.situation, self.packs, self.as_of)]
        return given

    @property
    def missing(self) -> tuple[MissingFact, ...]:
        """Every missing fact once, most decisive first; traced back on the first request."""
        return self.ledger.rank()

    def outcome(self) -> LawOutcome:
        """The result without explanations: what is kept of it; nothing is weighed."""
        return LawOutcome(
            answers=self.answers,
            duties=self.duties,
            undetermined=tuple([open_rule(entry.to, entry.version) for entry in self.undetermined]),
            missing=list_missing(self.ledger, self.packs),
            band=self.find_band(),
            past_review=self.past_review,
            valid_until=self.valid_until,
            asked=list_asked(self.undetermined, self.packs),
        )

    def to_json(self) -> dict[str, JsonValue]:
        """Give the "regulatory" object of DESIGN §3, and beside it what the pages and the report show."""
        result: dict[str, JsonValue] = {**ANSWERS, **self.answers}
        result["duties"] = [duty.to_json() for duty in self.duties]
        result["undetermined"] = [entry.to_json() for entry in self.undetermined]
        result["exposure"] = self.describe_exposure()
        result["missing_facts"] = [fact.key for fact in self.missing]
        result["missing_details"] = [fact.to_json() for fact in self.missing]
        result["readings"] = [dict(reading) for reading in self.readings]
        result["past_review"] = [*self.past_review]
        return result
