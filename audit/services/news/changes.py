"""The difference of two stored outcomes, item by item: before, after, how grave, and whether fact, law or method moved.

The values are those that were stored. The causes come from the engine's own comparison, which exchanges facts, law
and method one after another; where that cannot be made, they are those of all that moved between the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from audit.engine.assess import ENGINE_VERSION
from audit.engine.brief import read_short_from
from audit.engine.diff import REGULATORY, Cause, Change, compare
from audit.engine.facts import FactSheetError, JsonValue
from audit.models import Assessment, Rating
from audit.models.results import read_inputs
from audit.portfolio.duties_calendar import by_number
from audit.rulepacks import PackError, load_packs
from audit.services.chunks import JUDGEMENT_ERRORS

MOST_CHANGED_FACTS: Final = 25
"""With more changed facts the exact comparison costs too much; the cause of all that moved is given instead."""

OPEN: Final = "open"
"""The outcome of a duty of which nobody knows whether it applies; an ``undetermined`` one applies, without a record."""

_ANSWERS: Final = (
    "aia_class",
    "possible_classes",
    "class_on_go_live",
    "aia_roles",
    "annex_iii_points",
    "art_5_points",
    "gpai_class",
    "grandfathered_art_111_2",
    "high_risk_duties_from",
)
_SCORES: Final[Mapping[str, Sequence[str]]] = {
    "lock_in": ("band", "low", "high", "exit_time_days", "orderly_margin_days", "sudden_margin_days"),
    "transparency": ("band", "low", "high"),
}
_SEVERITIES: Final = {
    "critical": Rating.VERY_HIGH,
    "high": Rating.HIGH,
    "medium": Rating.MODERATE,
    "low": Rating.LOW,
}
_ORDER: Final = Rating.values
Key = tuple[str, str]
_MARGIN: Final = ("lock_in", "orderly_margin_days")
_SHORT_FROM: Final = ("lock_in", "orderly_short_from")
Items = dict[Key, JsonValue]


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two outcomes, as plain data; ``is_exact`` when each item's own cause was computed."""

    changes: list[dict[str, JsonValue]]
    is_exact: bool

    @property
    def causes(self) -> list[str]:
        """The causes of all items, in the order fact, law, method."""
        found = {cause for change in self.changes for cause in _texts(change["causes"])}
        return [cause.value for cause in Cause if cause.value in found]

    @property
    def rating(self) -> Rating:
        """That of the gravest item; low where nothing grave moved."""
        return gravest(str(change["rating"]) for change in self.changes)


def gravest(ratings: Iterable[str]) -> Rating:
    """The gravest of some ratings; low if there is none."""
    return Rating(max(ratings, key=_ORDER.index, default=Rating.LOW))


def find_difference(before: Assessment, after: Assessment, *, may_compute: bool = True) -> Difference:
    """Compare two stored outcomes of one system; without ``may_compute`` nothing is judged again."""
    old, new = list_items(before.outcome), list_items(after.outcome)
    every = sorted({*old, *new}, key=lambda key: (key[0], by_number(key[1])))
    keys = [key for key in every if old.get(key) != new.get(key)]
    if not keys:
        return Difference([], is_exact=True)
    coarse = _Coarse(before, after)
    computed = _compare(before, after) if may_compute and not coarse.is_certain else None
    changes: list[dict[str, JsonValue]] = []
    for key in keys:
        change = (computed or {}).get(_MARGIN if key == _SHORT_FROM else key)
        causes = change.causes if change else coarse.name(key[0])
        # Two facts that moved an item only together stand in for each other: then all that changed are named.
        named = change.facts if change and change.facts else coarse.facts[:MOST_CHANGED_FACTS]
        facts: list[JsonValue] = [*named] if Cause.FACT in causes else []
        changes.append(
            {
                "part": key[0],
                "item": key[1],
                "title": name_duty(key[1]).title,
                "before": old.get(key),
                "after": new.get(key),
                "rating": rate_change(key[1], new.get(key)).value,
                "causes": [cause.value for cause in causes],
                "facts": facts,
            }
        )
    changes.sort(key=lambda change: (-_ORDER.index(str(change["rating"])), str(change["item"]).startswith("duty:")))
    return Difference(changes, is_exact=computed is not None or coarse.is_certain)


def list_items(result: Mapping[str, JsonValue]) -> Items:
    """What is compared of a stored outcome: the answers and duties of the law, both scores, the days of an exit."""
    law = _mapping(result.get("regulatory"))
    items: Items = {(REGULATORY, key): law.get(key) for key in _ANSWERS}
    for duty in _rows(law.get("undetermined")):
        if "rule" in duty:
            items[REGULATORY, f"duty:{duty['rule']}"] = {
                "id": duty.get("id"),
                "outcome": OPEN,
                "applies_from": None,
            }
    for duty in _rows(law.get("duties")):
        items[REGULATORY, f"duty:{duty.get('rule')}"] = {
            "id": duty.get("id"),
            "outcome": duty.get("outcome"),
            "applies_from": duty.get("applies_from"),
        }
    for part, names in _SCORES.items():
        score = _mapping(result.get(part))
        items |= {(part, name): score.get(name) for name in names}
    short_from = read_short_from(_mapping(result.get("lock_in")))
    if short_from is not None:
        # What is counted down to a date moves only with the date.
        items |= {_MARGIN: None, _SHORT_FROM: short_from}
    return items


