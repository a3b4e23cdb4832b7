"""The changed items in words: what it is, what it was, what it is now, and by which cause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from audit.engine.diff import REGULATORY, Change
from audit.engine.facts import JsonValue
from audit.portfolio.duties_calendar import by_number
from audit.reports.causes import say_causes
from audit.reports.change.records import ChangeRecords, Compared
from audit.reports.lines import DutyLine
from audit.reports.stored import told
from audit.reports.wording import (
    band_word,
    clip,
    days_between,
    fact_value,
    listing,
    margin,
    number,
    outcome_word,
    say,
    short_day,
)
from audit.selectors.reading import Reading

MOST_FACTS = 4


@dataclass(frozen=True, slots=True)
class Move:
    """One item of one system that moved. ``causes`` are the plain names: fact, law, method."""

    reference: str
    name: str
    what: str
    before: str
    after: str
    cause: str
    facts: str
    causes: tuple[str, ...]
    is_class: bool = False


def describe_moves(records: ChangeRecords, system: Compared) -> Iterator[Move]:
    """Give each item of a system that moved, the class first; a score is one item with both its ends.

    What reads the same at both days is left to the attachment.
    """
    changes = {(change.part, change.item): change for change in system.changes or ()}
    for (part, item), change in sorted(changes.items(), key=_weight):
        named = _name(records, part, item, change)
        if named is not None and named[1] != named[2]:
            yield _move(records, system, change, named)
    for part, title in (("lock_in", gettext("Lock-in")), ("transparency", gettext("Transparency risk"))):
        ends = [changes[part, item] for item in ("low", "high", "band") if (part, item) in changes]
        if ends:
            scores = {item: changes.get((part, item)) for item in ("low", "high", "band")}
            told_as = title, _score(scores, "before"), _score(scores, "after")
            yield _move(records, system, _together(ends), told_as)


def _weight(entry: tuple[tuple[str, str], Change]) -> tuple[int, int, str]:
    (part, item), _ = entry
    return part != REGULATORY, item != "aia_class", by_number(item)


def _name(records: ChangeRecords, part: str, item: str, change: Change) -> tuple[str, str, str] | None:
    """What an item is called, and its two values; none for items that another line already tells."""
    if part != REGULATORY:
        return _name_days(item, change)
    if item.startswith("duty:"):
        duty = records.titles.get(item.removeprefix("duty:"))
        title = _title(duty, change)
        return title, _duty(change.before), _duty(change.after)
    if item == "exposure":
        return gettext("Legal exposure"), _band(change.before), _band(change.after)
    keys = {
        "aia_class": ("aia.class", gettext("Class under the AI Act")),
        "class_on_go_live": ("aia.class", gettext("Class once in service")),
        "aia_roles": ("aia.roles", gettext("Roles under the AI Act")),
        "annex_iii_points": ("aia.annex_iii_points", gettext("Points of Annex III")),
        "art_5_points": ("aia.art_5_points", gettext("Practices under Art. 5")),
        "gpai_class": ("aia.gpai_class", gettext("Class of the general-purpose model")),
        "grandfathered_art_111_2": ("", gettext("Spared until a significant change (Art. 111(2))")),
        "high_risk_duties_from": ("", gettext("Duties of high-risk systems from")),
    }
    if item not in keys:
        return None
    key, what = keys[item]
    labels = _labels(records, key)
    undecided = gettext("not decided")
    before, after = (
        undecided if value is None else fact_value(value, labels) for value in (change.before, change.after)
    )
    return what, before, after


def _title(duty: DutyLine | None, change: Change) -> str:
    if duty is not None:
        return f"{duty.id}: {told(duty.title)}"
    for value in (change.after, change.before):
        if isinstance(value, Mapping):
            return str(value.get("id"))
    return change.item


def _duty(value: JsonValue) -> str:
    if not isinstance(value, Mapping):
        return gettext("does not apply")
    duty = Reading(value)
    since = duty.day("applies_from")
    word = outcome_word(duty.text("outcome"))
    return f"{word} ({short_day(since)})" if since and duty.text("outcome") == "not_yet_in_force" else word


def _band(value: JsonValue) -> str:
    return band_word(Reading(value).text("band")) if isinstance(value, Mapping) else gettext("not assessed")


def _name_days(item: str, change: Change) -> tuple[str, str, str] | None:
    names = {
        "exit_time_days": gettext("Time an exit takes"),
        "orderly_margin_days": gettext("Time for an orderly exit"),
        "sudden_margin_days": gettext("Time if it stopped at once"),
    }
    if item not in names:
        return None
    put = days_between if item == "exit_time_days" else margin
    before, after = (_days(value, is_margin=put is margin) for value in (change.before, change.after))
    return names[item], before, after


def _days(value: JsonValue, *, is_margin: bool) -> str:
    days = Reading(value) if isinstance(value, Mapping) else Reading({})
    low, high = days.number("low"), days.number("high")
    if low is None or high is None:
        return gettext("not known")
    return margin(low, high) if is_margin else days_between(low, high)


def _together(changes: Sequence[Change]) -> Change:
    """One change out of those of both ends and the band: every cause and every fact, each once."""
    causes = {cause: None for change in changes for cause in change.causes}
    facts = {fact: None for change in changes for fact in change.facts}
    first = changes[0]
    return Change(first.part, first.item, first.before, first.after, tuple(causes), tuple(facts))


def _score(scores: Mapping[str, Change | None], when: str) -> str:
    values = {item: getattr(change, when) for item, change in scores.items() if change is not None}
    parts = []
    for item in ("low", "high"):
        value = values.get(item)
        if isinstance(value, int | float):
            at = say("at best {score}", score=number(value, 1)) if item == "low" else ""
            parts.append(at or say("at worst {score}", score=number(value, 1)))
    band = values.get("band")
    return listing([*parts, band_word(str(band)) if band else ""])


def _move(records: ChangeRecords, system: Compared, change: Change, told_as: tuple[str, str, str]) -> Move:
    what, before, after = told_as
    causes = tuple(cause.value for cause in change.causes)
    return Move(
        reference=system.reference,
        name=system.name,
        what=what,
        before=before,
        after=after,
        cause=say_causes(change.causes),
        facts=_facts(records, change.facts),
        causes=causes,
        is_class=change.item == "aia_class",
    )


def _facts(records: ChangeRecords, keys: Sequence[str]) -> str:
    """The questions behind the facts, a few of them; a control is named by its duty."""
    questions = []
    for key in keys[:MOST_FACTS]:
        fact = records.vocabulary.facts.get(key)
        duty = records.titles.get(key)
        questions.append(clip(told(fact.question) if fact else told(duty.title) if duty else key, 120))
    if len(keys) > MOST_FACTS:
        questions.append(say("{number} more", number=number(len(keys) - MOST_FACTS)))
    return "; ".join(questions)


def _labels(records: ChangeRecords, key: str) -> Mapping[str, str]:
    fact = records.vocabulary.facts.get(key)
    return {choice.value: choice.label for choice in fact.choices} if fact else {}
