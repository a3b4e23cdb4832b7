"""The maximum fine behind each unmet duty in force, as an interval while size or turnover is not known.

No sum is made: fines of different laws, and of one law for one conduct, do not add up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from audit.engine.expressions import Situation, Values
from audit.engine.facts import JsonValue
from audit.engine.findings import Duty, Outcome
from audit.engine.logic import UNKNOWN
from audit.engine.rules import RulePack, Sanction, Undertaking

UNMET: Final = (Outcome.NOT_SATISFIED, Outcome.UNDETERMINED)
HIGHER, LOWER, OPEN = "higher", "lower", "open"


@dataclass(frozen=True, slots=True)
class Exposure:
    """The maximum fine for one duty, in whole units of ``currency``.

    ``fixed`` and ``turnover_percent`` are the law's formula, and ``which`` of the two amounts counts: the
    ``higher``, the ``lower``, or ``open`` while the size of the house is not known. ``low`` and ``high`` are what
    it comes to: ``low`` is ``None`` where no lower end can be told, never zero; ``high`` where none can be told:
    the law names no ceiling, the turnover is not known, or it is in another currency. ``applies_from`` is a day
    that has not come yet, before which no fine can be imposed.
    """

    id: str
    rule: str
    outcome: Outcome
    scope: str
    act: str
    basis: str
    text: str
    currency: str
    fixed: float | None
    turnover_percent: float | None
    which: str
    low: float | None
    high: float | None
    applies_from: date | None
    note: str

    @property
    def ceiling(self) -> dict[str, JsonValue]:
        """The fine without the duty it stands behind: duties that share it are told together."""
        found: dict[str, JsonValue] = {
            "scope": self.scope,
            "act": self.act,
            "basis": self.basis,
            "currency": self.currency,
            "fixed": self.fixed,
            "turnover_percent": self.turnover_percent,
            "which": self.which,
            "low": self.low,
            "high": self.high,
        }
        if self.applies_from is not None:
            found["applies_from"] = self.applies_from.isoformat()
        if self.fixed is None:
            found["text"] = self.text  # where there is an amount, the formula says it all
        if self.note:
            found["note"] = self.note
        return found

    def to_json(self) -> dict[str, JsonValue]:
        """Give the exposure as plain data."""
        return {"id": self.id, "rule": self.rule, "outcome": self.outcome.value, **self.ceiling}


class _House(NamedTuple):
    """What fines hang on: the size, the turnover in the currency of the fine, and whether it is a public body."""

    is_relieved: bool | None
    turnover: float | None
    is_public: bool | None


def find_exposure(
    duties: Sequence[Duty], situation: Situation, packs: Sequence[RulePack], as_of: date
) -> tuple[Exposure, ...]:
    """The maximum fine of every duty in force on the day that is not met, or not known to be, in the duties' order.

    A duty of which the day is not known counts as one that may be in force.
    ``situation`` holds the facts and what the packs derive of them, as ``derive_facts`` gives it.
    """
    by_id = {pack.id: pack for pack in packs}
    found = []
    for duty in duties:
        if duty.outcome in UNMET:
            pack = by_id[str(duty.static["pack"])]
            possible = _still_possible(pack.rule_by_id[duty.rule].sanctions, situation.values, as_of)
            if possible:
                found.append(_expose(duty, possible, pack, situation.values, as_of))
    return tuple(found)


def group_fines(exposures: Sequence[Exposure]) -> list[JsonValue]:
    """The same fine once, with the duties behind it that are not met and those of which nothing shows it."""
    together: dict[str, tuple[dict[str, JsonValue], list[JsonValue], list[JsonValue]]] = {}
    for one in exposures:
        ceiling = one.ceiling
        _, unmet, unshown = together.setdefault(repr(ceiling), (ceiling, [], []))
        (unmet if one.outcome is Outcome.NOT_SATISFIED else unshown).append(one.id)
    return [{**ceiling, "unmet": unmet, "unshown": unshown} for ceiling, unmet, unshown in together.values()]


def _still_possible(sanctions: Sequence[Sanction], values: Values, as_of: date) -> list[Sanction]:
    """The first sanction that holds; while that is open, all of which one may be it."""
    possible: list[Sanction] = []
    for sanction in sanctions:
        is_special = sanction.when is not None
        if is_special and sanction.applies_from is not None and as_of < sanction.applies_from:
            continue
        truth = True if sanction.when is None else sanction.when.decide(values)
        if truth is not False:
            possible.append(sanction)
        if truth is True:
            break
    return possible


def find_missing(duties: Sequence[Duty], situation: Situation, packs: Sequence[RulePack], as_of: date) -> list[str]:
    """The facts not known that would narrow a maximum fine: size, turnover, public body, and what decides the basis."""
    by_id = {pack.id: pack for pack in packs}
    missing: dict[str, None] = {}
    for duty in duties:
        if duty.outcome not in UNMET:
            continue
        pack = by_id[str(duty.static["pack"])]
        possible = _still_possible(pack.rule_by_id[duty.rule].sanctions, situation.values, as_of)
        for sanction in possible:
            if sanction.when is not None and sanction.when.decide(situation.values) is None:
                missing |= dict.fromkeys(situation.waits_for(sanction.when)[1])
            house = pack.undertaking
            if house is None or sanction.fixed is None:
                continue
            asked = [house.public_body]
            asked += [house.size] if sanction.lower_of_for else []
            asked += [house.turnover] if sanction.turnover_percent and house.currency == sanction.currency else []
            missing |= dict.fromkeys(key for key in asked if key and key not in situation.values)
    return [*missing]


def _expose(duty: Duty, possible: Sequence[Sanction], pack: RulePack, values: Values, as_of: date) -> Exposure:
    first, last = possible[0], possible[-1]
    houses = [_describe_house(sanction, pack.undertaking, values, as_of) for sanction in possible]
    ends = [_range(sanction, house) for sanction, house in zip(possible, houses, strict=True)]
    lows, highs = [low for low, _ in ends], [high for _, high in ends]
    ways = {_which(sanction, house) for sanction, house in zip(possible, houses, strict=True)}
    starts = last.applies_from
    public = pack.undertaking.of_public_bodies if pack.undertaking and houses[-1].is_public else ""
    return Exposure(
        id=duty.id,
        rule=duty.rule,
        outcome=duty.outcome,
        scope=str(duty.static.get("scope", "system")),
        act=str(duty.static["citation"]).partition(", ")[0],
        basis=", or ".join(sanction.basis for sanction in possible),
        text=last.text,
        currency=first.currency,
        fixed=first.fixed,
        turnover_percent=first.turnover_percent,
        which=ways.pop() if len(ways) == 1 else OPEN,
        low=None if None in lows else min(low for low in lows if low is not None),
        high=None if None in highs else max(high for high in highs if high is not None),
        applies_from=starts if starts is not None and as_of < starts else None,
        note=public,
    )


def _describe_house(sanction: Sanction, undertaking: Undertaking | None, values: Values, as_of: date) -> _House:
    if undertaking is None:
        return _House(None if sanction.lower_of_for else False, None, False)
    size = values.get(undertaking.size, UNKNOWN)
    public = values.get(undertaking.public_body, UNKNOWN) if undertaking.public_body else False
    turnover = values.get(undertaking.turnover, UNKNOWN) if undertaking.currency == sanction.currency else UNKNOWN
    adopted = undertaking.relief_adopted_from
    relieved = {name for name in sanction.lower_of_for if name not in adopted or as_of >= adopted[name]}
    return _House(
        is_relieved=False if not relieved else None if size is UNKNOWN else size in relieved,
        # Known to be none is no turnover of zero: nobody has a figure.
        turnover=float(turnover) if isinstance(turnover, int | float) else None,
        is_public=public if isinstance(public, bool) else None,
    )


def _which(sanction: Sanction, house: _House) -> str:
    """Which of the two amounts counts; nothing where there are not two."""
    if sanction.fixed is None or sanction.turnover_percent is None or house.is_public:
        return ""
    return OPEN if house.is_relieved is None else LOWER if house.is_relieved else HIGHER


def _range(sanction: Sanction, house: _House) -> tuple[float | None, float | None]:
    """The lowest and the highest the maximum can be, over what is not known of size, turnover and kind of house."""
    fixed, percent = sanction.fixed, sanction.turnover_percent
    if fixed is None:
        return None, None
    if house.is_public:
        return None, fixed  # a public body has no turnover, and whether it is fined at all is left to national law
    if percent is None:
        return (None if house.is_public is None else fixed), fixed
    share = None if house.turnover is None else house.turnover * percent / 100
    lower = (None, fixed) if share is None else (min(fixed, share), min(fixed, share))
    higher = (fixed, None) if share is None else (max(fixed, share), max(fixed, share))
    low = higher[0] if house.is_relieved is False else lower[0]
    high = lower[1] if house.is_relieved is True else higher[1]
    return (None if house.is_public is None else low), high


def next_day(duties: Sequence[Duty], as_of: date) -> dict[str, JsonValue] | None:
    """The nearest later day on which a duty starts or may start, with the duties of that day."""
    by_day: dict[date, list[str]] = {}
    for duty in duties:
        days = [*duty.stages.values(), *duty.possible_days, *([duty.applies_from] if duty.applies_from else [])]
        for day in days:
            if day > as_of:
                by_day.setdefault(day, []).append(duty.id)
    if not by_day:
        return None
    first = min(by_day)
    return {"on": first.isoformat(), "duties": [*dict.fromkeys(by_day[first])]}


def find_unmet(duties: Sequence[Duty], scope: str) -> Mapping[Outcome, Sequence[Duty]]:
    """The duties of a scope that are in force and not met, and those of which nothing shows it or tells the day."""
    return {
        outcome: [duty for duty in duties if duty.outcome is outcome and duty.static.get("scope", "system") == scope]
        for outcome in UNMET
    }
