"""The maximum fine behind each unmet duty in force, as an interval while size or turnover is not known.

No sum is made: fines of different laws, and of one law for one conduct, do not add up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from audit.engine.expressions import Situation
from audit.engine.facts import FactSheet, JsonValue
from audit.engine.findings import Duty, Outcome
from audit.engine.logic import UNKNOWN
from audit.engine.regulatory.judging import derive_facts
from audit.engine.regulatory.result import RegulatoryResult
from audit.engine.rules import Rule, RulePack, Sanction, Undertaking

UNMET = (Outcome.NOT_SATISFIED, Outcome.UNDETERMINED)


@dataclass(frozen=True, slots=True)
class Exposure:
    """The maximum fine for one duty, in whole units of ``currency``.

    ``low`` is ``None`` where the law names no ceiling, ``high`` where none can be told: the
    turnover is not known, or it is in another currency.
    """

    id: str
    rule: str
    outcome: Outcome
    basis: str
    text: str
    currency: str
    low: float | None
    high: float | None

    def to_json(self) -> dict[str, JsonValue]:
        """Give the exposure as plain data."""
        return {
            "id": self.id,
            "rule": self.rule,
            "outcome": self.outcome.value,
            "basis": self.basis,
            "text": self.text,
            "currency": self.currency,
            "low": self.low,
            "high": self.high,
        }


def find_exposure(
    result: RegulatoryResult, sheet: FactSheet, packs: Sequence[RulePack], as_of: date
) -> tuple[Exposure, ...]:
    """The maximum fine of every duty in force on the day that is not met, or not known to be, in the duties' order."""
    situation = derive_facts(sheet, packs, as_of)
    rules = {rule.id: (pack, rule) for pack in packs for rule in pack.rules}
    found = []
    for duty in result.duties:
        pack, rule = rules[duty.rule]
        if duty.in_force and duty.outcome in UNMET and rule.sanctions:
            found.append(_expose(duty, rule, pack.undertaking, situation))
    return tuple(found)


def _expose(duty: Duty, rule: Rule, undertaking: Undertaking | None, situation: Situation) -> Exposure:
    """The first sanction that holds; while that is open, from the lowest to the highest of those possible."""
    possible: list[Sanction] = []
    for sanction in rule.sanctions:
        truth = True if sanction.when is None else sanction.when.decide(situation.values)
        if truth is not False:
            possible.append(sanction)
        if truth is True:
            break
    ranges = [_range(sanction, undertaking, situation) for sanction in possible]
    lows, highs = [low for low, _ in ranges], [high for _, high in ranges]
    return Exposure(
        id=duty.id,
        rule=duty.rule,
        outcome=duty.outcome,
        basis=", or ".join(sanction.basis for sanction in possible),
        text=possible[-1].text,
        currency=possible[0].currency,
        low=_least(lows),
        high=_greatest(highs),
    )


def _range(
    sanction: Sanction, undertaking: Undertaking | None, situation: Situation
) -> tuple[float | None, float | None]:
    """The lowest and the highest the maximum can be, over what is not known of size and turnover."""
    fixed, percent = sanction.fixed, sanction.turnover_percent
    if fixed is None:
        return None, None
    if percent is None:
        return fixed, fixed
    share = _share(percent, sanction, undertaking, situation.values)
    relieved = _is_relieved(sanction, undertaking, situation.values)
    ends = (
        [(min(fixed, share[0]), fixed if share[1] is None else min(fixed, share[1]))] if relieved is not False else []
    )
    if relieved is not True:
        ends.append((max(fixed, share[0]), float("inf") if share[1] is None else max(fixed, share[1])))
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    return low, None if high == float("inf") else high


def _share(
    percent: float, sanction: Sanction, undertaking: Undertaking | None, values: Mapping[str, object]
) -> tuple[float, float | None]:
    """The share of the turnover, from nothing to open while the turnover is not known in this currency."""
    if undertaking is None or undertaking.currency != sanction.currency:
        return 0.0, None
    turnover = values.get(undertaking.turnover, UNKNOWN)
    if turnover is None:
        return 0.0, None  # known to be none is no turnover of zero: nobody has a figure
    if isinstance(turnover, int | float):
        return turnover * percent / 100, turnover * percent / 100
    return 0.0, None


def _is_relieved(sanction: Sanction, undertaking: Undertaking | None, values: Mapping[str, object]) -> bool | None:
    """Whether the lower of the two amounts counts for a house of this size."""
    if not sanction.lower_of_for:
        return False
    size = values.get(undertaking.size, UNKNOWN) if undertaking else UNKNOWN
    return None if size is UNKNOWN else size in sanction.lower_of_for


def _least(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return min(known) if len(known) == len(values) else None


def _greatest(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return max(known) if len(known) == len(values) else None
