"""The comparison as a memo: dimensions side by side, trade-offs in words, and what management has to weigh."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from audit.engine.facts import FactSheet, JsonValue
from audit.engine.scoring.totals import Score
from audit.portfolio.comparison.comparing import Comparison, Judged, plain_judgements
from audit.portfolio.comparison.dimensions import Entry, describe
from audit.portfolio.comparison.rounding import round_score
from governance.choices import EvaluationResult


@dataclass(frozen=True, slots=True)
class Consideration:
    """A reason that speaks for an open or a closed model. ``holds`` is none where management has to say it."""

    speaks_for: str
    reason: str
    holds: bool | None

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data."""
        return {"speaks_for": self.speaks_for, "reason": self.reason, "holds": self.holds}


def write_memo(comparison: Comparison) -> dict[str, JsonValue]:
    """All that the decision memo shows, as plain data; no choice is ranked above another."""
    return {
        "system": comparison.reference,
        "name": comparison.name,
        "as_of": comparison.as_of.isoformat(),
        "present": _write_choice(comparison, comparison.present),
        "choices": [
            {
                **_write_choice(comparison, judged),
                "trade_offs": [*describe_trade_offs(comparison.present, judged)],
            }
            for judged in comparison.choices
        ],
        "considerations": [each.to_json() for each in weigh(comparison)],
        "packs": dict(comparison.present.assessment.packs),
    }


def _write_choice(comparison: Comparison, judged: Judged) -> dict[str, JsonValue]:
    entries: tuple[Entry, ...] = describe(comparison, judged)
    assumed: dict[str, JsonValue] = dict(judged.choice.assumed)
    return {
        "label": judged.choice.label,
        "run_mode": judged.choice.run_mode,
        "assumed": assumed,
        "dimensions": [entry.to_json() for entry in entries],
        "judgements": plain_judgements(judged),
    }


def describe_trade_offs(present: Judged, judged: Judged) -> tuple[str, ...]:
    """What is better, worse or open against what is in use; only intervals that do not meet are called so."""
    return tuple(_trade_offs(present, judged))


def _trade_offs(present: Judged, judged: Judged) -> Iterator[str]:
    before, after = present.assessment, judged.assessment
    yield _compare("Lock-in", _ends(before.lock_in.score), _ends(after.lock_in.score))
    yield _compare("Opacity", _ends(before.transparency.score), _ends(after.transparency.score))
    days, other = before.lock_in.exit_time, after.lock_in.exit_time
    yield _compare("The time to leave again", (days.low, days.high), (other.low, other.high), unit=" days")
    more, fewer = judged.duties - present.duties, present.duties - judged.duties - judged.undecided
    if more:
        yield f"{len(more)} obligations would come: {', '.join(sorted(more))}."
    if fewer:
        yield f"{len(fewer)} obligations would fall away: {', '.join(sorted(fewer))}."
    unknown = len(set(present.sheet) - set(judged.sheet))
    if unknown:
        yield f"{unknown} facts that are known today would have to be asked anew; until then the worst counts."


def _ends(score: Score) -> tuple[float, float]:
    return (score.low, score.high)


def _compare(what: str, before: tuple[float, float], after: tuple[float, float], unit: str = "") -> str:
    whole = round if unit else round_score
    figures = f"{whole(after[0])} to {whole(after[1])}{unit} against {whole(before[0])} to {whole(before[1])} today"
    if after[1] < before[0]:
        return f"{what} would surely be lower: {figures}."
    if after[0] > before[1]:
        return f"{what} would surely be higher: {figures}."
    return f"{what} may be lower or higher: {figures}; what is not known decides."


FOR_OPEN: Final = "open"
FOR_CLOSED: Final = "closed"


def weigh(comparison: Comparison) -> tuple[Consideration, ...]:
    """The reasons of practice for either kind, with whether the register shows that they hold (facts/seeds.md)."""
    sheet = comparison.present.sheet
    skilled = _says_yes(sheet, "exit.skills_in_house")
    personal, special = _says_yes(sheet, "data.personal"), _has_items(sheet, "data.special_categories")
    strict = True if special else (False if personal is False else None)
    passed = any(_has_passed(comparison, judged) for judged in comparison.choices)
    return (
        Consideration(FOR_OPEN, "The budget for licences is tight.", None),
        Consideration(FOR_OPEN, "The model has to be made to fit the industry's terms, data and forms.", None),
        Consideration(FOR_OPEN, "There are data of our own to train it on.", None),
        Consideration(FOR_OPEN, "Strict duties of privacy, or data that must stay on our premises.", strict),
        Consideration(FOR_OPEN, "A strategic advantage is sought that a product for all cannot give.", None),
        Consideration(FOR_OPEN, "Skilled staff can run it.", skilled),
        Consideration(FOR_CLOSED, "Easy access matters most, and resources or skills are few.", _not(skilled)),
        Consideration(FOR_CLOSED, "It has to be delivered fast.", None),
        Consideration(
            FOR_CLOSED, "The best raw performance is needed, and no alternative has shown enough.", not passed
        ),
        Consideration(FOR_CLOSED, "Support by a company with agreed service levels is needed.", None),
        Consideration(FOR_CLOSED, "Data for an open model of later are still being gathered: a planned path.", None),
    )


def _says_yes(sheet: FactSheet, key: str) -> bool | None:
    fact = sheet.get(key)
    return fact.value if fact is not None and isinstance(fact.value, bool) else None


def _has_items(sheet: FactSheet, key: str) -> bool | None:
    fact = sheet.get(key)
    return bool(fact.value) if fact is not None and isinstance(fact.value, tuple) else None


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _has_passed(comparison: Comparison, judged: Judged) -> bool:
    return any(
        row.component_id == judged.choice.component_id and row.result == EvaluationResult.PASSED
        for row in judged.tables.evaluations_of.get(comparison.system_id, ())
    )
