"""One raw fact on its way from rows to the fact sheet, and how several of them become one.

A fact that nobody knows is ``None`` here and absent from the sheet. How facts of several components or
contracts combine stands in ``take_worst`` and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from audit.engine.dates import earliest
from audit.engine.facts import Grade, JsonValue
from governance.vocabulary import load_vocabulary

JsonObject: TypeAlias = "dict[str, JsonValue]"

GRADE_ORDER: Final = tuple(grade.value for grade in Grade)
"""Best first."""


class RawFact(NamedTuple):
    """A known fact as JSON holds it, or the reason why it does not apply."""

    value: JsonValue = None
    source: str = ""
    grade: str = Grade.SELF_DECLARED.value
    expires_on: date | None = None
    not_applicable: str = ""

    def to_json(self) -> JsonObject:
        """The fact as the machine's door takes it (DESIGN §3)."""
        if self.not_applicable:
            return {"not_applicable": self.not_applicable}
        entry: JsonObject = {"value": self.value, "grade": self.grade}
        if self.expires_on is not None:
            entry["expires_on"] = self.expires_on.isoformat()
        if self.source:
            entry["source"] = self.source
        return entry


Maybe: TypeAlias = "RawFact | None"


@dataclass(frozen=True, slots=True)
class Direction:
    """Which way a fact is unfavourable: ``worse`` as in the vocabulary, with its choices in order."""

    worse: bool | str | None
    choices: tuple[str, ...] = ()
    is_list: bool = False

    def is_worst(self, value: JsonValue) -> bool:
        """Tell whether nothing worse than the value exists, so that the unknown others no longer matter."""
        match self.worse:
            case bool():
                return value is self.worse
            case "right":
                return bool(self.choices) and value == self.choices[-1]
            case "left":
                return bool(self.choices) and value == self.choices[0]
            case "less":
                return value in (0, 0.0, []) and not isinstance(value, bool)
            case "none":
                return value is None
            case _:
                return False

    def rank(self, value: JsonValue) -> float:
        """A number that grows as the value gets worse. A day counts by its ordinal, a list by its length."""
        match self.worse:
            case bool():
                return float(value is self.worse)
            case "right":
                return float(self.choices.index(value)) if isinstance(value, str) and value in self.choices else -1.0
            case "left":
                return -float(self.choices.index(value)) if isinstance(value, str) and value in self.choices else 1.0
            case "less" | "earlier":
                return -_size(value)
            case "none":
                return float("inf") if value is None else -_size(value)
            case _:
                return _size(value)


def _size(value: JsonValue) -> float:
    if isinstance(value, bool | int | float):
        return float(value)
    if isinstance(value, list):
        return float(len(value))
    if isinstance(value, str):
        return float(date.fromisoformat(value).toordinal())
    return float("inf")


# Where the vocabulary gives no direction because the fact enters no score, but several components or
# contracts still have to become one: the reading that binds us more (law) or sooner (days).
_COMBINED_AS: Final[dict[str, bool | str]] = {
    "model.is_gpai": True,
    "model.training_flop": "more",
    "model.designated_systemic": True,
    "model.foss_licence": False,
    "model.licence_restrictions": "more",
    "model.weights_public": False,
    "model.architecture_public": False,
    "model.usage_info_public": False,
    "model.first_placed_date": "later",
    "model.provider_in_eu": False,
    "contract.end_date": "earlier",
    "contract.vendor_notice_days": "less",
    "horizon.retirement_date": "earlier",
    "exit.fallback_activation_days": "more",
    "exit.tolerable_outage_days": "less",
    "exit.validation_days": "more",
    "exit.tested_on": "none",
    "ict.third_party_service": True,
    "ict.data_processing_service": True,
    "ict.critical_contracts_same_provider": "more",
    "data.us_importer_dpf_certified": False,
    "data.vendor_trains_on_data": True,
    "data.uses_processor": True,
    "data.personal": True,
    "sys.profiling": True,
    "sys.materially_influences": True,
    "sys.filter_condition": "left",
    "data.special_categories": "more",
}


@lru_cache(maxsize=256)
def direction_of(key: str) -> Direction:
    """The unfavourable direction of a fact: the vocabulary's, else the one it is combined by, else none."""
    fact = load_vocabulary().facts[key]
    worse = fact.worse if fact.worse is not None else _COMBINED_AS.get(key)
    return Direction(worse, tuple(choice.value for choice in fact.choices), fact.is_list)


def take_worst(key: str, found: Sequence[Maybe], *, of: str = "") -> Maybe:
    """Combine what several components or contracts say of one fact: the worst counts, and is named.

    Those to which the fact does not apply stay out. While one is unknown the whole is unknown, unless the
    worst that exists is already there. Lists: of what is better the more, only what all have counts; of what
    is worse the more, all that any has. ``of`` names what is combined ("components"), for the source.
    """
    applying = [fact for fact in found if fact is None or not fact.not_applicable]
    if not applying:
        return next((fact for fact in found if fact is not None), None)
    known = [fact for fact in applying if fact is not None]
    if not known:
        return None
    direction = direction_of(key)
    worst = _join_lists(known, direction) if direction.is_list else _pick_worst(known, direction)
    if worst is None or (len(known) < len(applying) and not direction.is_worst(worst.value)):
        return None
    if len(applying) > 1 and of:
        return worst._replace(source=f"{worst.source} (decides among {len(applying)} {of})".strip())
    return worst


def pick_worse(key: str, known: Sequence[RawFact]) -> RawFact:
    """The worst of several statements of the same fact; the first where the fact has no direction."""
    direction = direction_of(key)
    return (_join_lists(known, direction) if direction.is_list else _pick_worst(known, direction)) or known[0]


def _pick_worst(known: Sequence[RawFact], direction: Direction) -> Maybe:
    if direction.worse is None:
        return known[0] if all(fact.value == known[0].value for fact in known) else None
    if direction.worse == "earlier" and any(fact.value is not None for fact in known):
        known = [fact for fact in known if fact.value is not None]
    worst = max(direction.rank(fact.value) for fact in known)
    level = [fact for fact in known if direction.rank(fact.value) == worst]
    return max(level, key=lambda fact: GRADE_ORDER.index(fact.grade))


def _join_lists(known: Sequence[RawFact], direction: Direction) -> Maybe:
    sets = [set(texts_in(fact.value)) for fact in known]
    joined = set.intersection(*sets) if direction.worse == "less" else set.union(*sets)
    return RawFact(
        value=[*sorted(joined)],
        source="; ".join(sorted({fact.source for fact in known if fact.source})),
        grade=max((fact.grade for fact in known), key=GRADE_ORDER.index),
        expires_on=earliest(*(fact.expires_on for fact in known)),
    )


def texts_in(value: object) -> tuple[str, ...]:
    """The texts of a JSON list; nothing of anything else."""
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else ()


def any_of(found: Iterable[bool | None]) -> bool | None:
    """Kleene's or: true wins, then unknown."""
    values = list(found)
    if True in values:
        return True
    return None if None in values else False
