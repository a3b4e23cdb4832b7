"""Conditions and facts of many systems at once come out as for each system alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from audit.engine.expressions import Atom, FactRef, Node, compile_condition
from audit.engine.expressions.columns import ABSENT, NEVER, Recoded, SheetReader
from audit.engine.expressions.frames import Conditions, Frame, reach
from audit.engine.expressions.planes import Choices, Column, Lists, Plane, Values, transpose, unite, unpack, write_rows
from audit.engine.facts import Fact, FactSheet, Grade
from audit.engine.logic import UNKNOWN, Datum, Members, Possible, Scalar, Truth, candidates
from tests.audit.engine.test_generating import NODES, SHEETS

TODAY = date(2026, 11, 20)


def place(chosen: Sequence[bool]) -> int:
    """The plane of a column of yes and no, written out."""
    return int("".join("1" if one else "0" for one in chosen), 2)


def values_of(data: Sequence[Datum]) -> Values:
    """The values of a fact as a frame holds them: lists that are derived, choices, or what people answered."""
    if any(isinstance(datum, Members) for datum in data):
        some = [datum if isinstance(datum, Members) else Members(frozenset(), frozenset()) for datum in data]
        names = sorted(set().union(*(one.possible for one in some)))
        return Lists(
            {n: (place([n in one.certain for one in some]), place([n in one.possible for one in some])) for n in names}
        )
    if any(isinstance(datum, Possible) for datum in data):
        each = [candidates(datum) for datum in data]
        values: set[Scalar] = set().union(*(one or () for one in each))
        may_be = {value: place([one is not None and value in one for one in each]) for value in values}
        return Choices(may_be, place([one is None for one in each]))
    return Column(data, bytes(range(len(data))), len(data))


def told(plane: Plane, count: int) -> list[Truth]:
    """The truth of each system."""
    pairs = zip(unpack(plane[0], count), unpack(plane[1], count), strict=True)
    return [True if certain else None if possible else False for certain, possible in pairs]


@settings(max_examples=60)
@given(nodes=st.lists(NODES, min_size=1, max_size=3), sheets=st.lists(SHEETS, min_size=1, max_size=5))
def test_every_system_gets_the_truth_it_gets_alone(nodes: list[Node], sheets: list[dict[str, Datum]]) -> None:
    keys = sorted({key for sheet in sheets for key in sheet})
    if any("derived" in sheet for sheet in sheets):  # a derived list is never unknown
        sheets = [
            {
                **sheet,
                "derived": one
                if isinstance(one := sheet.get("derived"), Members)
                else Members(frozenset(), frozenset()),
            }
            for sheet in sheets
        ]
    conditions = Conditions()
    numbers = [conditions.number(node) for node in nodes]
    frame = Frame(conditions, SheetReader(TODAY).read([{} for _ in sheets]))
    frame.values.update({key: values_of([sheet.get(key, UNKNOWN) for sheet in sheets]) for key in keys})
    for node, number in zip(nodes, numbers, strict=True):
        decide = compile_condition(node).decide
        assert told(frame.truth(number), len(sheets)) == [decide(sheet) for sheet in sheets]


def test_days_of_more_systems_than_a_byte_can_number_are_compared_one_by_one() -> None:
    days = [TODAY + timedelta(days=shift) for shift in range(-300, 300)]
    sheets = SheetReader(TODAY).read([{"one": Fact(day), "two": Fact(max(day, TODAY))} for day in days])
    conditions = Conditions()
    fixed = conditions.number(Atom("one", "before", TODAY, derived=False, is_list=False))
    of_two = conditions.number(Atom("one", "before", FactRef("two"), derived=False, is_list=False))
    frame = Frame(conditions, sheets)
    expected = [True] * 300 + [False] * 300  # the first three hundred days lie before today
    assert told(frame.truth(fixed), len(days)) == expected
    assert told(frame.truth(of_two), len(days)) == expected


def test_expired_and_absent_facts_are_unknown_and_one_that_does_not_apply_is_none() -> None:
    sheets = [
        {"fact": Fact(True, expires_on=TODAY)},
        {"fact": Fact(True, expires_on=TODAY + timedelta(days=1))},
        {},
        {"fact": Fact(None, not_applicable="no vendor")},
    ]
    conditions = Conditions()
    number = conditions.number(Atom("fact", "is", True, derived=False, is_list=False))
    frame = Frame(conditions, SheetReader(TODAY).read(sheets))
    assert told(frame.truth(number), len(sheets)) == [None, True, None, False]


def test_yes_and_one_are_two_answers() -> None:
    read = SheetReader(TODAY).read([{"fact": Fact(True)}, {"fact": Fact(1)}, {"fact": Fact(True)}])
    first, second, third = read.codes["fact"]
    assert first == third
    assert first != second


def test_a_reader_tells_the_first_day_on_which_a_fact_stops_counting() -> None:
    later, soon = TODAY + timedelta(days=9), TODAY + timedelta(days=2)
    reader = SheetReader(TODAY)
    sheets: list[FactSheet] = [
        {"one": Fact(True, expires_on=later), "two": Fact(True, expires_on=soon)},
        {"one": Fact(True, expires_on=TODAY), "two": Fact(False)},
        {"one": Fact(True, expires_on=later)},
    ]
    latest = later.toordinal() + 1
    assert reader.read(sheets).first_ends(("one", "two"), NEVER) == [soon.toordinal(), NEVER, later.toordinal()]
    assert reader.read(sheets[::-1]).first_ends(("two",), latest) == [latest, latest, soon.toordinal()]
    assert reader.read(sheets).first_ends(("unheard of",), latest) == [latest, latest, latest]


def test_a_reader_learns_new_facts_and_keys_from_call_to_call() -> None:
    reader = SheetReader(TODAY)
    first = reader.read([{"one": Fact("a")}])
    assert [*first.codes] == ["one"]
    second = reader.read([{"one": Fact("b"), "two": Fact("c")}, {"one": Fact("a")}])
    assert second.codes["one"][1] == first.codes["one"][0] != second.codes["one"][0]
    assert [*second.codes] == ["one", "two"]


def test_one_fact_object_under_two_keys_is_read_under_each() -> None:
    shared = Fact(True)
    read = SheetReader(TODAY).read([{"one": Fact(False), "two": shared}, {"one": shared}, {"two": shared}])
    said = [[read.facts_of(key)[number] for number in read.codes[key]] for key in ("one", "two")]
    assert said == [[Fact(False), shared, None], [shared, None, shared]]


def test_facts_that_a_score_or_a_day_tells_apart_have_numbers_of_their_own() -> None:
    later = TODAY + timedelta(days=9)
    facts = [
        Fact(0),
        Fact(0.0),
        Fact(-0.0),
        Fact(False),
        Fact(None),
        Fact(None, not_applicable="no vendor"),
        Fact(0, Grade.VERIFIED),
        Fact(0, expires_on=later),
    ]
    read = SheetReader(TODAY).read([{"one": fact} for fact in (*facts, Fact(0, expires_on=TODAY), Fact(0, source="x"))])
    assert len(set(read.codes["one"])) == len(facts) + 1  # what has expired is like what is absent
    assert read.codes["one"][-2] == ABSENT
    assert read.codes["one"][-1] == read.codes["one"][0]  # nothing reads where a fact is from


class Computed(Recoded):
    """Numbers made of the facts' values."""

    def __init__(self, compute: Callable[[int], int]) -> None:
        super().__init__()
        self.compute = compute

    def number(self, fact: Fact | None) -> int:
        return 0 if fact is None else self.compute(int(str(fact.value)))


