"""A signed report whose outcomes were truly computed, made in memory, and ways to take it apart and sign it again."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf

from audit.engine.assess import ENGINE_VERSION, assess
from audit.engine.canonical import hash_canonical
from audit.engine.facts import parse_controls, parse_sheet
from audit.models import OutcomeRecord, RulePackRecord
from audit.reports.outcome import read_outcome
from audit.reports.records import ReportRecords
from audit.reports.render import render_pdf
from audit.reports.signing.keys import Signatory, make_installation_key, read_signatory
from audit.reports.view import build_view
from audit.rulepacks import load_packs
from audit.rulepacks.contents import read_pack_content
from audit.rulepacks.facts import fact_types
from tests.audit.reports.example import make_records
from tests.audit.reports.example_result import AS_OF, FACTS

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
Alter = Callable[[Any], None]
CONTROLS: dict[str, Any] = {"AIA-4": {"status": "met", "grade": "verified", "expires_on": "2027-03-01"}}


def make_computed_records(status: str = "final", alter: Alter | None = None) -> ReportRecords:
    """The example with the result that its facts give under the packs of today, or with what ``alter`` makes of it."""
    packs = load_packs()
    result = assess("SYS-014", parse_sheet(FACTS, fact_types()), parse_controls(CONTROLS), packs, AS_OF).to_json()
    if alter is not None:
        alter(result)
    records = make_records(status=status)
    assessment = records.assessment
    content: dict[str, Any] = {"facts": FACTS, "controls": CONTROLS}
    assessment.fact_sheet.content, assessment.fact_sheet.sha256 = content, hash_canonical(content)
    assessment.outcome_record, assessment.outcome_sha256 = OutcomeRecord(content=result), hash_canonical(result)
    assessment.pack_set.content = dict(packs.hashes)
    assessment.pack_set.sha256 = hash_canonical({"packs": dict(packs.hashes), "engine": ENGINE_VERSION})
    kept = []
    for name, identity in packs.hashes.items():
        version, _, sha256 = identity.partition("+sha256:")
        kept.append(RulePackRecord(pack=name, version=version, sha256=sha256, content=read_pack_content(name, sha256)))
    changed: dict[str, Any] = {"outcome": read_outcome(result), "packs": kept, "previous": None}
    return ReportRecords(**{name: getattr(records, name) for name in records.__dataclass_fields__} | changed)


def render_computed(status: str = "final", alter: Alter | None = None) -> bytes:
    return render_pdf(build_view(make_computed_records(status, alter)))


def make_signatory(folder: Path) -> Signatory:
    path = make_installation_key(folder, now=NOW)
    return read_signatory(path, path, now=NOW)


def change(
    pdf: bytes, *, files: Mapping[str, bytes] | None = None, page_text: Mapping[bytes, bytes] | None = None
) -> bytes:
    """The unsigned file with other attachments, or other bytes in its pages, as an editor would save it."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for name, content in (files or {}).items():
            specification = document.attachments[name].obj
            specification.EF.F.write(content)
        for page in document.pages:
            stream = page.Contents.read_bytes()
            for old, new in (page_text or {}).items():
                stream = stream.replace(old, new)
            page.Contents.write(stream)
        saved = io.BytesIO()
        document.save(saved)
    return saved.getvalue()
