"""What lies ahead over many systems: the days to come, and the answers that would tell the most."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

from audit.models import OutcomeRecord, Standing
from audit.rulepacks import load_packs
from audit.selectors.missing import MissingFact, list_missing
from governance.choices import LifecycleStage

MOST_SYSTEMS: Final = 500
"""So many results are read at most, those whose outcome changes first; the page says when there are more."""

_AT_ONCE: Final = 250
_KEPT: Final = 4 * MOST_SYSTEMS

WATCHED: Final = {
    "notice_by": "Last day to give notice",
    "retirement": "The version in use is retired",
    "contract_end": "The contract ends",
    "exit_test_ages": "The exit test is a year old",
    "margin_short_at_worst": "Time for an orderly exit may become too short",
    "margin_short_at_best": "Time for an orderly exit becomes too short",
}
"""The days that lock-in watches, as they are told; what is not here asks for nothing."""


@dataclass(frozen=True, slots=True)
class SystemLink:
    """A system as a page names it."""

    system_id: int
    name: str


@dataclass(frozen=True, slots=True)
class DateAhead:
    """Something that happens on a day: a duty begins, notice must be given, a contract ends."""

    on: date
    what: str
    kind: str
    citation: str = ""
    systems: tuple[SystemLink, ...] = ()


@dataclass(slots=True)
class RankedAnswer:
    """A fact that is not known, with what it would decide and for which systems."""

    key: str
    systems: list[SystemLink] = field(default_factory=list)
    decides_class: int = 0
    early: float = 0.0
    duties: int = 0
    points: float = 0.0

    @property
    def rank(self) -> tuple[int, float, float, str]:
        """Classes first, the most decisive answer on top, then points; the key makes it the same every time."""
        return (-self.decides_class, -self.early if self.decides_class else 0.0, -self.points, self.key)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The days ahead and the missing answers of the systems read; ``is_partial`` when there are more systems."""

    dates: tuple[DateAhead, ...]
    answers: tuple[RankedAnswer, ...]
    is_partial: bool


class _Ahead(NamedTuple):
    """What the pages take of one assessment. It is immutable, and so is this."""

    duties: tuple[tuple[date, str, str], ...]
    watched: tuple[tuple[date, str], ...]
    missing: tuple[MissingFact, ...]


_taken: Final[OrderedDict[str, _Ahead]] = OrderedDict()
"""What was taken of outcomes, by their hash: each is parsed once in a process, not once a page."""


def read_outlook(*, as_of: date) -> Outlook:
    """Put the days and missing answers of the latest results together: one query, and one for outcomes not seen yet."""
    rows = (
        Standing.objects.filter(assessment__isnull=False)
        .exclude(system__stage=LifecycleStage.WITHDRAWN)
        .order_by("valid_until", "pk")
        .values_list("system_id", "system__name", "assessment__outcome_sha256")[: MOST_SYSTEMS + 1]
    )
    return _make_outlook(as_of, tuple((*row,) for row in rows))


@lru_cache(maxsize=4)
def _make_outlook(as_of: date, rows: tuple[tuple[int, str, str], ...]) -> Outlook:
    """The outlook of these systems with these outcomes: the same rows on the same day give the same."""
    taken = _take({sha256 for _, _, sha256 in rows[:MOST_SYSTEMS]})
    read = [(SystemLink(system_id, name), taken[sha256]) for system_id, name, sha256 in rows[:MOST_SYSTEMS]]
    dates = [*_duties_ahead(read, as_of), *_watched_ahead(read, as_of)]
    return Outlook(
        tuple(sorted(dates, key=lambda entry: (entry.on, entry.kind, entry.what))),
        tuple(sorted(_rank_answers(read), key=lambda answer: answer.rank)),
        is_partial=len(rows) > MOST_SYSTEMS,
    )


