"""The golden files: the layout of each kind of report in each language, kept as text beside the tests.

``python -m pytest tests/audit/reports/test_golden.py --update-golden`` (``make golden``) writes them anew; what the
difference says is then read in the commit.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from django.utils import translation

from audit.engine.facts import JsonValue
from audit.models import Report
from audit.reports.document import PrintableReport
from audit.reports.kinds import build_printable
from audit.reports.view import build_view
from audit.services.assessing import assess_now
from audit.services.reporting import request_report
from governance.models import AISystem
from tests.audit import scenes
from tests.audit.portfolio.test_comparison import make_bank as make_chatbot_with_prices
from tests.audit.portfolio.test_comparison import make_open_model
from tests.audit.reports.example import make_records
from tests.audit.reports.layout import dump_layout
from tests.audit.scenes import TODAY, make_own_model, make_vendor_chatbot

FOLDER: Final = Path(__file__).with_name("golden")
_HASH: Final = re.compile(r"\b[0-9a-f]{12,64}\b")
_MOMENT: Final = re.compile(r"(?:\d{4}-\d\d-\d\d|\d\d\.\d\d\.\d{4},) \d\d:\d\d UTC")
_MADE: Final = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def make_system_audit(language: str) -> PrintableReport:
    """Give the chatbot of the example."""
    records = make_records()
    records.report.language = language
    with translation.override(language):
        return build_view(records)


def make_portfolio(language: str) -> PrintableReport:
    """Give a portfolio of a vendor's chatbot and a model of our own; needs the database."""
    return _ask(_bank(), kind="portfolio", language=language)


def make_vendor(language: str) -> PrintableReport:
    """Give the report on the vendor of the chatbot."""
    bank = _bank()
    vendor = bank[0].dependencies.get().vendor_id
    return _ask(bank, kind="vendor", language=language, organisation_id=vendor)


def make_change(language: str) -> PrintableReport:
    """Give what moved in the bank between March, when it was assessed first, and today: the law, and one answer."""
    bank = _bank(on=date(2026, 3, 1))
    return _ask(bank, kind="change", language=language, parameters={"from": "2026-03-01"})


def make_memo(language: str) -> PrintableReport:
    """Give the memo on a chatbot and an open model that could take its place on our own machines."""
    with patch.object(scenes, "_numbers", count(1)):
        system = make_chatbot_with_prices()[0]
        model = make_open_model(name="Openmodel", key="openmodel-70b")[0]
    choices: list[JsonValue] = [{"component": model.key, "run_mode": "self_hosted"}]
    parameters: dict[str, JsonValue] = {"choices": choices}
    return _ask([system], kind="decision_memo", language=language, system_id=system.pk, parameters=parameters)


def _bank(on: date | None = None) -> list[AISystem]:
    with patch.object(scenes, "_numbers", count(1)):  # so that the names are the same whatever ran before
        chatbot, own = make_vendor_chatbot(business_function="Payments")[0], make_own_model()[0]
    AISystem.objects.filter(pk=chatbot.pk).update(is_critical_function=True)
    for day in (on, TODAY) if on else (TODAY,):
        for system in (chatbot, own):
            assess_now(system_id=system.pk, as_of=day, requested_by="ada")
    return [chatbot, own]


def _ask(_bank: list[AISystem], *, language: str, **wanted: Any) -> PrintableReport:
    report = request_report(status="final", requested_by="ada", as_of=TODAY, language=language, **wanted)
    Report.objects.filter(pk=report.pk).update(requested_at=_MADE)
    report.refresh_from_db()
    return build_printable(report)


CASES: Final[dict[str, Callable[[str], PrintableReport]]] = {
    "system_audit": make_system_audit,
    "portfolio": make_portfolio,
    "vendor": make_vendor,
    "decision_memo": make_memo,
    "change": make_change,
}


def render_golden(kind: str, language: str) -> str:
    """Give the layout of a kind in a language; hashes and moments of the register, which differ, are masked."""
    return _MOMENT.sub("<moment>", _HASH.sub("<hash>", dump_layout(CASES[kind](language))))


def golden_file(kind: str, language: str) -> Path:
    """Give where the golden file of a kind in a language lies."""
    return FOLDER / f"{kind}.{language}.txt"


def describe_difference(before: str, after: str, name: str) -> str:
    """Give what differs, line by line, as a diff; empty where nothing does."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), f"golden/{name}", "now", lineterm="", n=2)
    return "\n".join(lines)
