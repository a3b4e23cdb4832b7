"""The result of one dossier in sentences, for a reader who never heard of the frameworks."""

from __future__ import annotations

from collections.abc import Iterator

from audit.engine.openness.judging import OpennessResult
from audit.engine.openness.mof import NAMES, MofResult
from audit.engine.openness.mof import TITLES as CLASSES
from audit.engine.openness.status import TITLES, name_missing


def describe_openness(result: OpennessResult) -> tuple[tuple[str, str], ...]:
    """Pairs of a short name and a sentence, most telling first; what does not apply says why."""
    return tuple(_describe(result))


def _describe(result: OpennessResult) -> Iterator[tuple[str, str]]:
    yield "Status", f"{TITLES[result.status]}. {result.reason}"
    if result.missing:
        yield "Not known", f"{', '.join(map(name_missing, result.missing))}."
    yield "Model Openness Framework", _describe_class(result)
    differing = _list_read_otherwise(result)
    if differing:
        yield (
            "Read literally",
            f"By the letter of the licence texts these are judged otherwise: {', '.join(differing)}.",
        )
    if result.osai_score is not None:
        yield "European Open Source AI Index", _describe_index(result)
    yield "Open-washing", _describe_washing(result)
    for each in result.contradictions:
        yield "Contradiction", f"{each.about}: {each.says}" if each.about else each.says
    for name in result.dossier.listed_twice():
        yield "Warning", f"{name} is listed twice; the last entry counts."


def _list_read_otherwise(result: OpennessResult) -> list[str]:
    strict, normalised = result.mof_strict, result.mof_normalised
    if strict is None or normalised is None:
        return []
    return [name for name, status in strict.components.items() if normalised.components[name] != status]


def _describe_index(result: OpennessResult) -> str:
    told = f"{result.osai_score:.2f} of 1, the mean over its dimensions"
    if result.osai_unanswered:
        return f"{told}; {len(result.osai_unanswered)} of them nobody has judged yet, and they count as closed."
    return f"{told}."


def _describe_class(result: OpennessResult) -> str:
    mof = result.mof_normalised
    if mof is None:
        return f"Does not apply: {result.framework_not_applicable}."
    if result.mof_class is None:
        best = result.mof_at_best
        could = CLASSES[best.level] if best is not None else ""
        return f"Not decided: {_progress(mof)} are known to be open; class {could} is still possible."
    return f"{CLASSES[mof.level]}; {_progress(mof)} are open."


def _progress(mof: MofResult) -> str:
    reached = [f"{mof.progress[level]:.0f} % of what class {NAMES[level]} asks for" for level in (3, 2, 1)]
    return ", ".join(reached)


def _describe_washing(result: OpennessResult) -> str:
    if result.open_washing is None:
        return "Not decided: its maker calls it open, and whether it is open source is not known yet."
    if result.open_washing:
        return f"Yes: its maker calls it open, and it is {TITLES[result.status]}."
    return "None found: its maker makes no open claim that the facts contradict."
