"""Settled facts become JSON, its canonical text and what the engine reads, each different fact once.

A portfolio states the same facts of many systems: the same answer, the same catalogue entry, the same reason why
something does not apply. What was made of one is kept, and used again wherever it is stated word for word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Final, TypeAlias, TypeVar

from audit.engine.canonical import to_canonical_json
from audit.engine.dates import EARLIEST_DAY
from audit.engine.facts import Fact, FactSheetError, Grade, parse_sheet
from audit.rulepacks.facts import fact_types
from audit.snapshots.values import JsonObject, RawFact

_Key = TypeVar("_Key")
_Made = TypeVar("_Made")


class Memo(dict[_Key, _Made]):
    """What was made before, by all that it was made of; so many, then it begins anew and soon holds the common again.

    With what it was made of as its key, a kept thing stays right whatever changes in the register.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def keep(self, key: _Key, made: _Made) -> _Made:
        """Keep it and give it back."""
        if len(self) >= self._most:
            self.clear()
        self[key] = made
        return made


@dataclass(slots=True, eq=False)
class Finished:
    """One fact under its key in all its forms; ``fact`` is none where the vocabulary does not read it.

    ``base`` is the fact before evidence of the system's own supported it: the same value, stated elsewhere too.
    ``written`` is the fact with its key as it stands in the sheet's text, once somebody had it written. Two are the
    same only if they are one object: so they serve as keys without a look at what is in them. Not to be changed.
    """

    key: str
    raw: RawFact
    fact: Fact | None
    base: Finished | None = None
    written: str = ""
    _value_text: str = ""
    _entry: JsonObject | None = None

    def write(self) -> str:
        """The fact with its key as canonical JSON."""
        if not self.written:
            text = to_canonical_json(self.raw.to_json()) if self.base is None else self._write_supported(self.base)
            self.written = f'"{self.key}":{text}'
        return self.written

    def _write_supported(self, base: Finished) -> str:
        """Evidence of a system's own makes facts that no other system states; so the value is not written anew."""
        raw = self.raw
        expiry = f'"expires_on":"{raw.expires_on.isoformat()}",' if raw.expires_on is not None else ""
        source = f'"source":{encode_basestring(raw.source)},' if raw.source else ""
        return f'{{{expiry}"grade":"{raw.grade}",{source}"value":{base.value_text}}}'

    @property
    def value_text(self) -> str:
        """The bare value as canonical JSON."""
        if not self._value_text:
            self._value_text = to_canonical_json(self.raw.value)
        return self._value_text

    @property
    def entry(self) -> JsonObject:
        """The fact as JSON; made when it is asked for."""
        if self._entry is None:
            self._entry = self.raw.to_json()
        return self._entry


_Stated: TypeAlias = tuple[object, ...]
_finished: Final[Memo[_Stated, Finished]] = Memo(20_000)
"""About 20 MB."""


def finish(key: str, raw: RawFact) -> Finished:
    """The fact under its key."""
    value = raw.value
    kind = value.__class__
    stated: _Stated
    # 1, 1.0 and true are equal and not the same JSON.
    if kind is list:
        if not all(type(item) is str for item in value):  # type: ignore[union-attr]  # a list
            return _finish(key, raw)  # no fact; the engine's types refuse it
        stated = (key, kind, tuple(value), *raw[1:])  # type: ignore[arg-type]  # the same
    elif kind is dict:
        return _finish(key, raw)
    else:
        stated = (key, kind, raw)
    found = _finished.get(stated)
    return found if found is not None else _finished.keep(stated, _finish(key, raw))


def finish_all(facts: Mapping[str, RawFact]) -> dict[str, Finished]:
    """Each of them, in the same order."""
    return {key: finish(key, raw) for key, raw in facts.items()}


def _finish(key: str, raw: RawFact) -> Finished:
    entry = raw.to_json()
    try:
        fact = parse_sheet({key: entry}, fact_types())[key]
    except FactSheetError:
        fact = None
    return Finished(key, raw, fact)


_GRADES: Final = {grade.value: grade for grade in Grade}


def finish_supported(base: Finished, raw: RawFact) -> Finished:
    """The same value under the same key, with another grade, expiry and source: ``finish(base.key, raw)``.

    None is kept: no other system states it. The value is not read once more.
    """
    fact, grade, expires_on = base.fact, _GRADES.get(raw.grade), raw.expires_on
    if fact is None or grade is None or raw.not_applicable or (expires_on is not None and expires_on < EARLIEST_DAY):
        return finish(base.key, raw)
    return Finished(base.key, raw, Fact(fact.value, grade, expires_on, raw.source), base)


def write_content(facts: Iterable[Finished], controls: str) -> str:
    """The canonical JSON of a fact sheet with that of its controls; the facts in the order of their keys."""
    return f'{{"controls":{controls},"facts":{{{",".join([fact.written or fact.write() for fact in facts])}}}}}'
