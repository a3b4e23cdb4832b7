"""The truth of a condition, and the value of a fact, for many systems at once: one bit for each system.

A truth is two planes, of the systems for which it is certain and of those for which it is possible: Kleene's logic is
then "and" and "or" of whole numbers. The first system has the highest bit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import compress
from operator import or_
from typing import Final, TypeAlias

from audit.engine.expressions.columns import Codes, Recoded, Sheets
from audit.engine.facts import Fact
from audit.engine.logic import UNKNOWN, Datum, Members, Scalar, Truth, Unknown, narrow

Plane: TypeAlias = tuple[int, int]
"""The systems for which it is certain, and those for which it is possible."""
NOWHERE: Final[Plane] = (0, 0)
FEW: Final = 8
_NO, _YES = 48, 49
_DIGITS: Final = bytes((_NO, _YES))
_BITS: Final = bytes(_NO) + bytes((0, 1)) + bytes(206)


def pack(codes: Codes, digits: bytes) -> int:
    """The plane of the systems for whose number there is a one; ``digits`` are those of every number."""
    if isinstance(codes, bytes):
        return int(codes.translate(digits[:256].ljust(256, b"0")), 2)
    return int(bytes(map(digits.__getitem__, codes)), 2)


def unpack(plane: int, count: int) -> bytes:
    """The column of zeros and ones of a plane of ``count`` systems."""
    return format(plane, f"0{count}b").encode("ascii").translate(_BITS)


def transpose(columns: Sequence[bytes], count: int) -> list[bytes]:
    """For each system what the columns hold, in their order."""
    width = len(columns)
    table = bytearray(count * width)
    for place, column in enumerate(columns):
        table[place::width] = column
    return _cut(bytes(table), width, count)


def write_rows(planes: Collection[int], count: int) -> list[bytes]:
    """For each system whether it is in each of the planes: zeros and ones in their order."""
    width = len(planes)
    table = bytearray(b"0") * (count * width)
    form = f"0{count}b"
    for place, plane in enumerate(planes):
        if plane:
            table[place::width] = format(plane, form).encode("ascii")
    return _cut(bytes(table).translate(_BITS), width, count)


def _cut(table: bytes, width: int, count: int) -> list[bytes]:
    return [table[start : start + width] for start in range(0, count * width, width)] if width else [b""] * count


def unite(planes: Iterable[int]) -> int:
    """The systems in any of the planes."""
    return reduce(or_, planes, 0)


Test: TypeAlias = Callable[[Datum], Truth]


class Told:
    """The truth of one comparison for each datum of a column, as digits; it grows as the data do."""

    __slots__ = ("certain", "possible")

    def __init__(self) -> None:
        self.certain = b""
        self.possible = b""

    def learn(self, data: Sequence[Datum], decide: Test) -> None:
        """Decide for the data that are new."""
        truths = [decide(datum) for datum in data[len(self.certain) :]]
        self.certain += bytes([_DIGITS[truth is True] for truth in truths])
        self.possible += bytes([_DIGITS[truth is not False] for truth in truths])


Memory: TypeAlias = dict[Hashable, Told]
"""What is told of the data of one column, by comparison."""


class Data(Recoded):
    """What the facts of one key say that counts, each datum once, and what was told of them by comparison.

    It belongs to one reader of sheets, and grows with it.
    """

    __slots__ = ("_places", "data", "memory")

    def __init__(self) -> None:
        super().__init__()
        self.data: list[Datum] = [UNKNOWN]
        self.memory: Memory = {}
        self._places: dict[tuple[type, Datum], int] = {(UNKNOWN.__class__, UNKNOWN): 0}

    def column(self, sheets: Sheets, key: str) -> Column:
        """The column of the key."""
        codes = self.recode(sheets.codes[key], sheets.facts_of(key))
        return Column(self.data, codes, sheets.count, self.memory)

    def number(self, fact: Fact | None) -> int:
        """The place of the datum of a fact."""
        datum = _read_datum(fact)
        meaning = (datum.__class__, datum)  # yes and 1 are equal, and two answers
        place = self._places.setdefault(meaning, len(self.data))
        if place == len(self.data):
            self.data.append(datum)
        return place


def _read_datum(fact: Fact | None) -> Datum:
    """What a fact says that counts: none where it does not apply."""
    if fact is None:
        return UNKNOWN
    if fact.not_applicable:
        return None
    return frozenset(fact.value) if isinstance(fact.value, tuple) else fact.value


class Column:
    """What people answered, for many systems: the distinct data, and the number of each system's own.

    ``memory`` may be kept from call to call for the same data, which may have grown.
    """

    __slots__ = ("_masks", "_memory", "codes", "count", "data")

    def __init__(self, data: Sequence[Datum], codes: Codes, count: int, memory: Memory | None = None) -> None:
        self.data = data
        self.codes = codes
        self.count = count
        self._memory: Memory = {} if memory is None else memory
        self._masks: dict[int, int] = {}

    @property
    def unknown(self) -> int:
        """The systems of which it is not known."""
        return self.compare(_is_unknown, _is_unknown)[0]

    @property
    def undecided(self) -> int:
        """The systems for which the fact is open."""
        return self.unknown

    def where(self, chosen: Sequence[bool]) -> int:
        """The systems with one of the chosen data."""
        return self._where(bytes(map(_DIGITS.__getitem__, chosen)))

    def _where(self, digits: bytes) -> int:
        if _NO not in digits:
            return (1 << self.count) - 1
        if _YES not in digits:
            return 0
        if len(self.data) > FEW:
            return pack(self.codes, digits)
        return unite([self.where_is(place) for place, digit in enumerate(digits) if digit == _YES])

    def where_is(self, place: int) -> int:
        """The systems with one datum."""
        found = self._masks.get(place)
        if found is None:
            found = self._masks[place] = pack(self.codes, b"0" * place + b"1" + b"0" * (len(self.data) - place - 1))
        return found

    def compare(self, name: Hashable, decide: Test) -> Plane:
        """The truth of a comparison, which the name tells apart."""
        told = self._memory.get(name)
        if told is None:
            told = self._memory[name] = Told()
        if len(told.certain) < len(self.data):
            told.learn(self.data, decide)
        certain = self._where(told.certain)
        return certain, certain if told.certain == told.possible else self._where(told.possible)


def _is_unknown(datum: Datum) -> bool:
    return isinstance(datum, Unknown)


@dataclass(slots=True, eq=False)
class Choices:
    """A single value, for many systems: where each may be it, and where nothing at all is known."""

    may_be: Mapping[Scalar, int]
    unknown: int
    _several: int | None = field(default=None)

    @property
    def several(self) -> int:
        """The systems for which more than one value is possible."""
        if self._several is None:
            once = twice = 0
            for plane in self.may_be.values():
                twice |= once & plane
                once |= plane
            self._several = twice
        return self._several

    @property
    def undecided(self) -> int:
        """The systems for which the value is open."""
        return self.unknown | self.several

    def compare(self, name: Hashable, decide: Test) -> Plane:  # noqa: ARG002 # as a column has it
        """The truth of a comparison; the values still possible decide it where they agree."""
        passes = fails = 0
        for value, plane in self.may_be.items():
            if decide(value):
                passes |= plane
            else:
                fails |= plane
        nothing = decide(UNKNOWN)
        certain, possible = passes & ~fails, passes
        if nothing is not False:
            possible |= self.unknown
        if nothing is True:
            certain |= self.unknown
        return certain, possible

    def datum_at(self, row: bytes) -> Datum:
        """The datum of one system; ``row`` tells for each value whether it is possible, in their order."""
        values = list(compress(self.may_be, row))
        return narrow(values) if values else UNKNOWN


@dataclass(slots=True, eq=False)
class Lists:
    """A derived list, for many systems: of each member where it is certain and where it is possible."""

    members: Mapping[str, Plane]

    @property
    def undecided(self) -> int:
        """The systems for which some membership is open."""
        return unite([possible & ~certain for certain, possible in self.members.values()])

    def has_any(self, wanted: Iterable[str]) -> Plane:
        """Whether one of these is a member."""
        certain = possible = 0
        for name in wanted:
            one, two = self.members.get(name, NOWHERE)
            certain |= one
            possible |= two
        return certain, possible

    def datum_at(self, row: bytes) -> Datum:
        """The datum of one system; ``row`` tells for each member whether it is certain and whether it is possible."""
        return Members(frozenset(compress(self.members, row[::2])), frozenset(compress(self.members, row[1::2])))


Values: TypeAlias = Column | Choices | Lists