def _take(outcomes: Set[str]) -> dict[str, _Ahead]:
    found = {sha256: _taken[sha256] for sha256 in outcomes if sha256 in _taken}
    unseen = sorted(outcomes - found.keys())
    for start in range(0, len(unseen), _AT_ONCE):
        part = OutcomeRecord.objects.filter(sha256__in=unseen[start : start + _AT_ONCE])
        for sha256, outcome in part.values_list("sha256", "content"):
            found[sha256] = _taken[sha256] = _read_ahead(outcome)
    while len(_taken) > _KEPT:
        _taken.popitem(last=False)
    return found


def _starts_of(duty: Mapping[str, Any]) -> Iterable[date]:
    """The day on which a duty that is to come begins, or each on which one begins in stages."""
    stages = _list_stages().get(str(duty["rule"]), ())
    if stages:
        return stages if duty.get("outcome") != "repealed" else ()
    starts = duty.get("applies_from")
    return (date.fromisoformat(starts),) if starts and duty.get("outcome") == "not_yet_in_force" else ()


@lru_cache(maxsize=1)
def _list_stages() -> dict[str, tuple[date, ...]]:
    """The days of each rule that begins in stages, by its id; outcomes are kept without them."""
    return {
        rule.id: tuple(version.schedule.stages.values())
        for pack in load_packs().regulatory
        for rule in pack.rules
        for version in rule.versions[-1:]
        if version.schedule.stages
    }


def _read_ahead(outcome: Mapping[str, Any]) -> _Ahead:
    law = outcome.get("regulatory") or {}
    duties = tuple(
        (day, str(duty["rule"]), str(duty["id"])) for duty in law.get("duties", ()) for day in _starts_of(duty)
    )
    watched = tuple(
        (date.fromisoformat(one["on"]), str(one["what"]))
        for one in (outcome.get("lock_in") or {}).get("dates", ())
        if one["what"] in WATCHED
    )
    return _Ahead(duties, watched, tuple(list_missing(outcome)))


_Read = Iterable[tuple[SystemLink, _Ahead]]


def _rank_answers(read: _Read) -> list[RankedAnswer]:
    """Gather the missing facts of many results by key, with what each would decide or narrow."""
    found: dict[str, RankedAnswer] = {}
    for system, ahead in read:
        for missing in ahead.missing:
            entry = found.get(missing.key)
            if entry is None:
                entry = found[missing.key] = RankedAnswer(missing.key)
            if not entry.systems or entry.systems[-1] is not system:
                entry.systems.append(system)
            entry.decides_class += missing.decides_class
            entry.early += missing.early
            entry.duties += missing.duties
            entry.points += missing.points
    return list(found.values())


def _duties_ahead(read: _Read, as_of: date) -> list[DateAhead]:
    """The duties that begin after the day, together where act, day and title are the same."""
    together: dict[tuple[date, str, str], list[SystemLink]] = defaultdict(list)
    said = _say_rules(as_of)
    for system, ahead in read:
        for day, rule, duty_id in ahead.duties:
            if day > as_of:
                title, citation = said.get(rule, (duty_id, ""))
                together[day, title, citation].append(system)
    return [
        DateAhead(day, title, "duty", citation, tuple(systems)) for (day, title, citation), systems in together.items()
    ]


def _say_rules(as_of: date) -> dict[str, tuple[str, str]]:
    """Title and citation of every rule as adopted by the day, by its id; outcomes are kept without them."""
    return {
        rule.id: (str(version.static["title"]), str(version.static["citation"]))
        for pack in load_packs().regulatory
        for rule, version in pack.at(as_of).rules
    }


def _watched_ahead(read: _Read, as_of: date) -> list[DateAhead]:
    """The days to be watched for the exit: notice, end of contract, retirement, and what time alone takes away."""
    return [
        DateAhead(day, WATCHED[what], what, systems=(system,))
        for system, ahead in read
        for day, what in ahead.watched
        if day > as_of
    ]
