"""The vocabulary as the engine's type table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from audit.engine.facts import FactType, Kind
from governance.vocabulary import VocabularyFact, load_vocabulary

# Shares of 1 (facts of lock-in and transparency): 72 would be meant as per cent, and be read as the best there is.
_SHARES: Final = frozenset({"conc.critical_share", "open.osai_score"})


@lru_cache(maxsize=1)
def fact_types() -> Mapping[str, FactType]:
    """Every fact that a sheet may hold with its type, for ``parse_sheet`` and the pack loaders; read only.

    What the packs themselves derive (``aia.class``, …) is no input and is left out.
    """
    facts = load_vocabulary().facts
    return MappingProxyType({key: _to_fact_type(fact) for key, fact in facts.items() if fact.source != "derived"})


def _to_fact_type(fact: VocabularyFact) -> FactType:
    return FactType(
        key=fact.key,
        kind=Kind(fact.type),
        choices=tuple(choice.value for choice in fact.choices),
        worse=fact.worse,
        nullable=fact.nullable,
        most=1 if fact.key in _SHARES else None,
    )
