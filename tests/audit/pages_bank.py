"""A small bank for tests of pages and API: systems with real outcomes of the engine, findings and reports."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile

from audit.engine.assess import assess
from audit.engine.facts import parse_controls, parse_sheet
from audit.models import Assessment, FactSheetRecord, Finding, OutcomeRecord, PackSetRecord, Report, Standing
from audit.portfolio.figures import read_figures
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from audit.snapshots import build_fact_sheet
from governance.models import AISystem
from governance.services.groups import set_up_groups
from tests.audit.scenes import TODAY, make_entity, make_own_model, make_system, make_vendor_chatbot

PASSWORD = "a long enough word"
GROUPS = ("officer", "risk_analyst", "auditor", "administrator")


def make_user(group: str, **columns: Any) -> User:
    """A user of a group with the permissions that the product gives it; staff, as all but outsiders are."""
    if not Group.objects.exists():
        set_up_groups()
    user: User = get_user_model().objects.create_user(group or "nobody", password=PASSWORD, is_staff=True, **columns)
    if group:
        user.groups.add(Group.objects.get(name=group))
    return user


def make_bank() -> dict[str, AISystem]:
    """A chatbot on a vendor's model and a model of our own, both assessed; and one system that is not yet."""
    entity = make_entity(name="Aldermoor Bank")
    chatbot, _, _ = make_vendor_chatbot(name="Customer chatbot “Anna”", legal_entity=entity)
    scoring, _ = make_own_model(name="Loan scoring", legal_entity=entity, is_critical_function=True)
    waiting = make_system(name="Document search", legal_entity=entity)
    Standing.objects.get_or_create(system=waiting)
    for system in (chatbot, scoring):
        record_outcome(system)
    make_finding(chatbot)
    return {"chatbot": chatbot, "scoring": scoring, "waiting": waiting}


def record_outcome(system: AISystem, **columns: Any) -> Assessment:
    """Assess a system from its rows with the real engine and packs, and record its standing."""
    snapshot = build_fact_sheet(system.pk, TODAY, concentration=read_figures(TODAY))
    raw = json.loads(json.dumps({"facts": snapshot.facts, "controls": snapshot.controls}, default=str))
    sheet = parse_sheet(raw["facts"], fact_types())
    outcome = assess(str(system.pk), sheet, parse_controls(raw["controls"]), load_packs(), TODAY)
    result: Any = json.loads(json.dumps(outcome.to_json()))
    record, _ = FactSheetRecord.objects.get_or_create(sha256=_digest(raw), defaults={"content": raw})
    packs, _ = PackSetRecord.objects.get_or_create(
        sha256=_digest(result["packs"]), defaults={"content": result["packs"]}
    )
    kept, _ = OutcomeRecord.objects.get_or_create(sha256=_digest(result), defaults={"content": result})
    assessment = Assessment.objects.create(
        system=system, as_of=TODAY, fact_sheet=record, pack_set=packs,
        engine=result["engine"], outcome_record=kept, outcome_sha256=kept.sha256, trigger="test",
        valid_until=result["valid_until"] and date.fromisoformat(result["valid_until"]),
    )  # fmt: skip
    law, lock_in, transparency = result["regulatory"], result["lock_in"], result["transparency"]
    Standing.objects.update_or_create(
        system=system,
        defaults={
            "assessment": assessment, "as_of": TODAY, "aia_class": law["aia_class"] or "",
            "possible_classes": ",".join(law["possible_classes"]), "openness_status": "closed",
            "lock_in_low": lock_in["low"], "lock_in_high": lock_in["high"], "lock_in_band": lock_in["band"],
            "transparency_low": transparency["low"], "transparency_high": transparency["high"],
            "transparency_band": transparency["band"], "is_dirty": False, "state": "done", **columns,
        },
    )  # fmt: skip
    return assessment


def make_finding(system: AISystem, **columns: Any) -> Finding:
    """An open finding of a system that was assessed."""
    assessment = Assessment.objects.filter(system=system).latest("id")
    return Finding.objects.create(
        **{
            "system": system, "key": "lock_in:past_retirement", "area": "lock_in", "rating": "very_high",
            "title": "The model is past its retirement", "condition": "The host ended this version on 23 October 2026.",
            "criterion": "DORA Art. 28(8)", "recommendation": "Test a substitute.", "opened_on": TODAY,
            "opened_by": assessment, "last_seen_by": assessment, **columns,
        }
    )  # fmt: skip


def make_report(system: AISystem, *, content: bytes = b"%PDF-1.7 a report", **columns: Any) -> Report:
    """A finished report with a file."""
    assessment = Assessment.objects.filter(system=system).latest("id")
    number = f"OB-2026-{Report.objects.count() + 1:04}"
    report = Report(
        **{
            "number": number, "system": system, "assessment": assessment, "state": "done", "status": "final",
            "as_of": assessment.as_of,
            "requested_at": datetime(2026, 11, 20, 9, tzinfo=UTC), "requested_by": "officer", "pages": 9,
            "sha256": hashlib.sha256(content).hexdigest(), **columns,
        }
    )  # fmt: skip
    if report.state == "done":
        report.file.save(f"{number}.pdf", ContentFile(content), save=False)
    report.save()
    return report


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
