"""Keeps what was made of objects that many judgements share, by the identity of the object."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Generic, TypeVar

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


class ByIdentity(Generic[_Given, _Made]):
    """A function of one object that is called once for each object; two equal ones are two.

    The object is kept beside what was made of it, so that its identity stays its own. With ``most`` kept all are
    forgotten and made again.
    """

    __slots__ = ("_kept", "_made", "_make", "_most")

    def __init__(self, make: Callable[[_Given], _Made], *, most: int = 5_000) -> None:
        self._make = make
        self._most = most
        self._made: dict[int, _Made] = {}
        self._kept: list[_Given] = []

    def __call__(self, given: _Given) -> _Made:
        """What is made of the object."""
        try:
            return self._made[id(given)]
        except KeyError:
            return self._keep(given)

    def each(self, given: Collection[_Given]) -> list[_Made]:
        """What is made of each of some objects; much faster than a call for each of them."""
        try:
            return list(map(self._made.__getitem__, map(id, given)))
        except KeyError:
            return [self(one) for one in given]

    def _keep(self, given: _Given) -> _Made:
        made = self._make(given)
        if len(self._kept) >= self._most:
            self._made.clear()
            self._kept.clear()
        self._kept.append(given)
        self._made[id(given)] = made
        return made
