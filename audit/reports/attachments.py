"""The evidence inside the file: facts and their types, rule packs, result, findings and evidence as canonical JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from audit.models import Finding
from audit.reports.packing import PackedFile, pack
from audit.reports.records import ReportRecords
from audit.rulepacks.embedded import describe_types
from audit.rulepacks.facts import fact_types
from governance.models import Evidence
from governance.selectors.law_records import RecordState

_FINDING_FIELDS = (
    "key",
    "area",
    "rating",
    "title",
    "condition",
    "criterion",
    "cause",
    "effect",
    "recommendation",
    "opened_on",
    "times_opened",
    "closed_on",
    "closed_because",
    "owner",
    "due_on",
    "response",
    "response_text",
    "response_by",
    "response_on",
    "accepted_until",
    "accepted_by",
    "acceptance_confirmed_by",
)
_EVIDENCE_FIELDS = (
    "reference",
    "title",
    "kind",
    "source",
    "url",
    "sha256",
    "grade",
    "issued_on",
    "expires_on",
    "verified_by",
    "verified_on",
    "supports",
)


_ROW_KEEPING = frozenset({"id", "system_id", "created_at", "updated_at", "dpia_id", "earlier_id"})


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file inside the PDF; ``relationship`` is PDF/A-3's word for what it is to the report."""

    name: str
    description: str
    relationship: str
    file: PackedFile

    @property
    def content(self) -> bytes:
        """The file as a reader of the PDF gets it."""
        return self.file.unpack()


def attach(name: str, description: str, relationship: str, content: bytes) -> Attachment:
    """Give a file that is at hand whole as an attachment."""
    return Attachment(name, description, relationship, pack(content))


def canonical_json(value: object) -> bytes:
    """Give JSON with sorted keys, no needless space and UTF-8, so that the same value gives the same bytes."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return text.encode()


def build_attachments(records: ReportRecords) -> tuple[Attachment, ...]:
    """Give all attachments, in the order in which they are listed."""
    assessment = records.assessment
    sheet = {"id": records.system.reference, **assessment.fact_sheet.content}
    packs = {
        record.pack: {"version": record.version, "sha256": record.sha256, "content": record.content}
        for record in records.packs
    }
    return (
        attach("fact-sheet.json", "Facts and controls the judgement was made from", "Source", canonical_json(sheet)),
        attach("result.json", "Outcome of the assessment", "Data", canonical_json(assessment.result)),
        attach("rule-packs.json", "Rule packs as they were used", "Source", canonical_json(packs)),
        attach(
            "fact-types.json", "Types and choices of the facts", "Source", canonical_json(describe_types(fact_types()))
        ),
        attach("findings.json", "Findings with responses", "Data", canonical_json(_findings(records.findings))),
        attach("evidence.json", "List of the evidence", "Supplement", canonical_json(_evidence(records.evidence))),
        *_law_forms(records.law_records),
    )


def _law_forms(states: Sequence[RecordState]) -> tuple[Attachment, ...]:
    """Every version of every form of the law, where there is one: its entries, its elements, its evidence."""
    if not states:
        return ()
    rows = [
        {
            "form": state.kind,
            "version": state.version,
            "status": state.content["status"],
            "counts_until": state.counts_until,
            "elements": [
                {
                    "citation": each.element.citation,
                    "title": each.element.title,
                    "is_complete": each.is_complete,
                    "missing": [gap.missing for gap in each.gaps],
                    "elsewhere": each.elsewhere,
                }
                for each in state.elements
            ],
            "entries": {name: value for name, value in state.content.items() if name not in _ROW_KEEPING},
            "evidence": [support.reference for support in state.supports],
        }
        for state in states
    ]
    content = canonical_json(rows)
    return (attach("law-forms.json", "Forms of the law, element by element", "Supplement", content),)


def _findings(findings: Sequence[Finding]) -> list[dict[str, object]]:
    rows = ({name: getattr(finding, name) for name in _FINDING_FIELDS} for finding in findings)
    return sorted(rows, key=lambda row: str(row["key"]))


def _evidence(evidence: Sequence[Evidence]) -> list[dict[str, object]]:
    rows = ({name: getattr(each, name) for name in _EVIDENCE_FIELDS} for each in evidence)
    return sorted(rows, key=lambda row: str(row["reference"]))


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in an attachment; give it as text or number")
