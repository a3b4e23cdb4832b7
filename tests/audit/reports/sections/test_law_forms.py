"""What the report says of the forms of the law: which version, of which day, how complete, until when it counts."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from audit.reports.attachments import _law_forms
from audit.reports.sections.law_forms import list_law_forms
from governance.choices import RecordStatus
from governance.models.law.elements import judge_elements
from governance.selectors.law_records import MODELS, RecordKind, RecordState, Support
from tests.governance.law_scenes import DPIA, FRIA, NOT_HIGH_RISK

AS_OF = date(2026, 11, 20)
CONTENT = {RecordKind.FRIA: FRIA, RecordKind.DPIA: DPIA, RecordKind.NOT_HIGH_RISK: NOT_HIGH_RISK}
AFTERWARDS = {"is_exempt_from_notice": False, "notified_on": None, "registered_on": None, "registration_number": ""}


def state_of(kind: RecordKind = RecordKind.FRIA, **columns: Any) -> RecordState:
    content = {
        "id": 1, "system_id": 1, "version": 2, "status": RecordStatus.FINAL,
        "created_at": datetime(2026, 10, 1, tzinfo=UTC), **AFTERWARDS, **CONTENT[kind], **columns,
    }  # fmt: skip
    return RecordState(kind, content, judge_elements(MODELS[kind].ELEMENTS, content))


def tell(*states: RecordState) -> list[tuple[str, str]]:
    records: Any = SimpleNamespace(assessment=SimpleNamespace(as_of=AS_OF), law_records=states)
    return [(entry.name, entry.value) for entry in list_law_forms(records)]


def test_a_whole_and_notified_assessment_is_told_with_its_version_and_days() -> None:
    [(name, value)] = tell(state_of(notified_on=date(2026, 11, 3)))
    assert name == "Fundamental-rights impact assessment, AI Act Art. 27"
    assert value == (
        "version 2 of 2 Nov 2026, final; all 6 elements are there; authority notified on 3 Nov 2026; "
        "it counts until 2 Nov 2027."
    )


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({}, "authority not notified"),
        ({"risks": ""}, "5 of 6 elements are there; missing: AI Act Art. 27(1)(d)"),
        ({"review_due_on": AS_OF}, "it has not counted since 20 Nov 2026"),
        ({"status": RecordStatus.DRAFT}, "version 2, a draft, which does not count"),
    ],
)
def test_what_is_open_is_told(columns: dict[str, Any], told: str) -> None:
    [(_, value)] = tell(state_of(**columns))
    assert told in value


def test_a_registration_is_told_or_that_there_is_none() -> None:
    [(_, without)] = tell(state_of(RecordKind.NOT_HIGH_RISK))
    [(_, with_it)] = tell(state_of(RecordKind.NOT_HIGH_RISK, registered_on=date(2026, 11, 4)))
    assert "; not registered;" in without
    assert "registered on 4 Nov 2026" in with_it


def test_without_any_form_nothing_is_said_or_attached() -> None:
    assert tell() == []
    assert _law_forms(()) == ()


def test_the_attachment_holds_every_version_with_its_elements_and_entries() -> None:
    [attachment] = _law_forms((state_of(RecordKind.DPIA, risks=""), state_of()))
    rows = json.loads(attachment.content)
    assert [(row["form"], row["version"]) for row in rows] == [("dpia", 2), ("fria", 2)]
    assert [each["citation"] for each in rows[0]["elements"] if not each["is_complete"]] == ["GDPR Art. 35(7)(c)"]
    assert rows[1]["entries"]["processes"] == FRIA["processes"]


def test_evidence_that_expires_ends_it_in_the_report_too() -> None:
    state = state_of()
    short = RecordState(state.kind, state.content, state.elements, (Support("EV-1", "verified", date(2027, 1, 1)),))
    assert "it counts until 1 Jan 2027" in tell(short)[0][1]