def rate_change(item: str, after: JsonValue) -> Rating:
    """How grave it is that an item became what it is; findings have ratings of their own beside it."""
    if item in ("aia_class", "class_on_go_live"):
        return _rate_class(after) if item == "aia_class" else Rating.LOW
    if item.startswith("duty:"):
        outcome = after.get("outcome") if isinstance(after, dict) else None
        if outcome == "not_satisfied":
            return _SEVERITIES.get(name_duty(item).severity, Rating.HIGH)
        return Rating.MODERATE if outcome in (OPEN, "undetermined") else Rating.LOW
    if item == "band":
        return {"very_high": Rating.HIGH, "high": Rating.MODERATE}.get(str(after), Rating.LOW)
    return Rating.MODERATE if item in ("annex_iii_points", "art_5_points", "high_risk_duties_from") else Rating.LOW


def _rate_class(after: JsonValue) -> Rating:
    text = str(after or "")
    if text.startswith("prohibited"):
        return Rating.VERY_HIGH
    # A class that is lighter now is no small news either; one that is no longer decided is not good news.
    return Rating.HIGH if text.startswith("high_risk") else Rating.MODERATE


class DutyName(NamedTuple):
    """What the rule packs call a duty, and how severe it is that it is not met."""

    title: str = ""
    severity: str = ""
    citation: str = ""


def name_duty(item: str) -> DutyName:
    """The duty of an item ``duty:RULE``; empty for all else, and for a rule that the packs no longer have."""
    packs = load_packs()
    return _name_duties(tuple(sorted(packs.hashes.items()))).get(item.removeprefix("duty:"), DutyName())


@lru_cache(maxsize=2)
def _name_duties(_hashes: tuple[tuple[str, str], ...]) -> Mapping[str, DutyName]:
    return {
        rule.id: DutyName(*(str(version.static.get(name) or "") for name in DutyName._fields))
        for pack in load_packs().regulatory
        for rule in pack.rules
        for version in rule.versions
    }


def name_all_causes(before: Assessment, after: Assessment) -> list[str]:
    """What moved between two assessments at all, for what no item tells: a finding that only rows show."""
    return [cause.value for cause in _Coarse(before, after).name(REGULATORY)]


class _Coarse:
    """All that moved between two assessments, told from what was stored: facts, packs, engine, the day."""

    def __init__(self, before: Assessment, after: Assessment) -> None:
        self.facts = list_changed_facts(before, after)
        self.law_moved = before.packs_hash != after.packs_hash and before.packs != after.packs
        self.method_moved = before.engine != after.engine
        self.day_moved = before.as_of != after.as_of

    @property
    def is_certain(self) -> bool:
        """Whether one fact alone, or nothing but packs or engine, moved: then there is nothing to tell apart."""
        kinds = (bool(self.facts), self.law_moved, self.method_moved, self.day_moved)
        return sum(kinds) == 1 and not self.day_moved and len(self.facts) <= 1

    def name(self, part: str) -> list[Cause]:
        """The causes that come into question for an item of a part; what only aged counts as a fact."""
        is_law = part == REGULATORY
        law = is_law and (self.law_moved or (self.day_moved and not self.facts))
        method = self.method_moved or (self.law_moved and not is_law)
        fact = bool(self.facts) or not (law or method)
        return [cause for cause, moved in zip(Cause, (fact, law, method), strict=True) if moved]


def list_changed_facts(before: Assessment, after: Assessment) -> list[str]:
    """The facts and controls that differ between two assessments, by key."""
    old, new = before.fact_sheet.content, after.fact_sheet.content
    if before.fact_sheet_id is not None and before.fact_sheet_id == after.fact_sheet_id:
        return []
    keys = []
    for part in ("facts", "controls"):
        then, now = _mapping(old.get(part)), _mapping(new.get(part))
        keys += sorted(key for key in then.keys() | now.keys() if then.get(key) != now.get(key))
    return keys


def _compare(before: Assessment, after: Assessment) -> Mapping[Key, Change] | None:
    """The engine's own comparison by item; none where the old judgement cannot be made again."""
    if before.engine != ENGINE_VERSION or after.engine != ENGINE_VERSION:
        return None
    if len(list_changed_facts(before, after)) > MOST_CHANGED_FACTS:
        return None
    try:
        changes = compare(read_inputs(before), read_inputs(after))
    except (FactSheetError, PackError, *JUDGEMENT_ERRORS):
        # A sheet of an older vocabulary, packs that are no longer kept, a rule that breaks: what moved is told without.
        return None
    return {(change.part, change.item): change for change in changes}


def _mapping(value: object) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _rows(value: object) -> list[dict[str, JsonValue]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _texts(value: JsonValue) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []
