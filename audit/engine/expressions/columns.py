"""The facts of many systems by key, as small numbers: equal numbers say the same and count until the same day."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from datetime import date
from itertools import repeat
from operator import is_
from typing import Final, TypeAlias

from audit.engine.expressions.tags import WIDTH, Tagged
from audit.engine.facts import Fact, FactSheet
from audit.engine.remembering import Keeper

BLOCK: Final = 512
"""So many sheets are read at a time: more of them would not stay in the processor's cache."""
MOST_IN_BYTES: Final = 256
FEW: Final = 32
"""So many tags mostly differ in one of their bytes."""
NEVER: Final = date.max.toordinal() + 1
"""Later than any day, as an ordinal."""
ABSENT: Final = 0
"""The number of a fact that is absent, or whose evidence has expired."""
Codes: TypeAlias = bytes | list[int]


class ByTag(dict[int, int]):
    """The numbers of facts by their tags; a tag that it was not told yet is noted, and absent meanwhile."""

    __slots__ = ("_glass", "_untold")

    def __init__(self) -> None:
        super().__init__({ABSENT: ABSENT})
        self._untold: set[int] = set()
        self._glass: _Glass | None = None

    def __missing__(self, tag: int) -> int:
        """Note the tag."""
        self._untold.add(tag)
        self[tag] = ABSENT
        return ABSENT

    def take_untold(self) -> set[int]:
        """The tags that were noted since it was asked last; until they are told it knows nothing of them."""
        untold, self._untold = self._untold, set()
        for tag in untold:
            del self[tag]
        return untold

    def glance(self, written: bytes) -> bytes | None:
        """The numbers of many tags as they were written, all at once; none unless each of them was told.

        It is worth the while where few were told.
        """
        if self._untold:
            return None
        if self._glass is None or self._glass.count != len(self):
            self._glass = _Glass(self)
        return self._glass.read(written)


class _Glass:
    """Reads tags by the one byte in which all that are known differ, and then looks that the others are theirs."""

    def __init__(self, numbers: Mapping[int, int]) -> None:
        self.count: Final = len(numbers)
        tags = [tag.to_bytes(WIDTH, sys.byteorder) for tag in numbers]
        telling = (place for place in range(WIDTH) if len({tag[place] for tag in tags}) == len(tags))
        self._place: Final = next(telling, None) if max(numbers.values()) < MOST_IN_BYTES else None
        if self._place is None:
            return
        by_byte = {tag[self._place]: (tag, number) for tag, number in zip(tags, numbers.values(), strict=True)}
        known = [by_byte.get(byte, (tags[0], ABSENT)) for byte in range(MOST_IN_BYTES)]
        self._numbers: Final = bytes([number for _, number in known])
        self._others: Final = [(place, bytes([tag[place] for tag, _ in known])) for place in range(WIDTH)]

    def read(self, written: bytes) -> bytes | None:
        """The number of each tag; none where one of them is not known."""
        if self._place is None:
            return None
        telling = written[self._place :: WIDTH]
        for place, expected in self._others:
            if written[place::WIDTH] != telling.translate(expected):
                return None
        return telling.translate(self._numbers)


