"""The vendor report's own attachments: every row of the register that hangs on the group, and the stress result."""

from __future__ import annotations

from django.utils.translation import gettext

from audit.engine.facts import JsonValue
from audit.reports.attachments import Attachment, attach, canonical_json
from audit.reports.finding_lines import embed_findings
from audit.reports.portfolio.files import write_table
from audit.reports.vendor.records import VendorRecords
from audit.reports.vendor.terms import notice_day


def build_files(records: VendorRecords) -> tuple[Attachment, ...]:
    """Give the systems, the group with contracts, chains, flows and components, the findings, and the stress."""
    return (
        attach("systems.csv", gettext("Every system in one line"), "Data", write_table(records.lines)),
        attach("vendor.json", gettext("All that hangs on the group"), "Data", canonical_json(_describe(records))),
        embed_findings(records.findings),
        attach(
            "stress.json", gettext("What follows if the group is gone"), "Data",
            canonical_json(records.group.stress.to_json()),
        ),
    )  # fmt: skip # one attachment, one place


def _describe(records: VendorRecords) -> dict[str, object]:
    return {
        "top": records.group.name,
        "companies": [
            {"name": each.name, "legal_name": each.legal_name, "lei": each.lei, "country": str(each.country or "")}
            for each in records.companies
        ],
        "systems": {
            records.names[pk][0]: [{"kind": kind, "company": company} for kind, company in reasons]
            for pk, reasons in records.group.reasons.items()
            if pk in records.names
        },
        "contracts": _contracts(records),
        "sub_contractors": [
            {
                "system": each.dependency.system.reference,
                "contract_with": each.dependency.vendor.name,
                "rank": each.rank,
                "company": each.vendor.name,
                "country": str(each.country or ""),
            }
            for each in records.chains
        ],
        "data_flows": _flows(records),
        "offers": [
            {
                "component": str(each.component),
                "company": each.company.name,
                "price_in": _decimal(each.price_in),
                "price_out": _decimal(each.price_out),
                "unit": each.unit,
                "retires_on": each.retires_on,
                "source": each.source,
            }
            for each in records.offers
        ],
    }


def _contracts(records: VendorRecords) -> list[dict[str, object]]:
    return [
        {
            "system": each.system.reference,
            "vendor": each.vendor.name,
            "reference": each.contract_reference,
            "end_on": each.end_on,
            "notice_days": each.notice_days,
            "notice_by": notice_day(each),
            "renews": each.auto_renewal,
            "annual_cost": _decimal(each.annual_cost),
            "currency": each.annual_cost_currency,
        }
        for each in records.contracts
    ]


def _flows(records: VendorRecords) -> list[dict[str, object]]:
    return [
        {
            "system": each.system.reference,
            "from": each.from_name,
            "to": each.to_name,
            "from_country": str(each.from_country or ""),
            "to_country": str(each.to_country or ""),
            "data": each.data,
            "personal_data": each.has_personal_data,
            "tool": each.transfer_tool,
            "retention_days": each.retention_days,
        }
        for each in records.flows
        if each.to_vendor_id in records.group.members
    ]


def _decimal(value: object) -> JsonValue:
    return None if value is None else str(value)
