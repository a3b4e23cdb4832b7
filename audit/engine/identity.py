"""Keeps what was made of objects that many judgements share, by the identity of the object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


class ByIdentity(Generic[_Given, _Made]):
    """A function of one object that is called once for each object; two equal ones are two.

    The object is kept beside what was made of it, so that its identity stays its own. With ``most`` kept all are
    forgotten and made again.
    """

    __slots__ = ("_found", "_make", "_most")

    def __init__(self, make: Callable[[_Given], _Made], *, most: int = 5_000) -> None:
        self._make = make
        self._most = most
        self._found: dict[int, tuple[_Given, _Made]] = {}

    def __call__(self, given: _Given) -> _Made:
        """What is made of the object."""
        found = self._found.get(id(given))
        if found is None:
            if len(self._found) >= self._most:
                self._found.clear()
            found = self._found[id(given)] = (given, self._make(given))
        return found[1]
