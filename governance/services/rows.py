"""Whether a row of the register can be right: the checks that the admin, the API and the table import share.

A row is given as its values by column; a column that is left out is not looked at. What was stored before its check
was made does not block another change: such checks look at changed columns only, which are all of a new row.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from django.db import models

from governance.choices import ICT_SERVICE_TYPES, EvidenceGrade, LifecycleStage
from governance.models import (
    AISystem,
    ComponentArtefact,
    ControlStatus,
    DataFlow,
    EvaluationRecord,
    Evidence,
    HostOffer,
    LegalEntity,
    Vendor,
    VendorDependency,
)
from governance.services.checking import check_day, check_value
from governance.vocabulary import load_vocabulary

Model: TypeAlias = type[models.Model]
Values: TypeAlias = Mapping[str, object]

_GONE_BY: Final[Mapping[Model, tuple[str, ...]]] = {
    AISystem: ("withdrawn_on", "facts_confirmed_on"),
    Vendor: ("source_on",),
    ComponentArtefact: ("source_on",),
    HostOffer: ("source_on",),
    Evidence: ("issued_on", "verified_on"),
    ControlStatus: ("recorded_on",),
    EvaluationRecord: ("evaluated_on",),
}
"""Days on which something has happened: none of them can lie ahead."""

_ORDERS: Final[Mapping[Model, tuple[str, str, str, str]]] = {
    AISystem: (
        "in_service_on",
        "withdrawn_on",
        "Withdrawn before it came into service on {earlier}",
        "give that day or a later one",
    ),
    VendorDependency: (
        "start_on",
        "end_on",
        "The contract ends before it starts",
        "the end must be after {earlier}",
    ),
    Evidence: ("issued_on", "expires_on", "It expires before it was issued", "give a day after {earlier}"),
    ControlStatus: ("recorded_on", "expires_on", "It expires before it was recorded", "give a day after {earlier}"),
    EvaluationRecord: (
        "evaluated_on",
        "next_due_on",
        "The next one is due before this one",
        "give a day after {earlier}",
    ),
    HostOffer: ("offered_from", "offered_until", "The offer ends before it begins", "give a day after {earlier}"),
}
"""The earlier day, the later day, what is wrong, and what would be right."""
_MAY_BE_EQUAL: Final = frozenset({AISystem})

_LISTS: Final[Mapping[Model, Mapping[str, str]]] = {
    DataFlow: {"special_categories": "data.special_categories"},
    VendorDependency: {"clauses": "ict.contract_clauses", "exit_test_phases": "exit.test_phases"},
}
"""Lists whose items are the choices of a fact."""
_GRADED: Final = frozenset({Vendor, ComponentArtefact, HostOffer})
_WITH_ADDRESS: Final = frozenset({Evidence, ComponentArtefact})
_DAYS: Final[Mapping[Model, tuple[str, ...]]] = {
    VendorDependency: (
        *("notice_days", "vendor_notice_days", "exit_transition_days"),
        *("exit_tested_days", "fallback_activation_days", "tolerable_outage_days", "validation_days"),
    ),
    DataFlow: ("retention_days",),
}
_MOST_DAYS: Final = 36_525
"""A hundred years; much more, and the day it leads to is in no calendar."""
_SHOWN_BY: Final = frozenset({"file", "url", "source"})
_LONGEST_PURPOSE: Final = 10_000
_UNSEEN: Final = re.compile(r"[\s\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row: the column to mend, what is wrong, and what would be right."""

    column: str
    what: str
    right: str

    @property
    def message(self) -> str:
        """Both as one sentence."""
        return f"{self.what}; {self.right}."


def find_row_problems(model: Model, values: Values, *, changed: Collection[str], today: date) -> tuple[RowProblem, ...]:
    """All that cannot be right in a row of the model, in the order of the checks; nothing is read or saved."""
    own = _OWN_CHECKS.get(model)
    return (
        *_check_days(model, values, changed, today),
        *_check_numbers_of_days(model, values, changed),
        *_check_contents(model, values, changed),
        *(own(values, changed, today) if own else ()),
    )


def name_once(name: str) -> str:
    """A name without blanks around and between its words."""
    return " ".join(name.split())


