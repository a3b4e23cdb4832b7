"""What is kept from call to call for the same packs and day: facts read, duties judged and answers given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeAlias

from audit.engine.expressions.columns import NEVER, SheetReader, Sheets
from audit.engine.expressions.frames import Frame
from audit.engine.expressions.planes import Data
from audit.engine.facts import JsonValue
from audit.engine.findings import Duty
from audit.engine.identity import ByIdentity
from audit.engine.logic import Datum
from audit.engine.regulatory.bands import ExposureBand, choose_band, list_severities
from audit.engine.regulatory.gist import add_up, list_answer_tokens, token_of_rule
from audit.engine.regulatory.many.days import Outlook, foresee
from audit.engine.regulatory.many.program import Program, prepare
from audit.engine.remembering import Keeper
from audit.engine.rules import BandTable, PackView, RulePack

Fragment: TypeAlias = Mapping[str, JsonValue]
Severities: TypeAlias = frozenset[str]
TableKey: TypeAlias = tuple[tuple[RulePack, ...], tuple[PackView, ...], date]


class Bundle(NamedTuple):
    """The duties of a system, how severe those are that are not met or not shown to be, and the first day to come."""

    duties: tuple[Duty, ...]
    certain: Severities
    possible: Severities
    coming: int


@dataclass(slots=True)
class Tables:
    """Tables of one program and day, for one call at a time; ``tokens`` are those of open rules by condition."""

    program: Program
    as_of: date
    outlooks: tuple[Outlook, ...]
    tokens: Mapping[int, int]
    duties: dict[tuple[object, ...], Duty] = field(default_factory=dict)
    tokens_of: ByIdentity[Fragment, int] = field(default_factory=lambda: ByIdentity(_add_up_answers))
    _reader: SheetReader | None = None
    _data: dict[str, Data] = field(default_factory=dict)
    _bundles: dict[tuple[int, ...], Bundle] = field(default_factory=dict)
    _bands: dict[tuple[Datum, Severities, Severities], ExposureBand] = field(default_factory=dict)
    _fragments: dict[tuple[tuple[str, str], tuple[Datum, ...]], Fragment] = field(default_factory=dict)
    _answers: dict[tuple[int, ...], Fragment] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many duties and answers they hold."""
        return len(self.duties) + len(self._bundles) + len(self._answers)

    def frame(self, sheets: Sheets) -> Frame:
        """A frame of the sheets; what people answered is kept as long as the same reader reads them."""
        if self._reader is not sheets.source:
            self._reader, self._data = sheets.source, {}
        return Frame(self.program.conditions, sheets, self._data)

    def bundle(self, duties: Sequence[Duty]) -> Bundle:
        """The duties together; one object for the same ones, which have to be those of ``duties``."""
        key = tuple(map(id, duties))
        found = self._bundles.get(key)
        if found is None:
            together = tuple(duties)
            found = Bundle(together, *list_severities(together), self._first_coming(together))
            self._bundles[key] = found
        return found

    def _first_coming(self, duties: Sequence[Duty]) -> int:
        days = [
            day.toordinal()
            for duty in duties
            for day in (duty.applies_from, *duty.stages.values(), *duty.possible_days)
            if day is not None and day > self.as_of
        ]
        return min(days, default=NEVER)

    def band(self, table: BandTable, datum: Datum, certain: Severities, possible: Severities) -> ExposureBand:
        """The band of exposure."""
        found = self._bands.get((datum, certain, possible))
        if found is None:
            found = self._bands[datum, certain, possible] = choose_band(table, datum, certain, possible)
        return found

    def fragment(self, key: tuple[str, str], data: tuple[Datum, ...], make: Callable[[], Fragment]) -> Fragment:
        """The part of the answers that a pack gives from the key on, for these data; made once."""
        found = self._fragments.get((key, data))
        if found is None:
            found = self._fragments[key, data] = make()
        return found

    def join(self, parts: Sequence[Sequence[Fragment]], count: int) -> list[Fragment]:
        """The answers of each system together, of which each part gives fragments; one object for the same ones."""
        if not parts:
            return [{}] * count
        found = self._answers
        keys = list(zip(*[map(id, part) for part in parts], strict=True))
        for key, fragments in zip(keys, zip(*parts, strict=True), strict=True):
            if key not in found:
                joined: dict[str, JsonValue] = {}
                for fragment in fragments:
                    joined.update(fragment)
                found[key] = joined
        return list(map(found.__getitem__, keys))


def _add_up_answers(fragment: Fragment) -> int:
    return add_up(list_answer_tokens(fragment))


def _make(key: TableKey) -> Tables:
    packs, views, as_of = key
    program = prepare(packs, views)
    tokens: dict[int, int] = {}
    for entry in program.rules:
        tokens[entry.number] = tokens.get(entry.number, 0) ^ token_of_rule(entry.opened)
    return Tables(program, as_of, tuple([foresee(entry, as_of) for entry in program.rules]), tokens)


KEEPER: Keeper[TableKey, Tables] = Keeper(_make)
