"""Section 18: the index of evidence, and every fact with its support."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from audit.reports.records import ReportRecords
from audit.reports.sections.front import not_recorded
from audit.reports.sections.reliance import support_of
from audit.reports.stored import told
from audit.reports.wording import clip, fact_value, grade_word, say, short_day, tidy_source, within
from audit.selectors.reading import Reading
from governance.models import Evidence

MOST_FACTS = 150
MOST_EVIDENCE = 100
MOST_OF_A_SOURCE = 90


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One piece of evidence."""

    reference: str
    title: str
    kind: str
    source: str
    issued: str
    expires: str
    is_expired: bool
    sha256: str
    supports: str
    verified: str


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact of the sheet with its support."""

    question: str
    answer: str
    support: str
    source: str


@dataclass(frozen=True, slots=True)
class FactGroup:
    """The facts of one part of the questionnaire."""

    title: str
    rows: tuple[FactRow, ...]


@dataclass(frozen=True, slots=True)
class EvidenceIndex:
    """The evidence and the facts; longer lists stand in the attachments."""

    rows: tuple[EvidenceRow, ...]
    rows_left_out: int
    facts: tuple[FactGroup, ...]
    facts_left_out: int


def build_evidence(records: ReportRecords) -> EvidenceIndex:
    """Build section 18."""
    as_of = records.assessment.as_of
    rows = [
        EvidenceRow(
            reference=each.reference,
            title=each.title,
            kind=within(each.get_kind_display()),
            source=each.source or each.url or not_recorded(),
            issued=short_day(each.issued_on),
            expires=short_day(each.expires_on, gettext("does not expire")),
            is_expired=each.expires_on is not None and each.expires_on <= as_of,
            sha256=each.sha256 or gettext("no file held"),
            supports=" ".join(records.question(str(key)) for key in each.supports) or gettext("no fact named"),
            verified=_verified(each),
        )
        for each in records.evidence[:MOST_EVIDENCE]
    ]
    groups, left_out = _facts(records)
    return EvidenceIndex(tuple(rows), max(len(records.evidence) - MOST_EVIDENCE, 0), groups, left_out)


def _verified(evidence: Evidence) -> str:
    if not evidence.verified_by:
        return gettext("by nobody yet")
    return f"{evidence.verified_by}, {short_day(evidence.verified_on)}"


def _facts(records: ReportRecords) -> tuple[tuple[FactGroup, ...], int]:
    """Give the recorded facts in the questionnaire's order; those that do not apply are left to the attachment."""
    grouped: dict[str, list[FactRow]] = {section.id: [] for section in records.vocabulary.sections}
    others: list[FactRow] = []
    order = {key: at for at, key in enumerate(records.vocabulary.facts)}
    shown = [
        key
        for key in sorted(records.facts, key=lambda key: (order.get(key, len(order)), key))
        if _applies(records, key)
    ]
    for key in shown[:MOST_FACTS]:
        fact = records.vocabulary.facts.get(key)
        (grouped[fact.section] if fact else others).append(_fact(records, key))
    titles = {section.id: gettext(section.title) for section in records.vocabulary.sections}
    groups = [FactGroup(titles[name], tuple(rows)) for name, rows in grouped.items() if rows]
    if others:
        groups.append(FactGroup(gettext("Other facts"), tuple(others)))
    return tuple(groups), max(len(shown) - MOST_FACTS, 0)


def _applies(records: ReportRecords, key: str) -> bool:
    return support_of(records.facts[key], records) != "not_applicable"


def _fact(records: ReportRecords, key: str) -> FactRow:
    entry = records.facts[key]
    reading = Reading(entry) if isinstance(entry, dict) else Reading({"value": entry})
    support = support_of(entry, records)
    grade = gettext("expired, counted as unknown") if support == "expired" else grade_word(support)
    expires = reading.day("expires_on")
    if expires is not None and support != "expired":
        grade = say("{grade}, until {day}", grade=grade, day=short_day(expires))
    return FactRow(
        question=records.question(key),
        answer=fact_value(reading.content.get("value"), records.labels(key)),
        support=grade,
        source=clip(tidy_source(told(reading.text("source"))), MOST_OF_A_SOURCE),
    )