class FactReader(dict[int, int]):
    """Numbers the facts of one key on one day by all that is read of them: value, grade, and how long they count.

    ``facts`` has for each number one fact that stands for all of them, ``untils`` how long these count, ``tags`` its
    tag if it was asked for, and ``told`` the numbers by tag. It holds the number of each fact object by its
    identity, and finds it out when it is first asked for.
    """

    __slots__ = ("_as_of", "_by_id", "_by_meaning", "_given", "_seen", "expires", "facts", "tags", "told", "untils")

    def __init__(self, as_of: date) -> None:
        super().__init__()
        self.facts: list[Fact | None] = [None]
        self.untils: list[int] = [NEVER]
        self.expires = False
        self.told = ByTag()
        self.tags: dict[int, Tagged] = {}
        self._as_of = as_of
        self._by_meaning: dict[tuple[object, ...], int] = {}
        # Kept so that no other object is ever given the identity of one of them.
        self._seen: list[Fact] = []
        self._given: Sequence[Fact | None] = ()
        self._by_id: dict[int, Fact | None] | None = None

    @property
    def size(self) -> int:
        """How many fact objects it knows."""
        return len(self._seen) + len(self.told)

    def read(self, facts: Sequence[Fact | None]) -> Codes:
        """The numbers of the facts, of which there is at least one; bytes wherever these suffice."""
        number = self.get(id(facts[0]), MOST_IN_BYTES)
        if number < MOST_IN_BYTES and all(map(is_, facts, repeat(facts[0]))):  # in one step
            return bytes((number,)) * len(facts)
        self._given = facts
        codes = self._look_up(self, [*map(id, facts)])
        self._given, self._by_id = (), None
        return codes

    def recall(self, tags: Sequence[int]) -> Codes:
        """The numbers of facts by their tags (``tagged``); ``told`` knows then which of these it was not told."""
        return self._look_up(self.told, tags)

    def _look_up(self, known: Mapping[int, int], wanted: Sequence[int]) -> Codes:
        found = map(known.__getitem__, wanted)
        if len(self.facts) <= MOST_IN_BYTES:
            try:
                return bytes(found)
            except ValueError:  # a new fact had the first number that no byte holds
                return self._look_up(known, wanted)
        return list(found)

    def number(self, fact: Fact) -> int:
        """The number of a fact; absent where its evidence has expired."""
        until = fact.expires_on
        if until is not None and until <= self._as_of:
            return ABSENT
        number = self._by_meaning.setdefault(tell_apart(fact, until), len(self.facts))
        if number == len(self.facts):
            self.expires = self.expires or until is not None
            self.untils.append(NEVER if until is None else until.toordinal())
            self.facts.append(fact)
        return number

    def __missing__(self, identity: int) -> int:
        """Number a fact object that is new; it is one of those that are being read."""
        number = self[identity] = self._number(identity)
        return number

    def _number(self, identity: int) -> int:
        if self._by_id is None:
            self._by_id = dict(zip(map(id, self._given), self._given, strict=True))
        fact = self._by_id[identity]
        if fact is None:
            return ABSENT
        self._seen.append(fact)
        return self.number(fact)


def tell_apart(fact: Fact, until: date | None = None) -> tuple[object, ...]:
    """What tells a fact that counts until a day from any other: yes and 1 are equal, and so are zero and minus zero.

    There is one object for each grade, whose identity is found much faster than its hash.
    """
    value = fact.value
    told = repr(value) if isinstance(value, float) else value
    return value.__class__, told, id(fact.grade), not fact.not_applicable, until


class Recoded:
    """Gives the facts of one key other numbers: those that ``number`` has for each."""

    __slots__ = ("_fits", "_numbers", "_translation")

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._translation = b""
        self._fits = True

    def number(self, fact: Fact | None) -> int:
        """The other number of a fact; none is asked for twice."""
        raise NotImplementedError

    def recode(self, codes: Codes, facts: Sequence[Fact | None]) -> Codes:
        """The other numbers; ``facts`` are those of the same reader each time, and may have grown."""
        numbers = self._numbers
        if len(numbers) < len(facts):
            numbers += map(self.number, facts[len(numbers) :])
            self._fits = max(numbers) < MOST_IN_BYTES
            self._translation = bytes(numbers[:MOST_IN_BYTES]).ljust(MOST_IN_BYTES, b"\0") if self._fits else b""
        if self._fits:
            if isinstance(codes, bytes):
                return codes.translate(self._translation)
            return bytes(map(numbers.__getitem__, codes))
        return list(map(numbers.__getitem__, codes))


