"""Section 7: limitations, and how well the facts are supported that the judgement rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from audit.reports.records import ReportRecords
from audit.reports.wording import percent, say_count, sentence
from audit.selectors.reading import Reading


def _rows() -> tuple[tuple[str, str, str], ...]:
    """Give each kind of support with its name and what it means."""
    return (
        ("verified", gettext("Verified by us"), gettext("seen and checked by the organisation itself")),
        (
            "documented_by_third_party",
            gettext("Documented by a third party"),
            gettext("in a document of somebody without a stake"),
        ),
        ("vendor_claimed", gettext("Claimed by the vendor"), gettext("stated by the vendor; not checked")),
        ("self_declared", gettext("Self-declared"), gettext("stated by the organisation; no document recorded")),
        ("expired", gettext("Expired"), gettext("the support has run out; counted as unknown")),
        (
            "unknown",
            gettext("Unknown and still wanted"),
            gettext("not answered, and the answer could change an outcome"),
        ),
    )


@dataclass(frozen=True, slots=True)
class SupportRow:
    """How many facts have one kind of support."""

    name: str
    meaning: str
    number: int
    share: str
    width: float


@dataclass(frozen=True, slots=True)
class Reliance:
    """How well the facts are supported; the limits are told by the template."""

    rows: tuple[SupportRow, ...]
    total: int
    not_applicable: str


def build_reliance(records: ReportRecords) -> Reliance:
    """Build section 7."""
    counts = Counter(support_of(entry, records) for entry in records.facts.values())
    counts["unknown"] = len(missing_keys(records))
    left_out = counts.pop("not_applicable", 0)
    total = sum(counts.values())
    return Reliance(
        rows=tuple(
            SupportRow(
                name=name,
                meaning=meaning,
                number=counts[kind],
                share=percent(counts[kind] / total) if total else "–",
                width=100 * counts[kind] / total if total else 0.0,
            )
            for kind, name, meaning in _rows()
        ),
        total=total,
        not_applicable=sentence(
            say_count(
                "one more fact does not apply to this system",
                "{number} more facts do not apply to this system",
                left_out,
            )
        ),
    )


def support_of(entry: object, records: ReportRecords) -> str:
    """Give the grade of a fact of the sheet, or ``expired`` or ``not_applicable``; a bare value is self-declared."""
    if not isinstance(entry, Mapping):
        return "self_declared"
    fact = Reading(entry)
    if "not_applicable" in entry:
        return "not_applicable"
    expires = fact.day("expires_on")
    if expires is not None and expires <= records.assessment.as_of:
        return "expired"
    return fact.text("grade") or "self_declared"


def missing_keys(records: ReportRecords) -> tuple[str, ...]:
    """Give the unknown facts that any of the three judgements still wants, each once."""
    outcome = records.outcome
    wanted = (*outcome.regulation.missing, *outcome.lock_in.missing, *outcome.transparency.missing)
    return tuple(dict.fromkeys(missing.key for missing in wanted if missing.key not in records.facts))
