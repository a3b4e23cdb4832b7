"""What lies ahead over many systems: the days to come, and the answers that would tell the most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from audit.models import Standing
from audit.rulepacks import load_packs
from governance.choices import LifecycleStage

MOST_SYSTEMS: Final = 500
"""So many results are read at most, those whose outcome changes first; the page says when there are more."""

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
    weight: float = 0.0
    duties: int = 0
    points: float = 0.0

    @property
    def rank(self) -> tuple[int, float, float, str]:
        """Classes first, the most decisive answer on top, then points; the key makes it the same every time."""
        return (-self.decides_class, -self.weight if self.decides_class else 0.0, -self.points, self.key)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The days ahead and the missing answers of the systems read; ``is_partial`` when there are more systems."""

    dates: tuple[DateAhead, ...]
    answers: tuple[RankedAnswer, ...]
    is_partial: bool


def read_outlook(*, as_of: date) -> Outlook:
    """Read the latest results in one query and put their days and missing answers together."""
    rows = (
        Standing.objects.filter(assessment__isnull=False)
        .exclude(system__stage=LifecycleStage.WITHDRAWN)
        .order_by("valid_until", "pk")
        .values_list("system_id", "system__name", "assessment__outcome")[: MOST_SYSTEMS + 1]
    )
    results = [(SystemLink(system_id, name), result) for system_id, name, result in rows]
    read = results[:MOST_SYSTEMS]
    dates = [*_duties_ahead(read, as_of), *_watched_ahead(read, as_of)]
    return Outlook(
        tuple(sorted(dates, key=lambda entry: (entry.on, entry.kind, entry.what))),
        tuple(sorted(rank_answers(read), key=lambda answer: answer.rank)),
        is_partial=len(results) > MOST_SYSTEMS,
    )


def rank_answers(results: Iterable[tuple[SystemLink, Mapping[str, Any]]]) -> list[RankedAnswer]:
    """Gather the missing facts of many results by key, with what each would decide or narrow."""
    found: dict[str, RankedAnswer] = {}

    def at(key: str, system: SystemLink) -> RankedAnswer:
        entry = found.setdefault(key, RankedAnswer(key))
        if system not in entry.systems:
            entry.systems.append(system)
        return entry

    for system, result in results:
        for detail in result.get("regulatory", {}).get("missing_details", ()):
            entry = at(detail["key"], system)
            entry.decides_class += "class" in detail.get("decides", ())
            entry.weight += float(detail.get("weight", 0) or 0)
            entry.duties += sum(1 for what in detail.get("decides", ()) if str(what).startswith("duty:"))
        for part in ("lock_in", "transparency"):
            for detail in (result.get(part) or {}).get("missing_details", ()):
                at(detail["key"], system).points += float(detail.get("narrows", 0) or 0)
    return list(found.values())


def _duties_ahead(results: Iterable[tuple[SystemLink, Mapping[str, Any]]], as_of: date) -> list[DateAhead]:
    """The duties that begin after the day, together where act, day and title are the same."""
    together: dict[tuple[date, str, str], list[SystemLink]] = defaultdict(list)
    said = _say_rules(as_of)
    for system, result in results:
        for duty in result.get("regulatory", {}).get("duties", ()):
            starts = duty.get("applies_from")
            if starts and duty.get("outcome") == "not_yet_in_force" and (day := date.fromisoformat(starts)) > as_of:
                title, citation = said.get(duty["rule"], (duty["id"], ""))
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


def _watched_ahead(results: Iterable[tuple[SystemLink, Mapping[str, Any]]], as_of: date) -> list[DateAhead]:
    """The days to be watched for the exit: notice, end of contract, retirement, and what time alone takes away."""
    dates = []
    for system, result in results:
        for watched in (result.get("lock_in") or {}).get("dates", ()):
            day, what = date.fromisoformat(watched["on"]), WATCHED.get(watched["what"])
            if what is not None and day > as_of:
                dates.append(DateAhead(day, what, watched["what"], systems=(system,)))
    return dates
