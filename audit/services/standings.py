"""The narrow row of each system: what lists show of its latest outcome."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from audit.engine.assess import SystemOutcome
from audit.engine.dates import earliest
from audit.engine.facts import FactSheet
from audit.engine.findings import Duty, Outcome
from audit.engine.identity import ByIdentity
from audit.selectors.outlook import WATCHED
from audit.services.conditions import Case, first_watched_day
from audit.services.entities import write_triggers
from audit.services.writing import Cell
from audit.snapshots.concentration import stamp_of_sheet
from governance.vocabulary import load_vocabulary

_ASKED: Final = ("officer", "row", "catalogue")


class NextDate(NamedTuple):
    """The next day that asks for something, and what."""

    on: date
    what: str


def describe_standing(case: Case, judged: SystemOutcome, sheet: FactSheet) -> dict[str, Cell]:
    """The columns of a standing that say the outcome of a case as judged; an undecided class is empty."""
    outcome = case.outcome
    law = outcome.regulation
    upcoming = find_next_date(judged)
    unmet, unknown = _count_open(judged.law.duties)
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
        "entity_duties": write_triggers(judged.law)[:600],
        "duties_in_force_unmet": unmet,
        "duties_in_force_unknown": unknown,
        "completeness": measure_completeness(judged, sheet),
        "concentration": stamp_of_sheet(sheet),
        "next_date_on": upcoming.on if upcoming else None,
        "next_date_what": upcoming.what[:200] if upcoming else "",
        "valid_until": earliest(judged.valid_until, first_watched_day(case)),
    }


def _count_in_force(duties: Sequence[Duty]) -> tuple[int, int]:
    """The duties in force that are not met, and those of which nothing is known.

    Duties of the legal entity are judged once, on its own sheet.
    """
    outcomes = [duty.outcome for duty in duties if duty.in_force and duty.static.get("scope") != "entity"]
    return outcomes.count(Outcome.NOT_SATISFIED), outcomes.count(Outcome.UNDETERMINED)


_count_open: Final = ByIdentity(_count_in_force, most=2_000)


def measure_completeness(judged: SystemOutcome, sheet: FactSheet) -> float:
    """The share, 0-1, of the questions that still matter which are answered: known / (known + missing).

    As ``audit.portfolio.questions.Questionnaire.completeness``; what does not apply counts on neither side.
    """
    known = _list_asked() & sheet.keys()
    known = known.difference([key for key, fact in sheet.items() if fact.not_applicable])
    missing = {key for _, keys in judged.law.missing.answers for key in keys}
    missing.update([key for key, _ in judged.law.missing.duties])
    missing.update([entry[0] for entry in judged.lock_in.missing])
    missing.update([key for key, _ in judged.transparency.missing])
    return round(len(known) / (len(known) + len(missing - known)), 4) if known or missing else 1.0


@lru_cache(maxsize=1)
def _list_asked() -> frozenset[str]:
    return frozenset(key for key, fact in load_vocabulary().facts.items() if fact.source in _ASKED)


def find_next_date(judged: SystemOutcome) -> NextDate | None:
    """The first later day on which a duty starts, a notice day passes, a contract or a version ends."""
    starting = (start for start in _list_starts(judged.law.duties) if start.on > judged.as_of)
    watched = [
        NextDate(day.on, WATCHED[day.what])
        for day in judged.lock_in.dates
        if day.what in WATCHED and day.on > judged.as_of
    ]
    return min((*watched, *islice(starting, 1)), default=None)


def _sort_starts(duties: Sequence[Duty]) -> tuple[NextDate, ...]:
    """The days on which duties start, in order."""
    starts = [
        NextDate(duty.applies_from, f"{duty.static.get('title') or duty.id} applies")
        for duty in duties
        if duty.applies_from
    ]
    starts += [
        NextDate(day, f"{duty.static.get('title') or duty.id} applies ({label.replace('_', ' ')})")
        for duty in duties
        for label, day in duty.stages.items()
    ]
    return tuple(sorted(starts))


_list_starts: Final = ByIdentity(_sort_starts, most=2_000)
