"""Section 17: incidents and requests, evaluations, who oversees it, and when the facts were confirmed."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from audit.reports.records import ReportRecords
from audit.reports.sections.front import Entry
from audit.reports.sections.law_forms import list_law_forms
from audit.reports.stored import told
from audit.reports.wording import long_day, number, say, say_count, short_day, within, yes_no
from audit.selectors.reading import Reading

_REQUESTS = ("aia.authority_request",)


@dataclass(frozen=True, slots=True)
class EvaluationRow:
    """One evaluation."""

    component: str
    purpose: str
    by: str
    day: str
    result: str
    next_due: str
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Overseer:
    """Somebody responsible for controls, and the duties they serve."""

    duties: str
    name: str


@dataclass(frozen=True, slots=True)
class Conduct:
    """What is recorded of how the system is run and watched."""

    requests: tuple[Entry, ...]
    evaluations: tuple[EvaluationRow, ...]
    overseers: tuple[Overseer, ...]
    owner: str
    confirmed: str


def build_conduct(records: ReportRecords) -> Conduct:
    """Build section 17."""
    as_of, system = records.assessment.as_of, records.system
    confirmed = gettext("The owner has not confirmed the facts yet.")
    if system.facts_confirmed_on:
        age = (as_of - system.facts_confirmed_on).days
        confirmed = say_count(
            "The facts were last confirmed on {day} by {person}, one day before the as-of day.",
            "The facts were last confirmed on {day} by {person}, {days} days before the as-of day.",
            age,
            day=long_day(system.facts_confirmed_on),
            person=system.facts_confirmed_by or gettext("a person not named"),
            days=number(age),
        )
    return Conduct(
        requests=(
            *(
                Entry(records.question(key), yes_no(_flag(records.facts[key])))
                for key in _REQUESTS
                if key in records.facts
            ),
            *list_law_forms(records),
        ),
        evaluations=tuple(
            EvaluationRow(
                component=(
                    say("{component} (substitute)", component=each.component)
                    if each.is_substitute
                    else str(each.component)
                ),
                purpose=each.purpose,
                by=each.evaluated_by,
                day=short_day(each.evaluated_on),
                result=within(each.get_result_display()),
                next_due=short_day(each.next_due_on, gettext("no day set")),
                is_overdue=each.next_due_on is not None and each.next_due_on <= as_of,
            )
            for each in records.evaluations
        ),
        overseers=_overseers(records),
        owner=system.owner or gettext("no owner recorded"),
        confirmed=confirmed,
    )


def _overseers(records: ReportRecords) -> tuple[Overseer, ...]:
    """Give who is responsible for the controls of the duties that apply here, with those duties."""
    titles: dict[str, str] = {}
    for duty in records.outcome.regulation.duties:
        titles[duty.rule] = titles[duty.id] = told(duty.title)
    found: dict[str, list[str]] = {}
    for control in records.controls:
        if control.responsible and control.obligation in titles:
            found.setdefault(control.responsible, []).append(titles[control.obligation])
    return tuple(Overseer("; ".join(duties), name) for name, duties in sorted(found.items()))


def _flag(entry: object) -> bool | None:
    if isinstance(entry, dict):
        return Reading(entry).flag("value")
    return entry if isinstance(entry, bool) else None
