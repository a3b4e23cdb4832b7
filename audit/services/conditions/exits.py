"""Findings on leaving: retired versions, notice days, contracts at their end, and margins that are too short."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from audit.models import FindingArea, Rating
from audit.reports.outcome import Days
from audit.services.conditions.drafts import Case, FindingDraft, key_part, raise_if, write_day
from audit.snapshots.observations import Retirement, Term

RETIREMENT_IN_SIGHT: Final = timedelta(days=180)
NOTICE_IN_SIGHT: Final = timedelta(days=90)
NOTICE_PRESSING: Final = timedelta(days=30)
_CRITERION: Final = (
    "Openbook lock-in model: exit has to be possible within the time there is (facts: contract, exit, horizon)"
)


def find_in_exit(case: Case) -> Iterator[FindingDraft]:
    """All findings on leaving."""
    for retirement in case.snapshot.observations.retirements:
        yield from _find_retirement(case, retirement)
    for term in case.snapshot.observations.terms:
        yield from _find_term(case, term)
    yield from _find_margins(case)
    if case.outcome.exit.contradictions:
        yield _draft_contradictions(case.outcome.exit.contradictions)


def watched_days(case: Case) -> Iterator[date]:
    """The days on which one of these findings opens, changes or closes by itself."""
    for retirement in case.snapshot.observations.retirements:
        yield retirement.retires_on - RETIREMENT_IN_SIGHT
        yield retirement.retires_on
    for term in case.snapshot.observations.terms:
        yield term.end_on
        if term.notice_on is not None:
            yield term.notice_on - NOTICE_IN_SIGHT
            yield term.notice_on - NOTICE_PRESSING
            yield term.notice_on + timedelta(days=1)


def _find_retirement(case: Case, retirement: Retirement) -> Iterator[FindingDraft]:
    left = retirement.retires_on - case.as_of
    if left > RETIREMENT_IN_SIGHT or not case.is_in_service:
        return
    past = left <= timedelta(0)
    stated = ", ".join(map(write_day, retirement.stated))
    disagreeing = f" Sources disagree: {stated}." if len(retirement.stated) > 1 else ""
    when = write_day(retirement.retires_on)
    yield FindingDraft(
        key=f"lock_in:retirement:{key_part(retirement.component)}",
        area=FindingArea.LOCK_IN,
        rating=Rating.VERY_HIGH if past else raise_if(Rating.MODERATE, when=case.is_critical),
        title=f"{retirement.component} {'was retired' if past else 'will be retired'} by {retirement.host} on {when}",
        condition=(
            f"{retirement.host} ends {retirement.component} on {when}: "
            + (f"{-left.days} days ago." if past else f"in {left.days} days.")
            + disagreeing
            + f" Source: {retirement.source or 'register'}."
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
    name = key_part(term.arrangement)
    if term.end_on <= case.as_of:
        if case.is_in_service and not term.renews:
            yield _draft_ended(term, name)
        return
    if term.notice_on is None:
        return
    left = term.notice_on - case.as_of
    if timedelta(0) <= left <= NOTICE_IN_SIGHT:
        yield FindingDraft(
            key=f"lock_in:notice:{name}",
            area=FindingArea.LOCK_IN,
            rating=raise_if(Rating.LOW, when=left <= NOTICE_PRESSING),
            title=f"Last day to give notice is near: {write_day(term.notice_on)}",
            condition=f"The {term.arrangement} ends on {write_day(term.end_on)}; notice counts until "
            f"{write_day(term.notice_on)}, in {left.days} days.",
            criterion="Notice period of the contract",
            cause="The term runs out." if not term.renews else "The contract renews by itself unless notice is given.",
            effect="After that day the organisation is bound for another term."
            if term.renews
            else "After that day the terms of a renewal can no longer be negotiated under notice.",
            recommendation="Decide whether to stay, and enter the decision.",
        )
    elif left < timedelta(0) and term.renews:
        yield FindingDraft(
            key=f"lock_in:notice:{name}",
            area=FindingArea.LOCK_IN,
            rating=Rating.MODERATE,
            title="The day to give notice has passed",
            condition=f"Notice on the {term.arrangement} counted until {write_day(term.notice_on)}; it renews by "
            f"itself after {write_day(term.end_on)}.",
            criterion="Notice period of the contract",
            cause="No decision is entered.",
            effect="The organisation is bound for another term.",
            recommendation="Enter the new term, or what was agreed instead.",
        )


def _draft_ended(term: Term, name: str) -> FindingDraft:
    return FindingDraft(
        key=f"lock_in:ended:{name}",
        area=FindingArea.LOCK_IN,
        rating=Rating.HIGH,
        title="In use without a contract in force",
        condition=f"The {term.arrangement} ended on {write_day(term.end_on)} and the system is still in service.",
        criterion="A service in use has a contract in force",
        cause="A renewal was not entered, or there is none.",
        effect="Neither service nor notice is assured.",
        recommendation="Enter the contract that holds now, or withdraw the system.",
    )


def _find_margins(case: Case) -> Iterator[FindingDraft]:
    out = case.outcome.exit
    if out.orderly_margin is not None and out.orderly_margin.low < 0:
        yield _draft_margin(case, out.orderly_margin, orderly=True)
    if out.sudden_margin is not None and out.sudden_margin.low < 0:
        yield _draft_margin(case, out.sudden_margin, orderly=False)


def _draft_margin(case: Case, margin: Days, *, orderly: bool) -> FindingDraft:
    surely = margin.high < 0
    what = "an orderly exit" if orderly else "a sudden stop"
    return FindingDraft(
        key="lock_in:orderly_margin" if orderly else "lock_in:sudden_margin",
        area=FindingArea.LOCK_IN,
        rating=raise_if(Rating.MODERATE if surely else Rating.LOW, when=case.is_critical),
        title=f"Time for {what} {'is' if surely else 'may be'} too short",
        condition=f"The margin for {what} lies between {margin.low:.0f} and {margin.high:.0f} days.",
        criterion=_CRITERION,
        cause="Leaving takes longer than contract, notice or retirement leave time for."
        if orderly
        else "The fallback takes over later than the business can do without the system.",
        effect="The business function stands still for the days that are missing.",
        recommendation="Shorten the exit (fallback, substitute that passed) or lengthen the time (notice, term).",
    )


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