class Sheets:
    """What was read of some sheets on a day: their numbers by key, as the ``source`` numbers them."""

    def __init__(self, count: int, codes: Mapping[str, Codes], source: SheetReader) -> None:
        self.count: Final = count
        self.codes: Final = codes
        self.source: Final = source

    @property
    def as_of(self) -> date:
        """The day for which they were read."""
        return self.source.as_of

    def facts_of(self, key: str) -> Sequence[Fact | None]:
        """For each number of the key a fact that stands for all that have it."""
        return self.source.readers[key].facts

    def make_sheet(self, place: int) -> FactSheet:
        """One of the sheets again, as far as it counts on the day."""
        read = {key: self.facts_of(key)[codes[place]] for key, codes in self.codes.items()}
        return {key: fact for key, fact in read.items() if fact is not None}

    def first_ends(self, keys: Iterable[str], at_latest: int) -> list[int]:
        """For each sheet the first day on which one of these facts stops counting; it is never after ``at_latest``."""
        readers = self.source.readers
        expiring = [
            map(readers[key].untils.__getitem__, self.codes[key])
            for key in keys
            if key in readers and readers[key].expires
        ]
        return list(map(min, repeat(at_latest), *expiring)) if expiring else [at_latest] * self.count


class SheetReader:
    """Reads the facts of many sheets on one day; what it has learnt of a fact object it knows the next time.

    One call at a time may use it.
    """

    def __init__(self, as_of: date) -> None:
        self.as_of: Final = as_of
        self.readers: Final[dict[str, FactReader]] = {}
        self._absent: dict[str, Fact | None] = {}

    @property
    def size(self) -> int:
        """How many fact objects are known."""
        return sum([reader.size for reader in self.readers.values()])

    def read(self, sheets: Sequence[FactSheet]) -> Sheets:
        """The facts of every key that any of the sheets holds."""
        codes = self._read(sheets)
        if codes is None:
            self.learn(set().union(*sheets))
            codes = self._read(sheets) or {}
        return Sheets(len(sheets), codes, self)

    def learn(self, keys: Set[str]) -> None:
        """Make ready to read facts of these keys."""
        for key in sorted(keys - self.readers.keys()):
            self.readers[key] = FactReader(self.as_of)
            self._absent[key] = None

    def _read(self, sheets: Sequence[FactSheet]) -> dict[str, Codes] | None:
        """The numbers by key; none if a sheet holds a key that is new."""
        absent, width = self._absent, len(self._absent)
        parts: list[list[Codes]] = [[] for _ in absent]
        for start in range(0, len(sheets), BLOCK):
            rows = [tuple({**absent, **sheet}.values()) for sheet in sheets[start : start + BLOCK]]
            if max(map(len, rows)) > width:
                return None
            for reader, column, facts in zip(self.readers.values(), parts, zip(*rows, strict=True), strict=True):
                column.append(reader.read(facts))
        return {key: join_codes(column) for key, column in zip(absent, parts, strict=True)}


def join_codes(parts: Sequence[Codes]) -> Codes:
    """The numbers of some sheets after each other."""
    if len(parts) == 1:
        return parts[0]
    if all(isinstance(part, bytes) for part in parts):
        return b"".join(parts)  # type: ignore[arg-type]  # all are bytes
    return [number for part in parts for number in part]


_KEEPER: Final[Keeper[date, SheetReader]] = Keeper(SheetReader)


@contextmanager
def a_reader(as_of: date) -> Iterator[SheetReader]:
    """A reader for the sheets of a day, with what it learnt of others before."""
    reader = _KEEPER.take(as_of)
    yield reader
    _KEEPER.give_back(as_of, reader)  # not where a judgement failed


@contextmanager
def reading(sheets: Sequence[FactSheet], as_of: date) -> Iterator[Sheets]:
    """The facts of the sheets, read once for all that judge them meanwhile."""
    with a_reader(as_of) as reader:
        yield reader.read(sheets)
