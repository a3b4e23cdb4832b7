"""Fact sheets as rows of tags, which are kept and read much faster than the facts they stand for."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from audit.engine.expressions.columns import (
    ABSENT,
    BLOCK,
    FEW,
    MOST_IN_BYTES,
    Codes,
    FactReader,
    SheetReader,
    Sheets,
    join_codes,
)
from audit.engine.expressions.tags import WIDTH, Tagged, tag_fact
from audit.engine.facts import Fact

Find: TypeAlias = Callable[[Collection[int]], Mapping[int, Fact]]


class TagsLostError(LookupError):
    """Tags whose facts nobody knows any more: the sheets have to be made of their rows again."""


class TaggedSheets(NamedTuple):
    """Some sheets: for each the tags of its facts in the order of ``keys``, zero where there is none.

    A tag takes ``WIDTH`` bytes, the lowest first.

    ``find`` gives the facts of tags that were never read before, as far as they are known.
    """

    keys: Sequence[str]
    rows: Sequence[bytes]
    find: Find


def read_tagged(reader: SheetReader, given: TaggedSheets) -> Sheets:
    """What ``reader`` reads of the sheets themselves. Raises ``TagsLostError`` where a fact is not found."""
    reader.learn({*given.keys})
    readers = [reader.readers[key] for key in given.keys]
    blocks = [_open_block(given.rows[start : start + BLOCK]) for start in range(0, len(given.rows), BLOCK)]

    def recall(place: int) -> Codes:
        return join_codes([_recall(readers[place], block[place :: len(readers)]) for block in blocks])

    codes = {key: recall(place) for place, key in enumerate(given.keys)}
    untold = {place: tags for place, each in enumerate(readers) if (tags := each.told.take_untold())}
    if untold:
        _tell(readers, untold, given.find)
        codes |= {given.keys[place]: recall(place) for place in untold}
    return Sheets(len(given.rows), codes, reader)


def _open_block(rows: Sequence[bytes]) -> array[int]:
    block = array("Q", b"".join(rows))
    if sys.byteorder == "big":
        block.byteswap()
    return block


def _recall(reader: FactReader, tags: array[int]) -> Codes:
    number = reader.told.get(tags[0], MOST_IN_BYTES)
    written = tags.tobytes()
    if number < MOST_IN_BYTES and written == written[:WIDTH] * len(tags):  # in one step
        return bytes((number,)) * len(tags)
    if len(reader.told) <= FEW:
        found = reader.told.glance(written)
        if found is not None:
            return found
    return reader.recall(tags)


def _tell(readers: Sequence[FactReader], untold: Mapping[int, Collection[int]], find: Find) -> None:
    wanted = set().union(*untold.values())
    found = find(wanted)
    if len(found) < len(wanted):
        raise TagsLostError(f"the facts of {len(wanted) - len(found)} of {len(wanted)} tags are not known any more")
    for place, tags in untold.items():
        for tag in tags:
            readers[place].told[tag] = readers[place].number(found[tag])


class Tagger:
    """Writes sheets that were read as rows of tags; ``tagged`` are the facts of all rows it wrote, by their tags."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = keys
        self.tagged: Final[dict[int, Tagged]] = {}

    def write(self, sheets: Sheets) -> list[bytes]:
        """A row for each sheet. Facts whose evidence has expired on the day of the reader are not in it."""
        width = len(self._keys)
        table = array("Q", bytes(sheets.count * width * WIDTH))
        for place, key in enumerate(self._keys):
            codes = sheets.codes.get(key)
            if codes is not None:
                tags = self._list_tags(key, codes, sheets.source.readers[key])
                table[place::width] = array("Q", map(tags.__getitem__, codes))
        if sys.byteorder == "big":
            table.byteswap()
        written, size = table.tobytes(), width * WIDTH
        return [written[start : start + size] for start in range(0, len(written), size)]

    def _list_tags(self, key: str, codes: Codes, reader: FactReader) -> dict[int, int]:
        tags = {ABSENT: 0}
        for code in {*codes}:
            fact = reader.facts[code]
            if fact is not None:
                if code not in reader.tags:
                    reader.tags[code] = tag_fact(key, fact)
                tagged = reader.tags[code]
                self.tagged[tagged.tag] = tagged
                tags[code] = tagged.tag
        return tags
