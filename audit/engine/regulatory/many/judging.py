"""Judges many systems by packs of rules at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from audit.engine.dates import earliest
from audit.engine.expressions.columns import Column, read_columns
from audit.engine.expressions.frames import Frame
from audit.engine.expressions.planes import pack
from audit.engine.facts import Control, FactSheet, first_expiry
from audit.engine.findings import Duty
from audit.engine.regulatory.bands import ExposureBand, choose_band, list_severities
from audit.engine.regulatory.judging import judge_regulation
from audit.engine.regulatory.many.answers import Answers
from audit.engine.regulatory.many.days import first_days, where_begun
from audit.engine.regulatory.many.missing import Missing
from audit.engine.regulatory.many.program import Program, prepare
from audit.engine.regulatory.many.rules import Rules
from audit.engine.regulatory.many.sharing import Coded, code, code_data, row_of
from audit.engine.regulatory.outcome import LawOutcome, order_facts
from audit.engine.rules import RulePack
from audit.engine.rules.asking import Asking
from audit.engine.rules.deriving import derive_all


def judge_many(
    sheets: Sequence[FactSheet],
    controls: Sequence[Mapping[str, Control]],
    packs: Sequence[RulePack],
    as_of: date,
    columns: Mapping[str, Column] | None = None,
) -> list[LawOutcome]:
    """The outcome of each system, equal to ``judge_regulation(…).outcome()``; what is equal is one object.

    ``controls`` are those of each sheet, in the same order; ``columns`` the sheets as ``read_columns`` gives them,
    where the caller has read them already. Packs of which a derived fact reads one derived after it are judged one
    system after the other.
    """
    if not sheets:
        return []
    program = prepare(tuple(packs), tuple([pack.at(as_of) for pack in packs]))
    if not program.is_regular:
        pairs = zip(sheets, controls, strict=True)
        return [judge_regulation(sheet, recorded, packs, as_of).outcome() for sheet, recorded in pairs]
    read = read_columns(sheets) if columns is None else columns
    return _Many(program, Frame(program.conditions, read, len(sheets), as_of), controls, as_of).judge()


@dataclass(slots=True)
class _Many:
    """One call of ``judge_many``."""

    program: Program
    frame: Frame
    controls: Sequence[Mapping[str, Control]]
    as_of: date

    def judge(self) -> list[LawOutcome]:
        """The outcome of each system."""
        packs, frame = self.program.packs, self.frame
        derive_all(frame, self.program.plans.values(), self.program.by_derivation)
        asking = Asking(frame, self.program.plans)
        answers = Answers(self.program, frame, asking)
        given = answers.give()
        rules = Rules(self.program, frame, self.as_of)
        duties = rules.duties(self.controls)
        missing = Missing(rules, asking, answers.opened, order_facts(packs))
        past_review = tuple([pack.id for pack in packs if pack.is_past_review(self.as_of)])
        rows = zip(
            given,
            duties,
            rules.undetermined(),
            missing.list_missing(),
            self._find_bands(rules, duties),
            [past_review] * frame.count,
            self._valid_until(rules, duties),
            missing.list_asked(),
            strict=True,
        )
        return list(map(LawOutcome._make, rows))

    def _find_bands(self, rules: Rules, duties: Sequence[tuple[Duty, ...]]) -> Sequence[ExposureBand | None]:
        table = next((pack.exposure for pack in self.program.packs if pack.exposure is not None), None)
        if table is None:
            return [None] * self.frame.count
        classes = code_data(self.frame.value(table.reads), self.frame.count)
        opened = self._open_severities(rules)
        told = {id(one): list_severities(one) for one in {id(one): one for one in duties}.values()}
        found: dict[tuple[int, int, int], ExposureBand] = {}
        bands: list[ExposureBand | None] = []
        for row in zip(classes.codes, opened.codes, map(id, duties), strict=True):
            band = found.get(row)
            if band is None:
                certain, possible = told[row[2]]
                band = choose_band(table, classes.entries[row[0]], certain, possible | opened.entries[row[1]])
                found[row] = band
            bands.append(band)
        return bands

    def _open_severities(self, rules: Rules) -> Coded[frozenset[str]]:
        """How severe the duties of each system are that may apply and would be in force."""
        planes: dict[str, int] = {}
        for entry, days in zip(self.program.rules, rules.days, strict=True):
            still_open = self.frame.is_open(entry.number)
            if still_open and not entry.rule.of_entity:
                severity = str(entry.version.static["severity"])
                begun = where_begun(days, entry, self.as_of, self.frame.full)
                planes[severity] = planes.get(severity, 0) | (still_open & begun)
        names = list(planes)
        return code(
            row_of(planes.values(), self.frame.count),
            lambda row: frozenset([name for name, is_there in zip(names, row, strict=True) if is_there]),
        )

    def _valid_until(self, rules: Rules, duties: Sequence[tuple[Duty, ...]]) -> list[date | None]:
        turn = earliest(*(view.next_turn(self.as_of) for view in self.program.views))
        of_duties = {id(one): self._first_coming(one) for one in {id(one): one for one in duties}.values()}
        coming = self._coming(rules)
        firsts = first_days(coming, self.frame.full)
        days: list[date | None] = [day for day, _ in firsts]
        coded = code(
            row_of([where for _, where in firsts], self.frame.count),
            lambda row: days[place] if (place := row.find(1)) >= 0 else None,
        )
        expiries = [first_expiry(recorded.values(), self.as_of) if recorded else None for recorded in self.controls]
        found: dict[tuple[int, int, date | None], date | None] = {}
        result: list[date | None] = []
        for row in zip(coded.codes, map(id, duties), expiries, strict=True):
            if row not in found:
                found[row] = earliest(turn, coded.entries[row[0]], of_duties[row[1]], row[2])
            result.append(found[row])
        return result

    def _first_coming(self, duties: Sequence[Duty]) -> date | None:
        days = [
            day
            for duty in duties
            for day in (duty.applies_from, *duty.stages.values(), *duty.possible_days)
            if day is not None and day > self.as_of
        ]
        return min(days) if days else None

    def _coming(self, rules: Rules) -> dict[date, int]:
        """The days that facts expire, or that duties begin of which it is open whether they apply."""
        coming: dict[date, int] = {}
        for entry, days in zip(self.program.rules, rules.days, strict=True):
            still_open = self.frame.is_open(entry.number)
            if still_open:
                for day in entry.schedule.stages.values():
                    if day > self.as_of:
                        coming[day] = coming.get(day, 0) | still_open
                for day, where in days.coming(self.as_of):
                    coming[day] = coming.get(day, 0) | (where & still_open)
        for column in self.frame.columns.values():
            days_of_facts = [None if fact is None else fact.expires_on for fact in column.facts]
            for day in {day for day in days_of_facts if day is not None and day > self.as_of}:
                where = pack(column.codes, [one == day for one in days_of_facts])
                coming[day] = coming.get(day, 0) | where
        return coming
