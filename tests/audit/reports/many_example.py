"""A report on several assessments, truly computed, with the least that a page of it can show; for tests alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from audit.engine.assess import ENGINE_VERSION, assess
from audit.engine.canonical import hash_canonical
from audit.engine.facts import parse_controls, parse_sheet
from audit.models import Report
from audit.reports.attachments import Attachment
from audit.reports.contents import Part
from audit.reports.many import Judged, UsedPack, build_evidence
from audit.rulepacks import load_packs
from audit.rulepacks.compact import make_compact
from audit.rulepacks.contents import read_pack_content
from audit.rulepacks.facts import fact_types
from tests.audit.reports.example_result import AS_OF, FACTS

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@dataclass(frozen=True)
class PlainView:
    """One page that prints hashes and nothing else."""

    attachments: tuple[Attachment, ...]
    packs: Sequence[UsedPack]
    kind: str = "portfolio"
    language: str = "en"
    made_at: datetime = NOW
    is_draft: bool = False
    number: str = "OB-2026-0001"
    title: str = "Portfolio report"
    subject: str = "Portfolio"
    author: str = "Aldermoor Bank"
    description: str = "OB-2026-0001"
    parts: tuple[Part, ...] = ()

    @property
    def hashes(self) -> list[str]:
        """All that the signature page of a report on many prints."""
        return [pack.sha256 for pack in self.packs] + [
            hashlib.sha256(each.content).hexdigest() for each in self.attachments
        ]


def judge(reference: str, as_of: date = AS_OF, label: str = "", facts: Mapping[str, Any] | None = None) -> Judged:
    """The example's facts with others in their place, assessed."""
    packs = load_packs()
    sheet = {**FACTS, **(facts or {})}
    result = assess(reference, parse_sheet(sheet, fact_types()), parse_controls({}), packs, as_of).to_json()
    return Judged(
        id=reference,
        facts=sheet,
        controls={},
        row=make_compact(result),
        result_sha256=hash_canonical(result),
        packs=dict(packs.hashes),
        engine=ENGINE_VERSION,
        label=label,
    )


def used_packs() -> tuple[UsedPack, ...]:
    """The packs of today with their contents."""
    identities = [(name, *identity.split("+sha256:")) for name, identity in load_packs().hashes.items()]
    return tuple(
        UsedPack(name, version, sha256, read_pack_content(name, sha256)) for name, version, sha256 in identities
    )


def make_view(judged: Sequence[Judged]) -> PlainView:
    """A view of the assessments with their evidence."""
    report = Report(number="OB-2026-0001", version=1, kind="portfolio", status="final", language="en", as_of=AS_OF)
    packs = used_packs()
    return PlainView(build_evidence(report, judged, packs), packs)
