"""A row of tags is read as the sheet it was written from, in this process and in any other."""

from __future__ import annotations

import json
from array import array
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings

from audit.engine.assess import assess_read
from audit.engine.expressions.columns import BLOCK, ByTag, SheetReader, Sheets
from audit.engine.expressions.tagged import TaggedSheets, Tagger, TagsLostError, read_tagged
from audit.engine.expressions.tags import WIDTH, Tagged, tag_fact
from audit.engine.facts import Fact, FactSheet, FactType, Grade, Kind, parse_sheet
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from tests.audit.engine.many import Given, assess_many
from tests.audit.engine.sheets import AS_OF, Sheet, any_fact, picks

KEYS = sorted(fact_types())


def make_sheets(pick: Random, how_many: int) -> list[Sheet]:
    types = fact_types()
    return [
        {key: age(any_fact(types[key], pick), pick) for key in KEYS if pick.random() < 0.6} for _ in range(how_many)
    ]


def age(fact: Fact, pick: Random) -> Fact:
    """Some of what applies rests on evidence that expires, some has expired."""
    if fact.value == "somewhere":
        fact = replace(fact, value="DE")  # a sheet that is read from JSON holds countries alone
    if pick.random() < 0.7:
        return fact
    return replace(fact, expires_on=AS_OF + timedelta(days=pick.choice((-3, 0, 1, 40, 400))), source="a contract")


def find_in(tagged: Mapping[int, Tagged], types: Mapping[str, FactType]) -> Any:
    """Finds facts again from what was kept of them, as a process does that has never seen them."""

    def find(tags: Collection[int]) -> dict[int, Fact]:
        kept = [tagged[tag] for tag in tags if tag in tagged]
        return {one.tag: parse_sheet({one.key: json.loads(one.says)}, types)[one.key] for one in kept}

    return find


def write_and_read(sheets: Sequence[FactSheet], on: date, *, later: date) -> Sheets:
    tagger = Tagger(KEYS)
    rows = tagger.write(SheetReader(on).read(sheets))
    assert {len(row) for row in rows} == {WIDTH * len(KEYS)}
    return read_tagged(SheetReader(later), TaggedSheets(KEYS, rows, find_in(tagger.tagged, fact_types())))


def say(sheets: Sheets) -> list[dict[str, tuple[Any, ...]]]:
    """All that is read of each sheet; why a fact does not apply is not."""
    return [
        {
            key: (repr(fact.value), fact.grade, fact.expires_on, bool(fact.not_applicable))
            for key, fact in sheets.make_sheet(place).items()
        }
        for place in range(sheets.count)
    ]


@settings(max_examples=25, deadline=None)
@given(picks())
def test_rows_of_tags_say_what_the_sheets_say(pick: Random) -> None:
    sheets = make_sheets(pick, 4)
    for days in (0, 1, 50):
        later = AS_OF + timedelta(days=days)
        assert say(write_and_read(sheets, AS_OF, later=later)) == say(SheetReader(later).read(sheets))


@settings(max_examples=5, deadline=None)
@given(picks())
def test_systems_are_judged_by_rows_of_tags_as_by_their_sheets(pick: Random) -> None:
    sheets, packs = make_sheets(pick, 12), load_packs()
    given_sheets = [Given(f"S{place}", sheet, {}) for place, sheet in enumerate(sheets)]
    for later in (AS_OF, AS_OF + timedelta(days=41)):
        read = write_and_read(sheets, AS_OF, later=later)
        judged = assess_read([one.system_id for one in given_sheets], read, [{} for _ in sheets], packs)
        by_tags = [outcome for outcome, _ in judged]
        assert by_tags == assess_many(given_sheets, packs, later)


def test_more_sheets_than_a_block_and_more_facts_than_a_byte_holds() -> None:
    types = {"days": FactType("days", Kind.INT), "none": FactType("none", Kind.BOOL)}
    sheets: list[FactSheet] = [{"days": Fact(number % 300)} if number % 7 else {} for number in range(BLOCK + 100)]
    tagger = Tagger([*types])
    rows = tagger.write(SheetReader(AS_OF).read(sheets))
    reader = SheetReader(AS_OF)
    for asked in (rows[:3], rows, rows[::-1]):
        read = read_tagged(reader, TaggedSheets([*types], asked, find_in(tagger.tagged, types)))
        values = [read.make_sheet(place).get("days") for place in range(read.count)]
        wanted = [sheets[rows.index(row)].get("days") for row in asked[:3]]
        assert values[:3] == wanted
    assert [fact and fact.value for fact in values] == [
        number % 300 if number % 7 else None for number in reversed(range(BLOCK + 100))
    ]


