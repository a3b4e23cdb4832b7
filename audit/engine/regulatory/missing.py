"""Which missing facts decide what, the most decisive first: the class, then the roles, and the duties last."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from audit.engine.expressions import Awaited, Shares, Situation, Weights
from audit.engine.facts import JsonValue

BELOW_ONE: Final = 0.999


@dataclass(frozen=True, slots=True)
class MissingFact:
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


@dataclass(slots=True)
class Ledger:
    """Collects the missing facts while a system is judged, answers first in order of importance."""

    answers: list[tuple[str, Shares]] = field(default_factory=list)
    duties: list[tuple[str, Weights]] = field(default_factory=list)

    def add_answer(self, label: str, shares: Shares) -> None:
        """Note the facts an open answer waits for; earlier answers count more."""
        self.answers.append((label, shares))

    def add_duty(self, row: str, weights: Weights) -> None:
        """Note the facts an open duty waits for."""
        self.duties.append((f"duty:{row}", weights))

    def rank(self, situation: Situation) -> tuple[MissingFact, ...]:
        """Every missing fact once, most decisive first; ties in the order of the keys."""
        decides: dict[str, list[str]] = {}
        weights: dict[str, float] = {}
        place = len(self.answers)
        for label, shares in self.answers:
            for key, share in shares.items():
                decides.setdefault(key, []).append(label)
                weights.setdefault(key, place + BELOW_ONE * share)
            place -= 1
        for key, share in self._share_in_duties(situation, decides, weights).items():
            weights[key] = BELOW_ONE * share / len(self.duties)
        found = [MissingFact(key, tuple(decides[key]), round(weight, 4)) for key, weight in weights.items()]
        return tuple(sorted(found, key=lambda fact: (-fact.weight, fact.key)))

    def _share_in_duties(self, situation: Situation, decides: dict[str, list[str]], ranked: dict[str, float]) -> Shares:
        """What the facts that decide no answer weigh in the duties; notes in ``decides`` which ones they are."""
        rest: dict[Awaited, list[tuple[str, float]]] = {}
        found: Shares = {}
        for label, weights in self.duties:
            for awaited, weight in weights.items():
                if awaited not in rest:
                    shares = situation.shares_of(*awaited)
                    rest[awaited] = [(key, share) for key, share in shares.items() if key not in ranked]
                for key, share in rest[awaited]:
                    labels = decides.setdefault(key, [])
                    if not labels or labels[-1] != label:
                        labels.append(label)
                    found[key] = found.get(key, 0.0) + weight * share
        return found
