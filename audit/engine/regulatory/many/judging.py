"""Judges many systems by packs of rules at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import compress, repeat
from operator import xor
from typing import NamedTuple, TypeVar

from audit.engine.expressions.columns import NEVER, Sheets, reading
from audit.engine.expressions.frames import Frame
from audit.engine.expressions.planes import unite, write_rows
from audit.engine.facts import Control, FactSheet, first_expiry
from audit.engine.findings import Duty
from audit.engine.regulatory.bands import ExposureBand, is_law, may_begin
from audit.engine.regulatory.gist import LawGist, take_law_gist
from audit.engine.regulatory.judging import judge_regulation
from audit.engine.regulatory.many.answers import Answers
from audit.engine.regulatory.many.days import first_days
from audit.engine.regulatory.many.missing import Missing
from audit.engine.regulatory.many.rules import Rules
from audit.engine.regulatory.many.sharing import Coded, code, code_data, share
from audit.engine.regulatory.many.sums import Sums
from audit.engine.regulatory.many.tables import KEEPER, Tables
from audit.engine.regulatory.outcome import LawOutcome, order_facts
from audit.engine.rules import RulePack
from audit.engine.rules.asking import Asking
from audit.engine.rules.deriving import derive_all

_Judged = TypeVar("_Judged")


def judge_many(
    sheets: Sequence[FactSheet],
    controls: Sequence[Mapping[str, Control]],
    packs: Sequence[RulePack],
    as_of: date,
) -> list[LawOutcome]:
    """The outcome of each system, equal to ``judge_regulation(…).outcome()``; what is equal is mostly one object.

    ``controls`` are those of each sheet, in the same order. Packs of which a derived fact reads one derived after it
    are judged one system after the other.
    """
    if not sheets:
        return []
    with reading(sheets, as_of) as read:
        return [outcome for outcome, _ in judge_with_gists(read, controls, packs, as_of)]


def gist_read(
    sheets: Sheets,
    controls: Sequence[Mapping[str, Control]],
    packs: Sequence[RulePack],
    as_of: date,
) -> list[LawGist]:
    """The gist of each of these outcomes, for sheets that were read for this day; there is at least one.

    All rules are judged, and what is open is not listed.
    """
    return _judge(_Given(sheets, controls, packs, as_of), _Many.list_gists, take_law_gist)


def judge_with_gists(
    sheets: Sheets,
    controls: Sequence[Mapping[str, Control]],
    packs: Sequence[RulePack],
    as_of: date,
) -> list[tuple[LawOutcome, LawGist]]:
    """Each outcome with its gist."""
    return _judge(
        _Given(sheets, controls, packs, as_of),
        lambda many: list(zip(many.list_outcomes(), many.list_gists(), strict=True)),
        lambda outcome: (outcome, take_law_gist(outcome)),
    )


class _Given(NamedTuple):
    """What is judged."""

    sheets: Sheets
    controls: Sequence[Mapping[str, Control]]
    packs: Sequence[RulePack]
    as_of: date


def _judge(
    given: _Given, judge_all: Callable[[_Many], list[_Judged]], make_one: Callable[[LawOutcome], _Judged]
) -> list[_Judged]:
    sheets, controls, packs, as_of = given
    key = (tuple(packs), tuple([pack.at(as_of) for pack in packs]), as_of)
    tables = KEEPER.take(key)
    if tables.program.is_regular:
        judged = judge_all(_Many(tables, tables.frame(sheets), controls))
    else:
        each = [judge_regulation(sheets.make_sheet(n), controls[n], packs, as_of) for n in range(sheets.count)]
        judged = [make_one(result.outcome()) for result in each]
    KEEPER.give_back(key, tables)
    return judged


class _Many:
    """Many systems judged together, of which outcomes or gists are asked."""

    def __init__(self, tables: Tables, frame: Frame, controls: Sequence[Mapping[str, Control]]) -> None:
        self.tables = tables
        self.frame = frame
        self.controls = controls
        program = tables.program
        derive_all(frame, program.plans.values(), program.by_derivation)
        asking = Asking(frame, program.plans)
        self.answers = Answers(tables, frame, asking)
        self.answers.read()
        self.rules = Rules(tables, frame)
        self.bundles = self.rules.duties(controls)
        self.missing = Missing(self.rules, asking, self.answers.opened, order_facts(program.packs))

    def list_outcomes(self) -> list[LawOutcome]:
        """The outcome of each system."""
        rows = zip(
            self.answers.give(),
            self._duties,
            self.rules.undetermined(),
            self.missing.list_missing(),
            self._bands,
            self._past_review,
            self._untils,
            self.missing.list_asked(),
            strict=True,
        )
        return list(map(LawOutcome._make, rows))

    def list_gists(self) -> list[LawGist]:
        """The gist of each."""
        sums = Sums()
        self.rules.add_undetermined(sums)
        self.missing.add_all(sums)
        rows = zip(
            map(xor, sums.list_numbers(self.frame.count), self.answers.add_up()),
            self._duties,
            self._bands,
            self._past_review,
            self._untils,
            strict=True,
        )
        return list(map(LawGist._make, rows))

    @cached_property
    def _duties(self) -> list[tuple[Duty, ...]]:
        return [bundle.duties for bundle in self.bundles]

    @cached_property
    def _past_review(self) -> list[tuple[str, ...]]:
        packs = self.tables.program.packs
        return [tuple([pack.id for pack in packs if pack.is_past_review(self.tables.as_of)])] * self.frame.count

    @cached_property
    def _bands(self) -> Sequence[ExposureBand | None]:
        table = next((pack.exposure for pack in self.tables.program.packs if pack.exposure is not None), None)
        if table is None:
            return [None] * self.frame.count
        classes = code_data(self.frame.value(table.reads), self.frame.count)
        opened = self._open_severities()
        by_id = dict(zip(map(id, self.bundles), self.bundles, strict=True))

        def find(row: tuple[int, int, int]) -> ExposureBand:
            bundle = by_id[row[2]]
            possible = bundle.possible | opened.entries[row[1]]
            return self.tables.band(table, classes.entries[row[0]], bundle.certain, possible)

        return share(list(zip(classes.codes, opened.codes, map(id, self.bundles), strict=True)), find)

    def _open_severities(self) -> Coded[frozenset[str]]:
        """How severe the duties of each system are that may apply and would be in force."""
        planes: dict[str, int] = {}
        as_of = self.tables.as_of
        rows = zip(self.tables.program.rules, self.tables.outlooks, self.rules.days, strict=True)
        for entry, outlook, days in rows:
            if entry.rule.of_entity or outlook.begun is False or not is_law(entry.version.static):
                continue
            where = self.frame.is_open(entry.number)
            if where:
                if outlook.begun is None:
                    where &= unite([plane for day, plane in days.may_be.may_be.items() if may_begin(day, as_of)])
                severity = str(entry.version.static["severity"])
                planes[severity] = planes.get(severity, 0) | where
        names = list(planes)
        return code(write_rows(planes.values(), self.frame.count), lambda row: frozenset([*compress(names, row)]))

    @cached_property
    def _untils(self) -> list[date | None]:
        as_of = self.tables.as_of
        turns = [view.next_turn(as_of) for view in self.tables.program.views]
        turn = min([day.toordinal() for day in turns if day is not None], default=NEVER)
        firsts = first_days(self._coming(), self.frame.full)
        days = [day.toordinal() for day, _ in firsts]
        rows = write_rows([where for _, where in firsts], self.frame.count)
        ends = map(
            min,
            repeat(turn),
            self.frame.sheets.first_ends(self.frame.sheets.codes, NEVER),
            [bundle.coming for bundle in self.bundles],
            [self._first_end(recorded) if recorded else NEVER for recorded in self.controls],
            share(rows, lambda row: days[place] if (place := row.find(1)) >= 0 else NEVER),
        )
        return share(list(ends), lambda day: date.fromordinal(day) if day < NEVER else None)

    def _first_end(self, controls: Mapping[str, Control]) -> int:
        day = first_expiry(controls.values(), self.tables.as_of)
        return NEVER if day is None else day.toordinal()

    def _coming(self) -> dict[date, int]:
        """The days to come on which duties begin of which it is open whether they apply."""
        coming: dict[date, int] = {}
        as_of = self.tables.as_of
        for entry, outlook, days in zip(self.tables.program.rules, self.tables.outlooks, self.rules.days, strict=True):
            where = self.frame.is_open(entry.number)
            if where:
                for day in outlook.coming:
                    coming[day] = coming.get(day, 0) | where
                if entry.is_dated:
                    for possible, plane in days.may_be.may_be.items():
                        if isinstance(possible, date) and possible > as_of:
                            coming[possible] = coming.get(possible, 0) | (where & plane)
        return coming
