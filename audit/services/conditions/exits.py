"""Findings on leaving: retired versions, notice days, contracts at their end, and margins that are too short."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from audit.models import FindingArea, Rating
from audit.reports.outcome import Days
from audit.services.conditions.drafts import (
    Case,
    FindingDraft,
    draft_once,
    join_words,
    key_part,
    raise_if,
    write_day,
)
from audit.snapshots.concentration import HiddenRoot
from audit.snapshots.observations import ExitTest, Guarantee, Retirement, Term

RETIREMENT_IN_SIGHT: Final = timedelta(days=180)
NOTICE_IN_SIGHT: Final = timedelta(days=90)
NOTICE_PRESSING: Final = timedelta(days=30)
TEST_IN_SIGHT: Final = timedelta(days=60)
GUARANTEE_IN_SIGHT: Final = timedelta(days=90)
MARGIN_IN_SIGHT: Final = timedelta(days=90)
_RUNS_ALONG: Final = "It is true on any day: the vendor's notice runs along."
_GIVES_NONE: Final = "It is true on any day: a sudden stop gives no time."
_ORDERLY: Final = "lock_in:orderly_margin"
_TOO_LONG: Final = "Leaving takes longer than contract, notice or retirement leave time for."
_STANDSTILL: Final = "The business function stands still for the days that are missing."
_MAKE_TIME: Final = "Shorten the exit (fallback, substitute that passed) or lengthen the time (notice, term)."
_CRITERION: Final = (
    "Openbook lock-in model: exit has to be possible within the time there is (facts: contract, exit, horizon)"
)


def find_in_exit(case: Case) -> Iterator[FindingDraft]:
    """All findings on leaving."""
    seen = case.snapshot.observations
    if case.is_in_service:
        for retirement in seen.retirements:
            if retirement.retires_on - case.as_of <= RETIREMENT_IN_SIGHT:
                past = retirement.retires_on <= case.as_of
                yield _draft_retirement(retirement, past=past, is_critical=case.is_critical)
    for term in seen.terms:
        yield from _find_term(case, term)
    if case.is_in_service:
        yield from _find_tests(case)
        for guarantee in seen.guarantees:
            if guarantee.until - case.as_of <= GUARANTEE_IN_SIGHT:
                yield _draft_guarantee(guarantee, has_ended=guarantee.until <= case.as_of)
    if seen.root is not None and seen.root.is_hidden:
        yield _draft_root(seen.root, raise_if(Rating.LOW, when=case.is_critical))
    yield from _find_margins(case)
    if case.outcome.exit.contradictions:
        yield _draft_contradictions(case.outcome.exit.contradictions)


def watched_days(case: Case) -> Iterator[date]:
    """The days on which one of these findings opens, changes or closes by itself."""
    seen = case.snapshot.observations
    for retirement in seen.retirements:
        yield retirement.retires_on - RETIREMENT_IN_SIGHT
        yield retirement.retires_on
    for term in seen.terms:
        yield term.end_on
        if term.notice_on is not None:
            yield term.notice_on - NOTICE_IN_SIGHT
            yield term.notice_on - NOTICE_PRESSING
            yield term.notice_on + timedelta(days=1)
    for test in seen.tests:
        yield test.ages_on - TEST_IN_SIGHT
        yield test.ages_on
    for guarantee in seen.guarantees:
        yield guarantee.until - GUARANTEE_IN_SIGHT
        yield guarantee.until
    short_from = case.outcome.exit.short_at_worst_from
    if short_from is not None:
        yield short_from - MARGIN_IN_SIGHT


@draft_once
def _draft_retirement(retirement: Retirement, *, past: bool, is_critical: bool) -> FindingDraft:
    stated = ", ".join(map(write_day, retirement.stated))
    disagreeing = f" Sources disagree: {stated}." if len(retirement.stated) > 1 else ""
    when = write_day(retirement.retires_on)
    return FindingDraft(
        key=f"lock_in:retirement:{key_part(retirement.component)}",
        area=FindingArea.LOCK_IN,
        rating=Rating.VERY_HIGH if past else raise_if(Rating.MODERATE, when=is_critical),
        title=f"{retirement.component} {'was retired' if past else 'will be retired'} by {retirement.host} on {when}",
        condition=(
            f"{retirement.host} {'ended' if past else 'ends'} {retirement.component} on {when}.{disagreeing} "
            f"Source: {retirement.source or 'register'}."
        ),
        criterion="A version in use has a host that serves it",
        cause="The system still stands in the register with this version.",
        effect="The version answers no longer, or another one answers in its place that was never evaluated."
        if past
        else "From that day the system stands still, or runs on a version that was never evaluated.",
        recommendation="Enter to what it was moved and when, with the evaluation, or withdraw it."
        if past
        else "Choose and evaluate the version or model that takes over, before that day.",
    )


def _find_term(case: Case, term: Term) -> Iterator[FindingDraft]:
    if term.end_on <= case.as_of:
        if case.is_in_service and not term.renews:
            yield _draft_ended(term)
    elif term.notice_on is not None:
        left = term.notice_on - case.as_of
        if timedelta(0) <= left <= NOTICE_IN_SIGHT:
            yield _draft_notice(term, term.notice_on, is_pressing=left <= NOTICE_PRESSING)
        elif left < timedelta(0) and term.renews:
            yield _draft_notice_passed(term, term.notice_on)


@draft_once
def _draft_notice(term: Term, notice_on: date, *, is_pressing: bool) -> FindingDraft:
    return FindingDraft(
        key=f"lock_in:notice:{key_part(term.arrangement)}",
        area=FindingArea.LOCK_IN,
        rating=raise_if(Rating.LOW, when=is_pressing),
        title=f"Last day to give notice is near: {write_day(notice_on)}",
        condition=f"The {term.arrangement} ends on {write_day(term.end_on)}; notice counts until "
        f"{write_day(notice_on)}.",
        criterion="Notice period of the contract",
        cause="The term runs out." if not term.renews else "The contract renews by itself unless notice is given.",
        effect="After that day the organisation is bound for another term."
        if term.renews
        else "After that day the terms of a renewal can no longer be negotiated under notice.",
        recommendation="Decide whether to stay, and enter the decision.",
    )


@draft_once
def _draft_notice_passed(term: Term, notice_on: date) -> FindingDraft:
    return FindingDraft(
        key=f"lock_in:notice:{key_part(term.arrangement)}",
        area=FindingArea.LOCK_IN,
        rating=Rating.MODERATE,
        title="The day to give notice has passed",
        condition=f"Notice on the {term.arrangement} counted until {write_day(notice_on)}; it renews by "
        f"itself after {write_day(term.end_on)}.",
        criterion="Notice period of the contract",
        cause="No decision is entered.",
        effect="The organisation is bound for another term.",
        recommendation="Enter the new term, or what was agreed instead.",
    )


@draft_once
def _draft_ended(term: Term) -> FindingDraft:
    return FindingDraft(
        key=f"lock_in:ended:{key_part(term.arrangement)}",
        area=FindingArea.LOCK_IN,
        rating=Rating.HIGH,
        title="In use without a contract in force",
        condition=f"The {term.arrangement} ended on {write_day(term.end_on)} and the system is still in service.",
        criterion="A service in use has a contract in force",
        cause="A renewal was not entered, or there is none.",
        effect="Neither service nor notice is assured.",
        recommendation="Enter the contract that holds now, or withdraw the system.",
    )


def _find_tests(case: Case) -> Iterator[FindingDraft]:
    """An exit test counts for 12 months (facts/lock_in.yaml); of one that ages, in time to walk it again."""
    for test in case.snapshot.observations.tests:
        if test.ages_on - case.as_of <= TEST_IN_SIGHT:
            has_aged = test.ages_on <= case.as_of
            rating = raise_if(Rating.LOW, when=has_aged and case.is_critical)
            yield _draft_test(test, rating, has_aged=has_aged)


@draft_once
def _draft_test(test: ExitTest, rating: Rating, *, has_aged: bool) -> FindingDraft:
    when = write_day(test.ages_on)
    return FindingDraft(
        key=f"lock_in:exit_test:{key_part(test.arrangement)}",
        area=FindingArea.LOCK_IN,
        rating=rating,
        title="The exit test no longer counts" if has_aged else f"The exit test counts until {when}",
        condition=f"The way out of the {test.arrangement} was last walked on {write_day(test.tested_on)}; a test "
        f"proves something for 12 months, {'which ended' if has_aged else 'which end'} on {when}.",
        criterion="An exit plan is tested within 12 months; Regulation (EU) 2022/2554, Art. 28(8)",
        cause="It was not walked again.",
        effect="The plan counts as untested; how long leaving takes rests on estimates again."
        if has_aged
        else "From that day the plan counts as untested.",
        recommendation="Walk the way out again and enter the day, the kind and the phases.",
    )


@draft_once
def _draft_guarantee(guarantee: Guarantee, *, has_ended: bool) -> FindingDraft:
    """A price that may be raised: in sight for 90 days, and until a new day is entered."""
    when = write_day(guarantee.until)
    return FindingDraft(
        key=f"lock_in:price:{key_part(guarantee.arrangement)}",
        area=FindingArea.LOCK_IN,
        rating=Rating.LOW,
        title=f"The price {'is no longer guaranteed since' if has_ended else 'is guaranteed until'} {when}",
        condition=f"From {when} the vendor may ask another price under the {guarantee.arrangement}.",
        criterion="Costs of a service are known for the time it is relied on",
        cause="The guarantee has run out." if has_ended else "The guarantee runs out.",
        effect="The cost of the years after it is not known; a stress scenario shows the range.",
        recommendation="Agree on a price for the time after, and enter its day.",
    )


@draft_once
def _draft_root(root: HiddenRoot, rating: Rating) -> FindingDraft:
    ends = f"all end at {join_words(root.common)}" if root.common else "each rests on a company relied on already"
    return FindingDraft(
        key="lock_in:hidden_root",
        area=FindingArea.LOCK_IN,
        rating=rating,
        title="The alternatives are none: they lead back to a company that is relied on already",
        condition=f"{join_words(root.alternatives)}: {ends}.",
        criterion="Regulation (EU) 2022/2554, Art. 29: concentration is weighed with the alternatives",
        cause="Another host or model was counted as a way out, and its publisher, host or parent was not looked at.",
        effect="What stops the system may stop each of its alternatives at the same time.",
        recommendation="Evaluate a model, or find a host, of a group on which nothing rests yet.",
    )


def _find_margins(case: Case) -> Iterator[FindingDraft]:
    out = case.outcome.exit
    worst, best = out.short_at_worst_from, out.short_at_best_from
    if worst is not None and best is not None:
        if worst - case.as_of <= MARGIN_IN_SIGHT:
            yield _draft_dated(
                worst, best, is_short=worst <= case.as_of, surely=best <= case.as_of, is_critical=case.is_critical
            )
    elif out.orderly_margin is not None and out.orderly_margin.low < 0:
        yield _draft_margin(out.orderly_margin, orderly=True, is_critical=case.is_critical)
    if out.sudden_margin is not None and out.sudden_margin.low < 0:
        yield _draft_margin(out.sudden_margin, orderly=False, is_critical=case.is_critical)


@draft_once
def _draft_margin(margin: Days, *, orderly: bool, is_critical: bool) -> FindingDraft:
    """A margin that is short by the same days on any day."""
    surely = margin.high < 0
    what = "an orderly exit" if orderly else "a sudden stop"
    days = _say_days(-margin.high, -margin.low) if surely else f"up to {_say_days(-margin.low, -margin.low)}"
    return FindingDraft(
        key=_ORDERLY if orderly else "lock_in:sudden_margin",
        area=FindingArea.LOCK_IN,
        rating=raise_if(Rating.MODERATE if surely else Rating.LOW, when=is_critical),
        title=f"Short by {days} for {what}",
        condition=_RUNS_ALONG if orderly else _GIVES_NONE,
        criterion=_CRITERION,
        cause=_TOO_LONG if orderly else "The fallback takes over later than the business can do without the system.",
        effect=_STANDSTILL,
        recommendation=_MAKE_TIME,
    )


def _say_days(low: float, high: float) -> str:
    first, last = round(low), round(high)
    if first == last:
        return "1 day" if first == 1 else f"{first} days"
    return f"{first} to {last} days"


@draft_once
def _draft_dated(worst: date, best: date, *, is_short: bool, surely: bool, is_critical: bool) -> FindingDraft:
    """A margin bounded by a day: each day that passes takes one away, so it is said from when it is too short."""
    start = f"{'has been true since' if is_short else 'is true from'} {write_day(worst)}"
    at_best = f"{'since' if surely else 'from'} {write_day(best)}"
    condition = f"It {start}" if worst == best else f"At worst it {start}, even at best {at_best}"
    title = f"Time for an orderly exit may be too short from {write_day(worst)}"
    if is_short:
        title = f"Time for an orderly exit may be too short since {write_day(worst)}"
    if surely:
        title = f"Too little time for an orderly exit since {write_day(best)}"
    return FindingDraft(
        key=_ORDERLY,
        area=FindingArea.LOCK_IN,
        rating=raise_if(Rating.MODERATE if surely else Rating.LOW, when=is_critical and is_short),
        title=title,
        condition=f"{condition}; each day takes one more.",
        criterion=_CRITERION,
        cause=_TOO_LONG if is_short else "The end of the contract or of the version comes nearer.",
        effect=_STANDSTILL if is_short else "Whoever begins to leave after that day may not be done in time.",
        recommendation=_MAKE_TIME
        if is_short
        else "Decide before that day whether to stay; shorten the exit or lengthen the time.",
    )


@draft_once
def _draft_contradictions(says: tuple[str, ...]) -> FindingDraft:
    return FindingDraft(
        key="lock_in:contradictions",
        area=FindingArea.LOCK_IN,
        rating=Rating.LOW,
        title="Facts on leaving contradict each other",
        condition=" ".join(text if text.endswith(".") else f"{text}." for text in says),
        criterion="Facts that exclude each other cannot both be right",
        cause="One of them is outdated or was entered wrongly.",
        effect="Both are judged as they stand, at the worse.",
        recommendation="Find out which is right and correct the other.",
    )
