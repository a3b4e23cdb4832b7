"""The narrow row of each system: what lists show of its latest outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from audit.engine.dates import earliest
from audit.engine.facts import JsonValue
from audit.reports.outcome import Outcome
from audit.reports.reading import Reading
from audit.selectors.outlook import WATCHED
from audit.services.conditions import Case, first_watched_day
from audit.services.entities import write_triggers
from audit.services.writing import Cell
from audit.snapshots.concentration import stamp_of_sheet
from governance.vocabulary import load_vocabulary

_ASKED: Final = ("officer", "row", "catalogue")


@dataclass(frozen=True, slots=True)
class NextDate:
    """The next day that asks for something, and what."""

    on: date
    what: str


def describe_standing(case: Case, result: Mapping[str, object]) -> dict[str, Cell]:
    """The columns of a standing that say the outcome, from its latest result; an undecided class is empty."""
    outcome = case.outcome
    law = outcome.regulation
    upcoming = find_next_date(outcome, result, case.as_of)
    # Duties of the legal entity are judged once, on its own sheet.
    outcomes = [duty.outcome for duty in law.duties if duty.in_force and not duty.of_entity]
    return {
        "as_of": case.as_of,
        "aia_class": law.aia_class,
        "possible_classes": ",".join(law.possible_classes)[:300],
        "aia_roles": ",".join(law.roles or ())[:200],
        "annex_iii_points": ",".join(law.annex_iii_points or ())[:60],
        "art_5_points": ",".join(law.art_5_points or ())[:60],
        "class_on_go_live": law.class_on_go_live,
        # The points of a class that only begins with the service.
        "go_live_points": ",".join(law.points_on_go_live if law.class_on_go_live != law.aia_class else ())[:60],
        "is_grandfathered": law.grandfathered,
        "high_risk_from": law.high_risk_from,
        "openness_status": str(case.value("open.status") or "")[:20],
        "lock_in_low": outcome.lock_in.low,
        "lock_in_high": outcome.lock_in.high,
        "lock_in_band": outcome.lock_in.band,
        "transparency_low": outcome.transparency.low,
        "transparency_high": outcome.transparency.high,
        "transparency_band": outcome.transparency.band,
        "exposure_band": law.exposure.band,
        "entity_duties": write_triggers(result)[:600],
        "duties_in_force_unmet": outcomes.count("not_satisfied"),
        "duties_in_force_unknown": outcomes.count("undetermined"),
        "completeness": measure_completeness(outcome, case.snapshot.facts),
        "concentration": stamp_of_sheet(case.snapshot.facts),
        "next_date_on": upcoming.on if upcoming else None,
        "next_date_what": upcoming.what[:200] if upcoming else "",
        "valid_until": earliest(outcome.valid_until, first_watched_day(case)),
    }


def measure_completeness(outcome: Outcome, facts: Mapping[str, JsonValue]) -> float:
    """The share, 0-1, of the questions that still matter which are answered: known / (known + missing).

    As ``audit.portfolio.questions.Questionnaire.completeness``; what does not apply counts on neither side.
    """
    known = {
        key
        for key in _list_asked() & facts.keys()
        if isinstance(entry := facts[key], dict) and "not_applicable" not in entry
    }
    missing = {
        entry.key
        for part in (outcome.regulation.missing, outcome.lock_in.missing, outcome.transparency.missing)
        for entry in part
    }
    return round(len(known) / (len(known) + len(missing - known)), 4) if known or missing else 1.0


@lru_cache(maxsize=1)
def _list_asked() -> frozenset[str]:
    return frozenset(key for key, fact in load_vocabulary().facts.items() if fact.source in _ASKED)


def find_next_date(outcome: Outcome, result: Mapping[str, object], as_of: date) -> NextDate | None:
    """The first day after ``as_of`` on which a duty starts, a notice day passes, a contract or a version ends."""
    days = sorted(_coming(outcome, result), key=lambda coming: (coming.on, coming.what))
    return next((coming for coming in days if coming.on > as_of), None)


def _coming(outcome: Outcome, result: Mapping[str, object]) -> Iterator[NextDate]:
    for duty in outcome.regulation.duties:
        if duty.applies_from is not None:
            yield NextDate(duty.applies_from, f"{duty.title} applies")
        for label, day in duty.stages:
            yield NextDate(day, f"{duty.title} applies ({label.replace('_', ' ')})")
    lock_in = Reading(result).inside("lock_in") or Reading({})
    for watched in lock_in.each("dates"):
        watched_on = watched.day("on")
        what = WATCHED.get(watched.text("what"))
        if watched_on is not None and what is not None:
            yield NextDate(watched_on, what)