def find_namesakes(model: Model, values: Values, *, key: int | None) -> Iterator[RowProblem]:
    """What another row has that only one can have: a company's name and LEI, a system's reference."""
    rows = model._default_manager.exclude(pk=key)
    if model in (Vendor, LegalEntity):
        name, lei = values.get("name"), values.get("lei")
        if name and (same := rows.filter(name__iexact=name_once(str(name))).first()) is not None:
            yield RowProblem("name", f"“{same}” is in the register already", "change that entry")
        if lei and (same := rows.filter(lei=lei).first()) is not None:
            yield RowProblem("lei", f"This is the LEI of {same}", "check it")
    reference = values.get("reference")
    if (
        model in (AISystem, Evidence)
        and reference
        and (same := rows.filter(reference__iexact=str(reference)).first()) is not None
    ):
        yield RowProblem("reference", f"It is the number of “{same}”", "give a number of its own")


def explain_address(address: str) -> str:
    """What would be right where an address is none that a browser may follow; empty when it is one."""
    right = "An address begins with https:// or http:// and names a host, without blanks"
    try:
        parts = urlsplit(address)
        is_right = parts.scheme in ("http", "https") and bool(parts.hostname) and not _UNSEEN.search(address)
    except ValueError:
        is_right = False
    return "" if is_right else right


def _check_days(model: Model, values: Values, changed: Collection[str], today: date) -> Iterator[RowProblem]:
    for name, day in values.items():
        if isinstance(day, date) and name in changed and (problem := check_day(day)):
            what, _, right = problem.partition("; ")
            yield RowProblem(name, what, right)
    if (order := _ORDERS.get(model)) is not None:
        earlier, later, what, right = order
        first, second = values.get(earlier), values.get(later)
        if isinstance(first, date) and isinstance(second, date) and _is_wrong_order(model, first, second):
            day_in_words = _in_words(first)
            yield RowProblem(later, what.format(earlier=day_in_words), right.format(earlier=day_in_words))
    for name in _GONE_BY.get(model, ()):
        day = values.get(name)
        if isinstance(day, date) and day > today and name in changed:
            yield RowProblem(name, f"{_in_words(day)} is still to come", "give the day on which it happened")


def _check_numbers_of_days(model: Model, values: Values, changed: Collection[str]) -> Iterator[RowProblem]:
    for name in _DAYS.get(model, ()):
        number = values.get(name)
        if not isinstance(number, int | float) or 0 <= number <= _MOST_DAYS:
            continue
        if number < 0:
            yield RowProblem(name, "A number of days cannot be negative", "give 0 or more")
        elif name in changed:
            yield RowProblem(name, "This is more than a hundred years", "give a number of days, or leave it empty")


def _is_wrong_order(model: Model, first: date, second: date) -> bool:
    return second < first or (second == first and model not in _MAY_BE_EQUAL)


def _check_contents(model: Model, values: Values, changed: Collection[str]) -> Iterator[RowProblem]:
    """Lists of choices, grades and addresses: the columns of the database take any."""
    facts = load_vocabulary().facts
    for name, key in _LISTS.get(model, {}).items():
        value = values.get(name)
        if name in changed and value is not None and (problem := check_value(facts[key], value)):
            what, _, right = problem.partition("; ")
            yield RowProblem(name, what, right or "give a list of these choices")
    grade = values.get("grade")
    if model in _GRADED and "grade" in changed and grade and grade not in EvidenceGrade.values:
        yield RowProblem("grade", f"{grade!r} is no grade", f"choose one of {', '.join(EvidenceGrade.values)}")
    address = values.get("url")
    if model in _WITH_ADDRESS and "url" in changed and address and (right := explain_address(str(address))):
        yield RowProblem("url", right, "give one, or leave it empty")


def _check_system(values: Values, changed: Collection[str], today: date) -> Iterator[RowProblem]:
    purpose = values.get("purpose")
    if isinstance(purpose, str) and len(purpose) > _LONGEST_PURPOSE and "purpose" in changed:
        what = f"The purpose has {len(purpose):,} characters"
        yield RowProblem("purpose", what, f"give two or three sentences, at most {_LONGEST_PURPOSE:,} characters")
    stage = values.get("stage")
    if values.get("withdrawn_on") and stage and stage != LifecycleStage.WITHDRAWN:
        yield RowProblem("stage", "A day of withdrawal is given", "choose “Withdrawn”, or clear the day")
    since = values.get("in_service_on")
    was_used = stage in (LifecycleStage.IN_SERVICE, LifecycleStage.WITHDRAWN)
    if isinstance(since, date) and since > today and was_used:
        what = f"{_in_words(since)} is still to come, but by its stage it has been in service"
        yield RowProblem("in_service_on", what, "mend one of them")


