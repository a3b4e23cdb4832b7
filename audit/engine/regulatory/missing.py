"""Which missing facts decide what, the most decisive first: the class, then the roles, and the duties last.

Traced back only when asked for: to judge is one thing, to explain another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from audit.engine.expressions import Awaited, Condition, Shares, Situation, Weights
from audit.engine.facts import JsonValue
from audit.engine.rules import Rule, RuleVersion, Schedule

BELOW_ONE: Final = 0.999


class MissingFact(NamedTuple):
    """A fact that would decide something: answers of the result, or else single duties.

    The whole part of ``weight`` tells how important the first answer is that it decides, the
    fraction how much of that answer hangs on it.
    """

    key: str
    decides: tuple[str, ...]
    weight: float

    def to_json(self) -> dict[str, JsonValue]:
        """Give the entry as plain data."""
        return {"key": self.key, "decides": [*self.decides], "weight": self.weight}


class Undetermined(NamedTuple):
    """An obligation of which the known facts do not tell whether it applies, with the facts that would."""

    to: Rule
    version: RuleVersion
    situation: Situation

    @property
    def id(self) -> str:
        """The obligation's id in the fact base."""
        return self.to.row

    @property
    def rule(self) -> str:
        """The rule's own id."""
        return self.to.id

    @property
    def static(self) -> Mapping[str, JsonValue]:
        """What the rule says of itself."""
        return self.version.static

    @property
    def missing_facts(self) -> tuple[str, ...]:
        """The keys of the facts that would tell, most decisive first."""
        return self.situation.waits_for(self.version.when)[1]

    def to_json(self) -> dict[str, JsonValue]:
        """Give the entry as DESIGN §3 has it."""
        return {
            "id": self.id,
            "rule": self.rule,
            "title": self.static.get("title"),
            "citation": self.static.get("citation"),
            "pack": self.static.get("pack"),
            **({"scope": "entity"} if self.to.of_entity else {}),
            "missing_facts": [*self.missing_facts],
        }


@dataclass(slots=True, eq=False)
class Ledger:
    """Notes what is open while a system is judged, answers first in order of importance, and ranks the missing facts.

    An answer brings its own situation: that of the class once in service is another one.
    """

    situation: Situation
    answers: list[tuple[str, Awaited, Situation]] = field(default_factory=list)
    duties: list[tuple[str, Condition | Schedule]] = field(default_factory=list)
    _ranked: tuple[MissingFact, ...] | None = None

    def add_answer(self, label: str, awaited: Awaited, situation: Situation) -> None:
        """Note an open answer; earlier answers count more."""
        self.answers.append((label, awaited, situation))

    def add_duty(self, row: str, open_part: Condition | Schedule) -> None:
        """Note a duty whose condition or day is open."""
        self.duties.append((row, open_part))

    def rank(self) -> tuple[MissingFact, ...]:
        """Every missing fact once, most decisive first; ties in the order of the keys."""
        if self._ranked is None:
            self._ranked = tuple(sorted(self._weigh(), key=lambda fact: (-fact.weight, fact.key)))
        return self._ranked

    def _weigh(self) -> Iterator[MissingFact]:
        decides: dict[str, list[str]] = {}
        weights: dict[str, float] = {}
        place = len(self.answers)
        for label, awaited, situation in self.answers:
            for key, share in situation.shares_of(awaited).items():
                if key in weights:
                    decides[key].append(label)
                else:
                    decides[key] = [label]
                    weights[key] = place + BELOW_ONE * share
            place -= 1
        for key, share in self._share_in_duties(decides, weights).items():
            weights[key] = BELOW_ONE * share / len(self.duties)
        return (MissingFact(key, tuple(decides[key]), round(weight, 4)) for key, weight in weights.items())

    def _share_in_duties(self, decides: dict[str, list[str]], ranked: Mapping[str, float]) -> Shares:
        """What the facts that decide no answer weigh in the duties; notes in ``decides`` which ones they are."""
        waiting: dict[Awaited, tuple[list[int], float]] = {}
        for place, (_, open_part) in enumerate(self.duties):
            for awaited, weight in self._weights_of(open_part).items():
                places, total = waiting.get(awaited) or ([], 0.0)
                places.append(place)
                waiting[awaited] = (places, total + weight)
        found: Shares = {}
        waited: dict[str, set[int]] = {}
        for awaited, (places, total) in waiting.items():
            for key, share in self.situation.shares_of(awaited).items():
                if key not in ranked:
                    found[key] = found.get(key, 0.0) + total * share
                    waited.setdefault(key, set()).update(places)
        labels = [f"duty:{row}" for row, _ in self.duties]
        for key, places_of_key in waited.items():
            decides[key] = [labels[place] for place in sorted(places_of_key)]
        return found

    def count_duties(self) -> dict[str, int]:
        """For each missing fact that decides no answer, how many duties wait for it."""
        decisive = {key for _, awaited, situation in self.answers for key in situation.shares_of(awaited)}
        counts: dict[str, int] = {}
        for _, open_part in self.duties:
            behind = {key for awaited in self._weights_of(open_part) for key in self.situation.shares_of(awaited)}
            for key in behind - decisive:
                counts[key] = counts.get(key, 0) + 1
        return counts

    def _weights_of(self, open_part: Condition | Schedule) -> Weights:
        if isinstance(open_part, Condition):
            return self.situation.waits_for(open_part)[0]
        weights: Weights = {}
        open_part.blame(self.situation, weights)
        return weights
