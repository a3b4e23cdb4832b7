"""The facts of one system while it is judged, and which missing facts stand behind what is still open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Protocol, TypeAlias

from audit.engine.logic import Datum, Truth

Values: TypeAlias = Mapping[str, Datum]
NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Awaited:
    """A fact that something waits for, with the members asked about where it is a derived list; one object for each."""

    key: str
    elements: frozenset[str]
    order: tuple[str, tuple[str, ...]]


def await_fact(key: str, elements: frozenset[str] = NOTHING) -> Awaited:
    """The one ``Awaited`` of a fact and some of its members: compared and hashed by identity, which is fast."""
    return _await(key, elements)


@lru_cache(maxsize=4096)  # which would tell a default from the same value given
def _await(key: str, elements: frozenset[str]) -> Awaited:
    return Awaited(key, elements, (key, tuple(sorted(elements))))


Weights: TypeAlias = dict[Awaited, float]
# The same traced back to facts that people answer; the weights of one question add up to 1.
Shares: TypeAlias = dict[str, float]


class Decidable(Protocol):
    """A compiled condition."""

    @property
    def decide(self) -> Callable[[Values], Truth]:
        """Give the truth of the condition."""

    @property
    def blame(self) -> Callable[[Situation, float, Weights], None]:
        """Spread a weight over the facts awaited, while the truth is open."""


Ask: TypeAlias = Callable[[str, frozenset[str], "Situation"], Weights]


@dataclass(slots=True)
class Situation:
    """Values of all facts, derived ones included; ``asks`` finds what an undecided derived fact waits for.

    What has been traced back once is kept, as many rules wait for the same derived facts.
    """

    values: dict[str, Datum]
    asks: dict[str, Ask] = field(default_factory=dict)
    _shares: dict[Awaited, Shares] = field(default_factory=dict)
    _keys: dict[Awaited, dict[str, None]] = field(default_factory=dict)
    _waits: dict[Decidable, tuple[Weights, tuple[str, ...]]] = field(default_factory=dict)

    def shares_of(self, awaited: Awaited) -> Shares:
        """The missing facts behind one open fact: the fact itself, or those a derived fact waits for."""
        found = self._shares.get(awaited)
        if found is None:
            ask = self.asks.get(awaited.key)
            found = {awaited.key: 1.0} if ask is None else self.trace(ask(awaited.key, awaited.elements, self))
            self._shares[awaited] = found
        return found

    def trace(self, weights: Weights) -> Shares:
        """The weights traced back to facts that people answer, made to add up to 1."""
        shares: Shares = {}
        asks = self.asks
        for awaited, weight in weights.items():
            key = awaited.key
            if key not in asks:
                shares[key] = shares.get(key, 0.0) + weight
                continue
            for fact, share in self.shares_of(awaited).items():
                shares[fact] = shares.get(fact, 0.0) + weight * share
        total = sum(shares.values()) or 1.0
        return {fact: share / total for fact, share in shares.items()}

    def keys_behind(self, awaited: Awaited) -> dict[str, None]:
        """The missing facts behind one open fact, heaviest first, in the order of the keys of the result."""
        found = self._keys.get(awaited)
        if found is None:
            ordered = sorted([(-share, key) for key, share in self.shares_of(awaited).items()])
            found = self._keys[awaited] = dict.fromkeys([key for _, key in ordered])
        return found

    def waits_for(self, condition: Decidable) -> tuple[Weights, tuple[str, ...]]:
        """What an open condition waits for, and the missing facts behind it, those of the heaviest first."""
        found = self._waits.get(condition)
        if found is None:
            weights: Weights = {}
            condition.blame(self, 1.0, weights)
            ordered = sorted([(-weight, awaited.order, awaited) for awaited, weight in weights.items()])
            keys: dict[str, None] = {}
            for _, _, awaited in ordered:
                keys |= self.keys_behind(awaited)
            found = self._waits[condition] = (weights, tuple(keys))
        return found