def _check_flow(values: Values, _changed: Collection[str], _today: date) -> Iterator[RowProblem]:
    if values.get("special_categories") and values.get("has_personal_data") is False:
        yield RowProblem("has_personal_data", "Specially protected data are personal data", "choose “Yes”")


def _check_dependency(values: Values, changed: Collection[str], today: date) -> Iterator[RowProblem]:
    yield from _check_term(values)
    service = values.get("ict_service_type")
    if service and "ict_service_type" in changed and service not in dict(ICT_SERVICE_TYPES):
        yield RowProblem("ict_service_type", f"{service!r} is no type of ICT service", "give one from S01 to S19")
    elif service and values.get("is_ict_service") is False and {"is_ict_service", "ict_service_type"} & {*changed}:
        what = "What is no ICT service has no type"
        yield RowProblem("ict_service_type", what, "choose “Yes” above, or clear it")
    yield from _check_exit_test(values, today)


def _check_term(values: Values) -> Iterator[RowProblem]:
    """The term, and the vendor's notice in it; ours is measured by the model itself."""
    start, end, notice = (values.get(name) for name in ("start_on", "end_on", "vendor_notice_days"))
    if values.get("is_open_ended") and end:
        what = "A contract with an end is not open-ended"
        yield RowProblem("is_open_ended", what, "choose “No”, or clear the end")
    if isinstance(start, date) and isinstance(end, date) and isinstance(notice, int):
        term = (end - start).days
        if 0 < term < notice:
            what = f"The notice of {notice} days is longer than the whole term of {term} days"
            yield RowProblem("vendor_notice_days", what, "check both")


def _check_exit_test(values: Values, today: date) -> Iterator[RowProblem]:
    tested_on, tested = values.get("exit_tested_on"), values.get("exit_tested")
    if tested_on and tested is not True:
        yield RowProblem("exit_tested", "A day of the exit test is given", "choose “Yes”, or clear the day")
    if isinstance(tested_on, date) and tested_on > today:
        what = "This day is still to come, and a test counts once it has taken place"
        yield RowProblem("exit_tested_on", what, "clear it till then")
    if values.get("exit_test_phases") and tested is False:
        yield RowProblem("exit_test_phases", "An exit that was never tested ran no phases", "clear them")


def _check_evidence(values: Values, changed: Collection[str], _today: date) -> Iterator[RowProblem]:
    supports = values.get("supports")
    if "supports" in changed and supports is not None:
        yield from _check_supports(supports)
    if values.keys() >= _SHOWN_BY and not any(values[name] for name in _SHOWN_BY) and _SHOWN_BY & {*changed}:
        yield RowProblem("file", "There is nothing to look at", "add the file, or give its address, or say who made it")
    is_verified = values.get("grade") == EvidenceGrade.VERIFIED
    if is_verified and not values.get("verified_by") and {"grade", "verified_by"} & {*changed}:
        what = "“Verified by us” needs the name of who verified it"
        yield RowProblem("verified_by", what, "give it, or choose another grade")


def _check_supports(supports: object) -> Iterator[RowProblem]:
    if not isinstance(supports, list | tuple):
        yield RowProblem("supports", f"{supports!r} is not a list", "give a list of facts by their keys")
        return
    facts = load_vocabulary().facts
    for key in supports:
        if not isinstance(key, str) or key not in facts or facts[key].source == "derived":
            yield RowProblem("supports", f"{key!r} is no fact that evidence can support", "give the key of a question")


def _check_control(values: Values, _changed: Collection[str], _today: date) -> Iterator[RowProblem]:
    if values.get("status") == "not_applicable" and not values.get("reason"):
        yield RowProblem("reason", "It is said not to apply", "say why the obligation does not apply")


def _in_words(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


_OWN_CHECKS: Final = {
    AISystem: _check_system,
    DataFlow: _check_flow,
    VendorDependency: _check_dependency,
    Evidence: _check_evidence,
    ControlStatus: _check_control,
}
