"""Whether the portfolio's order by lock-in and by transparency survives each weight moved by a fifth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from audit.engine.assess import PackSet
from audit.engine.facts import FactSheet, JsonValue, parse_sheet
from audit.engine.lock_in import judge_lock_in
from audit.engine.scoring.sensitivity import Sensitivity, measure_sensitivity
from audit.engine.transparency import judge_transparency
from audit.models import Standing
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from governance.choices import LifecycleStage


@dataclass(frozen=True, slots=True)
class Robustness:
    """How firm the two orders are; the sentence beside each is ``lock_in.line`` and ``transparency.line``."""

    as_of: date
    lock_in: Sensitivity
    transparency: Sensitivity

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data."""
        return {
            "as_of": self.as_of.isoformat(),
            "systems": self.lock_in.systems,
            "lock_in": self.lock_in.to_json(),
            "transparency": self.transparency.to_json(),
        }


def measure_robustness(sheets: Mapping[str, FactSheet], packs: PackSet, as_of: date) -> Robustness:
    """Move each weight of both models over the fact sheets; the names are those of the systems in the sentence."""
    return Robustness(
        as_of,
        measure_sensitivity({name: judge_lock_in(sheet, packs.lock_in, as_of).score for name, sheet in sheets.items()}),
        measure_sensitivity(
            {name: judge_transparency(sheet, packs.transparency, as_of).score for name, sheet in sheets.items()}
        ),
    )


def read_robustness(as_of: date) -> Robustness:
    """The same for the register: the fact sheets of the latest assessments, in one query.

    Systems that were never assessed stand in no order yet and are left out, as are withdrawn ones.
    """
    types, packs = fact_types(), load_packs(())
    # The facts that law alone reads are two thirds of a sheet, and need not be parsed for the scores.
    read = packs.lock_in.reads | packs.transparency.score.keys
    sheets = {
        reference: parse_sheet({key: fact for key, fact in content["facts"].items() if key in read}, types)
        for reference, content in _latest_sheets()
    }
    return measure_robustness(sheets, packs, as_of)


def _latest_sheets() -> Iterable[tuple[str, Mapping[str, Mapping[str, JsonValue]]]]:
    return (
        Standing.objects.filter(assessment__isnull=False)
        .exclude(system__stage=LifecycleStage.WITHDRAWN)
        .order_by("system__reference")
        .values_list("system__reference", "assessment__fact_sheet__content")
        .iterator(chunk_size=500)
    )
