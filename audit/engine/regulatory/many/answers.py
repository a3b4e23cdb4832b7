"""The answers of the packs for many systems, and which of them are open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, pairwise, repeat
from operator import xor

from audit.engine.expressions.frames import Frame
from audit.engine.expressions.planes import write_rows
from audit.engine.facts import JsonValue
from audit.engine.logic import Datum
from audit.engine.regulatory.many.sharing import lay_out, share, share_data, where_one_of
from audit.engine.regulatory.many.tables import Fragment, Tables
from audit.engine.regulatory.rendering import is_undecided, render_answer, tell_later
from audit.engine.rules import GoLive, ResultKey, RulePack
from audit.engine.rules.asking import Asking, Behind, add_behind
from audit.engine.rules.deriving import derive_all
from audit.engine.trace import plain


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """An answer with the systems for which it is open, and the missing facts behind it there."""

    label: str
    where: int
    behind: Behind


@dataclass(slots=True)
class Answers:
    """Gives each key of the result, the most important first; read before anything is asked of it."""

    tables: Tables
    frame: Frame
    asking: Asking
    opened: list[OpenAnswer] = field(default_factory=list)
    _parts: list[Sequence[Fragment]] = field(default_factory=list)

    def read(self) -> None:
        """Find the answers; ``opened`` tells then which are open."""
        for pack in self.tables.program.packs:
            for place, result in enumerate(pack.results):
                self._answer(pack, result)
                if place == 0 and pack.go_live is not None:
                    self._answer_go_live(pack.id, pack.go_live)

    def give(self) -> list[Mapping[str, JsonValue]]:
        """The answers of each system."""
        return self.tables.join(self._parts, self.frame.count)

    def add_up(self) -> Iterable[int]:
        """For each system the number of its answers."""
        found: Iterable[int] = repeat(0, self.frame.count)
        for part in self._parts:
            found = map(xor, found, self.tables.tokens_of.each(part))
        return found

    def _answer(self, pack: RulePack, result: ResultKey) -> None:
        values = self.frame.value(result.fact)
        choices = pack.choices[result.fact]

        def give(datum: Datum) -> Fragment:
            return self.tables.fragment((pack.id, result.key), (datum,), lambda: render_answer(result, datum, choices))

        self._parts.append(share_data(values, self.frame.count, give))
        self._note(result.label, result.fact, values.undecided, self.asking)

    def _note(self, label: str, fact: str, where: int, asking: Asking) -> None:
        if where:
            behind: Behind = {}
            add_behind(behind, asking.behind_fact((fact, None)), where)
            self.opened.append(OpenAnswer(label, where, behind))

    def _answer_go_live(self, pack: str, rule: GoLive) -> None:
        """As if the systems before service were in it; all that hangs on their stage is derived anew."""

        def give(told: tuple[Datum, ...]) -> Fragment:
            return self.tables.fragment((pack, rule.key), told, lambda: _render_later(rule, told))

        before = where_one_of(self.frame.value(rule.fact), rule.before)
        if not before:
            self._parts.append([give(())] * self.frame.count)
            return
        hanging = self.tables.program.hanging[rule.fact]
        later = self.frame.answer(rule.fact, rule.becomes, frozenset({rule.fact, *(plan.key for plan in hanging)}))
        derive_all(later, hanging, self.tables.program.by_derivation)
        keys = (rule.reads, *(fact for _, fact in rule.also))
        told = [lay_out(later.value(key)) for key in keys]
        spans = list(pairwise(accumulate([len(one.planes) for one in told], initial=1)))

        def tell(row: bytes) -> Fragment:
            if not row[0]:
                return give(())
            return give(tuple([one.datum_at(row[start:end]) for one, (start, end) in zip(told, spans, strict=True)]))

        rows = write_rows([before, *chain.from_iterable([one.planes for one in told])], later.count)
        self._parts.append(share(rows, tell))
        asking = Asking(later, self.tables.program.plans)
        self._note(rule.key, rule.reads, before & later.value(rule.reads).undecided, asking)


def _render_later(rule: GoLive, told: tuple[Datum, ...]) -> Fragment:
    """The answers once in service, from the data told; without any of a system that is in service already."""
    if not told:
        return {rule.key: None, **{key: None for key, _ in rule.also}}
    also = {key: tell_later(datum) for (key, _), datum in zip(rule.also, told[1:], strict=True)}
    return {rule.key: _tell(told[0]), **also}


def _tell(datum: Datum) -> JsonValue:
    return None if is_undecided(datum) else plain(datum)
