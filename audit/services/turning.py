"""The days on which the law itself turns, for the daily run: which systems they make due, and what to call the run."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from django.db.models import F, Q

from audit.engine.regulatory import Turn, TurnKind, find_turns
from audit.rulepacks import load_packs

LOOKED_BACK: Final = timedelta(days=14)
"""A run that did not take place for so long loses no turn; what is older is found by ``valid_until`` alone."""
MOST_NAMED: Final = 4


def list_turned(as_of: date) -> tuple[Turn, ...]:
    """The duties that started or ended within the days looked back, the day itself included; disputed days are none."""
    packs = load_packs().regulatory
    turns = find_turns(packs, as_of - LOOKED_BACK, LOOKED_BACK.days)
    return tuple(turn for turn in turns if turn.kind is not TurnKind.DISPUTED)


def is_turned(days: Collection[date]) -> Q:
    """The standings that were judged before a day on which a duty of theirs turned, one of these, and not since."""
    return Q(next_date_on__in=days, as_of__lt=F("next_date_on"))


def name_daily_run(as_of: date) -> str:
    """Who asks for the daily run: the schedule, with the duties that turn on the very day."""
    rows = list(dict.fromkeys(turn.id for turn in list_turned(as_of) if turn.day == as_of))
    if not rows:
        return "schedule"
    more = f" and {len(rows) - MOST_NAMED} more" if len(rows) > MOST_NAMED else ""
    return f"schedule: the law turns for {', '.join(rows[:MOST_NAMED])}{more}"