def test_other_numbers_are_given_to_few_and_to_many_facts() -> None:
    reader = SheetReader(TODAY)
    sheets = [{"one": Fact(number)} for number in range(600)]
    tens, double = Computed(lambda number: number // 10), Computed(lambda number: 2 * number)
    for asked in (sheets[:20], sheets, sheets[::-1], [{}, sheets[5]]):
        read = reader.read(asked)
        codes, facts = read.codes.get("one", bytes(len(asked))), read.facts_of("one")
        numbers = [sheet["one"].value if sheet else 0 for sheet in asked]
        assert [*tens.recode(codes, facts)] == [int(str(number)) // 10 for number in numbers]
        assert [*double.recode(codes, facts)] == [2 * int(str(number)) for number in numbers]


@settings(max_examples=30)
@given(st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=1, max_size=6), st.integers(1, 4))
def test_at_least_counts_the_planes_of_each_system(rows: list[list[bool]], needed: int) -> None:
    found = unpack(reach(needed, [place(row) for row in rows], 0b111), 3)
    assert [*found] == [sum(column) >= needed for column in zip(*rows, strict=True)]


def test_rows_are_columns_turned() -> None:
    assert transpose([b"\0\1", b"\2\3", b"\4\5"], 2) == [b"\0\2\4", b"\1\3\5"]
    assert write_rows([0b10, 0, 0b11], 2) == [b"\1\0\1", b"\0\0\1"]
    assert transpose([], 2) == write_rows([], 2) == [b"", b""]
    assert unite([0b001, 0b100]) == 0b101
