"""The exclusive or of tokens for many systems at once: each token is added to all systems of a plane in one step."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from audit.engine.expressions.planes import transpose, unpack
from audit.engine.regulatory.gist import TOKEN_BYTES

_BITS: Final = 8 * TOKEN_BYTES


class Sums:
    """For each system the tokens added so far: one plane for each bit, the lowest first."""

    def __init__(self) -> None:
        self._planes = [0] * _BITS

    def add(self, where: int, token: int) -> None:
        """Add the token for the systems of a plane."""
        if where:
            planes = self._planes
            for place in _places_of(token):
                planes[place] ^= where

    def list_numbers(self, count: int) -> Sequence[int]:
        """The number of each system."""
        columns = [self._write_byte(start, count) for start in range(0, _BITS, 8)]
        return struct.unpack(f"<{count}Q", b"".join(transpose(columns, count)))

    def _write_byte(self, start: int, count: int) -> bytes:
        column = 0
        for place in range(8):
            column |= int.from_bytes(unpack(self._planes[start + place], count), "big") << place
        return column.to_bytes(count, "big")


@lru_cache(maxsize=50_000)
def _places_of(token: int) -> tuple[int, ...]:
    return tuple([place for place in range(_BITS) if token >> place & 1])
