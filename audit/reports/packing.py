"""A file as it lies inside the PDF: compressed and hashed while it is written, so that it is never held whole."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_DENSEST: Final = 9


@dataclass(frozen=True, slots=True)
class PackedFile:
    """The compressed bytes (RFC 1950, as PDF's FlateDecode reads them), and size and hashes of what was compressed.

    ``md5`` is no safeguard: it is the check sum that ISO 32000-1, table 46, gives an embedded file.
    """

    compressed: bytes
    size: int
    sha256: str
    md5: str

    def unpack(self) -> bytes:
        """Give the file as it was written."""
        return zlib.decompress(self.compressed)


class Packer:
    """Takes a file piece by piece; what has been taken is held compressed alone."""

    def __init__(self) -> None:
        self._compress = zlib.compressobj(level=_DENSEST)
        self._sha256, self._md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        self._pieces: list[bytes] = []
        self._size = 0

    def add(self, content: bytes) -> None:
        """Take the next bytes."""
        self._sha256.update(content)
        self._md5.update(content)
        self._size += len(content)
        if piece := self._compress.compress(content):
            self._pieces.append(piece)

    def add_list(self, rows: Iterable[bytes]) -> None:
        """Take the rows of a list in JSON, each encoded already."""
        self.add(b"[")
        for at, row in enumerate(rows):
            self.add(b"," * (at > 0) + row)
        self.add(b"]")

    def close(self) -> PackedFile:
        """Give the file; nothing can be added after that."""
        self._pieces.append(self._compress.flush())
        return PackedFile(b"".join(self._pieces), self._size, self._sha256.hexdigest(), self._md5.hexdigest())


def pack(content: bytes) -> PackedFile:
    """Give a file that is at hand whole."""
    packer = Packer()
    packer.add(content)
    return packer.close()
