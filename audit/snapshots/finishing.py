"""Settled facts become JSON, its canonical text and what the engine reads, each different fact once.

A portfolio states the same facts of many systems: the same answer, the same catalogue entry, the same reason why
something does not apply. What was made of one is kept, and used again wherever it is stated word for word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from audit.engine.canonical import to_canonical_json
from audit.engine.facts import Fact, FactSheetError, JsonValue, parse_sheet
from audit.rulepacks.facts import fact_types
from audit.snapshots.values import JsonObject, RawFact


@dataclass(frozen=True, slots=True)
class Finished:
    """One fact in its three forms; ``fact`` is none where the vocabulary does not read it. Not to be changed."""

    raw: RawFact
    entry: JsonObject
    text: str
    fact: Fact | None


_Stated: TypeAlias = tuple[object, ...]
_MOST: Final = 20_000
"""So many facts are kept, about 20 MB; then it begins anew, and what is common soon stands there again."""
_finished: Final[dict[_Stated, Finished]] = {}


def finish(key: str, raw: RawFact) -> Finished:
    """The fact under its key."""
    value = raw.value
    if isinstance(value, dict) or (isinstance(value, list) and not all(type(item) is str for item in value)):
        return _finish(key, raw)  # no fact; the engine's types refuse it
    # 1, 1.0 and true are equal and not the same JSON.
    stated: _Stated = (
        key,
        tuple(value) if isinstance(value, list) else value,
        type(value),
        raw.source,
        raw.grade,
        raw.expires_on,
        raw.not_applicable,
    )
    found = _finished.get(stated)
    if found is None:
        if len(_finished) >= _MOST:
            _finished.clear()
        found = _finished[stated] = _finish(key, raw)
    return found


def _finish(key: str, raw: RawFact) -> Finished:
    entry = raw.to_json()
    try:
        fact = parse_sheet({key: entry}, fact_types())[key]
    except FactSheetError:
        fact = None
    return Finished(raw, entry, to_canonical_json(entry), fact)


def write_content(facts: Iterable[tuple[str, Finished]], controls: Mapping[str, JsonValue]) -> str:
    """The canonical JSON of a fact sheet with its controls; the facts in the order of their keys."""
    written = ",".join([f'"{key}":{fact.text}' for key, fact in facts])
    return f'{{"controls":{to_canonical_json({**controls})},"facts":{{{written}}}}}'