@given(picks())
def test_tags_are_read_at_a_glance_as_one_by_one_and_a_strange_one_is_never_taken_for_known(pick: Random) -> None:
    known = [pick.getrandbits(63) for _ in range(pick.randint(1, 8))]
    told = ByTag()
    for number, tag in enumerate(known, start=1):
        told[tag] = number if pick.random() < 0.9 else 1
        tags = [0, *known[:number]]
        asked = pick.choices(tags, k=BLOCK)
        assert told.glance(array("Q", asked).tobytes()) == bytes(told[each] for each in asked), "few differ in a byte"
        # As like as two can be: they differ in one bit.
        strange = pick.choice(tags) ^ (1 << pick.randrange(64))
        if strange not in told:
            asked[pick.randrange(BLOCK)] = strange
            assert told.glance(array("Q", asked).tobytes()) is None
    told[7] = 300
    assert told.glance(array("Q", [7]).tobytes()) is None, "no byte holds it"


def test_tags_that_no_byte_tells_apart_are_not_read_at_a_glance() -> None:
    told = ByTag()
    for number in range(300):
        told[number << 16] = number % 9
    assert told.glance(array("Q", [1 << 16]).tobytes()) is None
    assert [told[tag] for tag in (1 << 16, 256 << 16)] == [1, 256 % 9]


def test_a_tag_that_is_not_told_yet_is_noted_beside_those_that_are() -> None:
    types = {"days": FactType("days", Kind.INT)}
    tagger, reader = Tagger([*types]), SheetReader(AS_OF)
    sheets: list[FactSheet] = [{"days": Fact(value)} for value in (1, 2, 3)]
    rows = tagger.write(SheetReader(AS_OF).read(sheets))
    find = find_in(tagger.tagged, types)
    for asked in ([0, 1], [0, 1, 2], [2, 0]):
        read = read_tagged(reader, TaggedSheets([*types], [rows[place] for place in asked], find))
        assert say(read) == say(SheetReader(AS_OF).read([sheets[place] for place in asked]))


def test_a_fact_has_a_tag_of_its_own_for_all_that_is_read_of_it() -> None:
    later = AS_OF + timedelta(days=9)
    facts = [
        *(Fact(0), Fact(0.0), Fact(-0.0), Fact(False), Fact(None), Fact("0"), Fact(()), Fact(("0",))),
        *(Fact(None, not_applicable="no vendor"), Fact(0, Grade.VERIFIED), Fact(0, expires_on=later)),
        *(Fact(None, not_applicable="x", expires_on=later), Fact(None, Grade.VERIFIED, not_applicable="x")),
        *(Fact(later), Fact(later.isoformat() + " "), Fact(1e16), Fact(10**16), Fact("“é”")),
    ]
    tags = [tag_fact("one", fact).tag for fact in facts]
    assert len(set(tags)) == len(facts)
    assert all(0 < tag < 2**63 for tag in tags)
    assert tag_fact("two", facts[0]).tag not in tags
    assert tag_fact("one", Fact(0, source="a contract")).tag == tags[0]
    assert tag_fact("one", Fact(None, not_applicable="another reason")).tag == tags[8]


def test_a_tag_is_the_same_in_every_process() -> None:
    """Rows stay in the database: another tag for the same fact would lose them all."""
    one = tag_fact("data.personal", Fact(True, Grade.DOCUMENTED, date(2027, 3, 1)))
    assert one.says == '{"expires_on":"2027-03-01","grade":"documented_by_third_party","value":true}'
    # The first eight bytes of the hash of 'data.personal=' and these words, halved: sha256sum | cut -c-16.
    assert one.tag == 0x8671A38991432278 >> 1


def test_tags_whose_facts_are_gone_are_told() -> None:
    tagger, reader = Tagger(KEYS), SheetReader(AS_OF)
    rows = tagger.write(SheetReader(AS_OF).read([{"data.personal": Fact(True)}, {"data.personal": Fact(False)}]))
    gone = {tag: kept for tag, kept in tagger.tagged.items() if "true" in kept.says}
    with pytest.raises(TagsLostError, match="1 of 2 tags"):
        read_tagged(reader, TaggedSheets(KEYS, rows, find_in(gone, fact_types())))
    # And nothing of it is taken for known from then on.
    read = read_tagged(reader, TaggedSheets(KEYS, rows, find_in(tagger.tagged, fact_types())))
    assert [read.make_sheet(place)["data.personal"].value for place in (0, 1)] == [True, False]
