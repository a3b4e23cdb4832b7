"""Any law that can be written down comes out for many systems at once as it does for each of them alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from audit.engine.dates import Span
from audit.engine.expressions import All, AnyOf, AtLeast, Atom, Condition, FactRef, Node, Not, compile_condition
from audit.engine.expressions.columns import reading
from audit.engine.expressions.nodes import Operand
from audit.engine.facts import CONTROL_STATES, Control, Fact, FactType, Kind, Value
from audit.engine.logic import Scalar
from audit.engine.regulatory import gist_read, judge_many, judge_regulation, take_law_gist
from audit.engine.rules import (
    Band,
    BandTable,
    Clause,
    Derived,
    GoLive,
    ResultKey,
    Rule,
    RulePack,
    RuleVersion,
    Schedule,
)

TODAY = date(2026, 11, 20)
LETTERS = ("a", "b", "c")
DAYS = (date(2026, 6, 1), TODAY, date(2027, 6, 1))
SEVERITIES = ("low", "medium", "high", "critical")
STATUSES = ("adopted", "adopted", "guidance", "proposed", "information")
ASKED: Mapping[str, Kind] = {
    "yes": Kind.BOOL,
    "no": Kind.BOOL,
    "letter": Kind.ENUM,
    "letters": Kind.ENUM_LIST,
    "day": Kind.DATE,
    "number": Kind.INT,
}
ALWAYS = Span(None, None)


@dataclass
class Lawmaker:
    """Writes laws at random: facts that hang on facts above them, duties, answers and a table of bands."""

    pick: Random
    kinds: dict[str, Kind] = field(default_factory=lambda: dict(ASKED))
    derived: list[Derived] = field(default_factory=list)

    def some(self, *kinds: Kind) -> str:
        return self.pick.choice([key for key, kind in self.kinds.items() if kind in kinds])

    def atom(self) -> Atom:
        key = self.pick.choice([*self.kinds, *[derived.key for derived in self.derived]])
        kind, is_derived = self.kinds[key], key not in ASKED
        subset = frozenset(self.pick.sample(LETTERS, self.pick.randint(1, 3)))
        yes = self.pick.random() < 0.5
        if kind is Kind.BOOL:
            return Atom(key, "is", yes, is_derived, is_list=False)
        if kind is Kind.ENUM_LIST:
            operand: dict[str, Operand] = {
                "has": self.pick.choice(LETTERS),
                "has_any": subset,
                "subset_of": subset,
                "is_empty": yes,
            }
            operator = self.pick.choice(list(operand))
            return Atom(key, operator, operand[operator], is_derived, is_list=True)
        if kind is Kind.DATE:
            other = FactRef(self.some(Kind.DATE)) if yes else self.pick.choice(DAYS)
            return Atom(key, self.pick.choice(("before", "on_or_after")), other, is_derived, is_list=False)
        if kind is Kind.INT:
            return Atom(key, self.pick.choice(("gt", "gte", "lt", "lte", "equals")), 2, is_derived, is_list=False)
        operator = self.pick.choice(("in", "not_in", "is_none"))
        return Atom(key, operator, yes if operator == "is_none" else subset, is_derived, is_list=False)

    def node(self, depth: int = 2) -> Node:
        if depth == 0 or self.pick.random() < 0.3:
            return self.atom()
        parts = tuple([self.node(depth - 1) for _ in range(self.pick.randint(1, 3))])
        return self.pick.choice((All(parts), AnyOf(parts), AtLeast(self.pick.randint(1, 2), parts), Not(parts[0])))

    def condition(self) -> Condition:
        return compile_condition(self.node())

    def maybe(self) -> Condition | None:
        return self.condition() if self.pick.random() < 0.5 else None

    def clauses(self, values: tuple[Scalar, ...]) -> tuple[Clause, ...]:
        return tuple(
            [Clause(self.pick.choice(values), self.condition(), ALWAYS) for _ in range(self.pick.randint(1, 4))]
        )

    def derive(self, place: int) -> None:
        kind = self.pick.choice((Kind.BOOL, Kind.ENUM, Kind.ENUM_LIST, Kind.DATE))
        made_of = FactType(f"d{place}", kind, LETTERS)
        if kind is Kind.BOOL:
            about = (self.pick.choice(list(self.kinds)),)
            made = Derived(made_of, when=self.maybe(), doubt=self.maybe(), doubt_about=about)
        elif kind is Kind.ENUM_LIST:
            lists = [one.key for one in self.derived if one.type.kind is kind]
            source = self.pick.choice(lists) if lists and self.pick.random() < 0.4 else ""
            made = Derived(made_of, () if source else self.clauses(LETTERS), when=self.maybe(), members_of=source)
        else:
            values: tuple[Scalar, ...] = LETTERS if kind is Kind.ENUM else DAYS
            last: Scalar | FactRef = FactRef(self.some(kind)) if self.pick.random() < 0.4 else self.pick.choice(values)
            yes = [key for key, other in self.kinds.items() if other is Kind.BOOL]
            choices = [one.key for one in self.derived if one.type.kind is Kind.ENUM]
            on = tuple(self.pick.sample(yes, self.pick.randint(0, 2)))
            by = tuple(self.pick.sample(choices, self.pick.randint(0, min(2, len(choices)))))
            made = Derived(made_of, self.clauses(values), otherwise=last, split_on=on, split_by=by)
        self.derived.append(made)
        self.kinds[made.key] = kind

    def schedule(self) -> Schedule:
        cases = (*self.clauses(DAYS), Clause(DAYS[2], compile_condition(All(())), ALWAYS))
        ways = (
            Schedule(day=self.pick.choice(DAYS)),
            Schedule(fact=self.some(Kind.DATE)),
            Schedule(cases=cases),
            Schedule(stages={"first": DAYS[0], "last": DAYS[2]}),
            Schedule(always=True),
            Schedule(no_day_before=self.pick.choice(DAYS)),
        )
        return self.pick.choice(ways)

    def rule(self, place: int) -> Rule:
        static = {"severity": self.pick.choice(SEVERITIES), "pack": "made_up", "status": self.pick.choice(STATUSES)}
        version = RuleVersion(
            ALWAYS,
            self.condition(),
            self.schedule(),
            static,
            breached_when=self.maybe(),
            no_control_cures=self.pick.random() < 0.5,
            repealed_on=self.pick.choice((None, None, *DAYS)),
            control=f"c{place % 3}",
            accepts=("framework",),
            helped_by=("helper",),
        )
        is_entity = self.pick.random() < 0.2
        return Rule(f"made_up.{place}", f"M-{place}", (version,), {}, TODAY, TODAY, of_entity=is_entity)

    def pack(self) -> RulePack:
        for place in range(self.pick.randint(1, 7)):
            self.derive(place)
        asked = self.pick.sample(self.derived, self.pick.randint(1, len(self.derived)))
        results = tuple([ResultKey(one.key, one.key, one.key, f"possible_{one.key}", "a") for one in asked])
        also = tuple([(f"later_{one.key}", one.key) for one in asked[1:]])
        live = GoLive("letter", frozenset({"a", "b"}), "c", asked[0].key, "on_go_live", also)
        bands = (Band("grave", "…", frozenset({"a"})), Band("some", "…", unmet="high"), Band("none", "…"))
        return RulePack(
            id="made_up",
            version="1",
            sha256="",
            title="",
            jurisdiction="",
            verified_on=TODAY,
            review_by=self.pick.choice(DAYS),
            derived=tuple(self.derived),
            rules=tuple([self.rule(place) for place in range(self.pick.randint(1, 8))]),
            results=results,
            go_live=live,
            exposure=BandTable(asked[0].key, bands),
        )


def draw_value(kind: Kind, pick: Random) -> Value:
    if kind is Kind.BOOL:
        return pick.random() < 0.5
    if kind is Kind.ENUM_LIST:
        return tuple(sorted(pick.sample(LETTERS, pick.randint(0, 3))))
    choices: Mapping[Kind, tuple[Value, ...]] = {
        Kind.ENUM: LETTERS,
        Kind.DATE: (*DAYS, None),
        Kind.INT: (1, 2, 3, None),
    }
    return pick.choice(choices[kind])


def draw_sheet(pick: Random) -> dict[str, Fact]:
    sheet: dict[str, Fact] = {}
    for key in pick.sample(list(ASKED), pick.randint(0, len(ASKED))):
        expires_on = pick.choice((None, None, *DAYS))
        applies = pick.random() < 0.9
        value = draw_value(ASKED[key], pick) if applies else None
        sheet[key] = Fact(value, expires_on=expires_on, not_applicable="" if applies else "not here")
    return sheet


def draw_controls(pick: Random) -> dict[str, Control]:
    names = ("c0", "c1", "made_up.0", "M-1", "framework", "helper", "unheard_of")
    chosen = pick.sample(names, pick.choice((0, 0, 2, 4)))
    return {name: Control(pick.choice(CONTROL_STATES), expires_on=pick.choice((None, *DAYS))) for name in chosen}


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32))
def test_any_law_comes_out_for_many_as_for_each(seed: int) -> None:
    pick = Random(seed)
    law = [Lawmaker(pick).pack()]
    sheets = [draw_sheet(pick) for _ in range(12)]
    controls = [draw_controls(pick) for _ in sheets]
    for as_of in (TODAY, DAYS[2]):
        each = [judge_regulation(sheet, one, law, as_of).outcome() for sheet, one in zip(sheets, controls, strict=True)]
        many = judge_many(sheets, controls, law, as_of)
        assert many == each
        assert [[*one.answers] for one in many] == [[*one.answers] for one in each]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_the_gist_of_any_law_is_that_of_each_outcome_and_tells_answers_apart_and_what_is_open(seed: int) -> None:
    pick = Random(seed)
    law = [Lawmaker(pick).pack()]
    sheets = [draw_sheet(pick) for _ in range(12)]
    controls = [draw_controls(pick) for _ in sheets]
    with reading(sheets, TODAY) as read:
        gists = gist_read(read, controls, law, TODAY)
    outcomes = judge_many(sheets, controls, law, TODAY)
    assert gists == list(map(take_law_gist, outcomes))
    pairs = zip(outcomes, gists, strict=True)
    told = {repr((one.answers, one.undetermined, one.missing, one.asked)): gist.told for one, gist in pairs}
    assert len({*told.values()}) == len(told)
