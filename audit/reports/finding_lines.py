"""The findings of many systems, each as one short line, read and embedded without ever being held as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext

from audit.models import Finding
from audit.reports.attachments import Attachment, canonical_json
from audit.reports.packing import Packer

FINDING_COLUMNS: Final = (
    *("system__reference", "key", "area", "rating", "title", "criterion", "opened_on", "times_opened", "owner"),
    *("due_on", "response", "accepted_until", "closed_on", "closed_because"),
)


class FindingLine(NamedTuple):
    """One finding; the fields are ``FINDING_COLUMNS`` in their order."""

    reference: str
    key: str
    area: str
    rating: str
    title: str
    criterion: str
    opened_on: date
    times_opened: int
    owner: str
    due_on: date | None
    response: str
    accepted_until: date | None
    closed_on: date | None
    closed_because: str


def read_findings(findings: QuerySet[Finding]) -> list[FindingLine]:
    """Give the findings by system and key. What reads the same is held once: thousands of systems share few texts."""
    seen: dict[object, object] = {}
    rows = findings.order_by("system__reference", "key").values_list(*FINDING_COLUMNS).iterator()
    return [FindingLine._make(seen.setdefault(value, value) for value in row) for row in rows]


def embed_findings(lines: Iterable[FindingLine]) -> Attachment:
    """Give the attachment that holds every finding, encoded one after the other."""
    packer = Packer()
    packer.add(b'{"columns":%s,"rows":' % canonical_json(FINDING_COLUMNS))
    packer.add_list(canonical_json(line) for line in lines)
    packer.add(b"}")
    return Attachment("findings.json", gettext("Every finding"), "Data", packer.close())
