"""What is made once and looked up from then on, within a call and from call to call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, Protocol, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Memo(dict[K, V], Generic[K, V]):
    """A dictionary that makes what it lacks; ``map(memo.__getitem__, …)`` then runs without Python code of ours."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[K], V]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: K) -> V:
        """Make the value and keep it."""
        value = self[key] = self._make(key)
        return value


class Tables(Protocol):
    """Tables that grow with use."""

    @property
    def size(self) -> int:
        """How many things they hold."""


T = TypeVar("T", bound=Tables)


class Keeper(Generic[K, T]):
    """Tables kept from call to call, each used by one call at a time: taken away, filled further, given back.

    A call that fails does not give its tables back, and neither are they kept when they have grown too large.
    """

    _MOST_KEPT: Final = 2
    _MOST_HELD: Final = 50_000

    def __init__(self, make: Callable[[K], T]) -> None:
        self._make = make
        self._kept: dict[K, T] = {}

    def take(self, key: K) -> T:
        """The tables of the key, for this call alone."""
        tables = self._kept.pop(key, None)
        return self._make(key) if tables is None else tables

    def give_back(self, key: K, tables: T) -> None:
        """Keep them for the next call."""
        if len(self._kept) >= self._MOST_KEPT:
            self._kept.clear()
        if tables.size <= self._MOST_HELD:
            self._kept[key] = tables
