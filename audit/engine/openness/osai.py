"""The score of the European Open Source AI Index (facts/openness/README.md §2)."""

from __future__ import annotations

from collections.abc import Iterable

from audit.engine.openness.dossier import Dossier, OpennessTables


def score_osai(dossier: Dossier, tables: OpennessTables) -> float | None:
    """The mean (0-1) over the dimensions that apply to the system's types; ``None`` where nothing was recorded."""
    applicable = _applicable(dossier, tables)
    if dossier.osai is None or not applicable:
        return None
    # What is empty counts as closed, as the index has it.
    return sum(tables.values.get(dossier.osai.get(name, ""), 0.0) for name in applicable) / len(applicable)


def find_unanswered(dossier: Dossier, tables: OpennessTables) -> tuple[str, ...]:
    """The dimensions that apply and that nobody has judged; the index counts them as closed."""
    answers = dossier.osai or {}
    return tuple(name for name in _applicable(dossier, tables) if not answers.get(name))


def _applicable(dossier: Dossier, tables: OpennessTables) -> list[str]:
    types = set(dossier.types)
    return [each.id for each in tables.dimensions if not types or each.types & types]


def rank_osai(scores: Iterable[tuple[str, float]]) -> list[str]:
    """File names by score, best first; ties by file name, last first."""
    by_name = sorted(scores, key=lambda entry: entry[0], reverse=True)
    return [name for name, _ in sorted(by_name, key=lambda entry: entry[1], reverse=True)]
