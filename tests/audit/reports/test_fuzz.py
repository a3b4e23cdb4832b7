"""Ten thousand random values in the fields that people fill: nothing breaks a page, nothing vanishes, nothing runs."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import pytest

from audit.models import Finding
from audit.reports.records import ReportRecords
from audit.reports.render import html_for, render_pdf
from audit.reports.view import build_view
from governance.models import AuditEvent, Evidence, HostOffer, Subcontractor, Vendor
from tests.audit.reports.example import make_records
from tests.audit.reports.example_result import AS_OF, REQUESTED

pytestmark = pytest.mark.layout

FILES: Final = 10
VALUES: Final = 1000
_MARK: Final = re.compile(r"q\d{5}q")
_RANGES: Final = ((0x20, 0x7E), (0x00, 0x2FF), (0x300, 0x2FFF), (0x3000, 0xD7FF), (0xE000, 0x10FFFF))
_PIECES: Final = (
    *("<script>alert(1)</script>", "</td></tr></table>", "<style>*{display:none}</style>", "url(http://127.0.0.1:9/x)"),
    *(
        "&amp;",
        "&#60;b&#62;",
        "]]>",
        "-->",
        "{{ 7|add:7 }}",
        "{% now 'Y' %}",
        "%(day)s",
        "{day}",
        "{0}",
        "\\22",
        "';--",
    ),
    *(
        "@import 'http://127.0.0.1:9/x.css';",
        "expression(1)",
        "\u202e",
        "\u200b",
        "\u200d",
        "\ufeff",
        "\x00",
        "\x1b[0m",
    ),
    *("e\u0301" * 9, "👩‍👩‍👧‍👦", "🏳️‍🌈", "שלום", "مرحبا", "漢字かな", "\u2028", "\u00ad", "\U0010ffff", "x" * 300),
)


def make_text(chance: random.Random) -> str:
    """Give a random text: any characters but halves of pairs, and pieces that are known to break pages."""
    text = "".join(_character(chance) for _ in range(chance.randrange(0, 12)))
    if chance.random() < 0.3:
        at = chance.randrange(0, len(text) + 1)
        text = text[:at] + chance.choice(_PIECES) + text[at:]
    return text


def _character(chance: random.Random) -> str:
    first, last = chance.choices(_RANGES, weights=(6, 4, 3, 2, 1))[0]
    return chr(chance.randrange(first, last + 1))


def make_values(seed: int) -> Iterator[str]:
    """Give texts without end, each with a mark of its own by which it is found again."""
    chance = random.Random(seed)
    number = 0
    while True:
        yield f"q{number:05}q{make_text(chance)}"
        number += 1


def make_fuzzy(values: Iterator[str]) -> ReportRecords:
    """Give the example's records with the values in fields of every kind of row: a thousand of them."""
    records = make_records()
    word = values.__next__
    vendor = Vendor(pk=7, name=word(), legal_name=word(), parent_status="unknown")
    evidence = [
        Evidence(
            pk=at, reference=word(), title=word(), kind="other", source=word(), verified_by=word(), supports=[word()],
            verified_on=AS_OF, issued_on=AS_OF,
        )
        for at in range(40)
    ]  # fmt: skip
    findings = [
        Finding(
            pk=at, key=f"f:{at}", system=records.system, area="data", rating="low", title=word(), response="agree",
            response_text=word(), response_by=word(), condition=word(), criterion=word(), owner=word(),
            opened_on=AS_OF, opened_by=records.assessment, last_seen_by=records.assessment,
        )
        for at in range(5)
    ]  # fmt: skip
    offers = [
        HostOffer(
            pk=at, component=records.uses[0].component, company=Vendor(pk=100 + at, name=word()), role="host",
            model_id=word(), source=word(), offered_from=date(2026, 1, 1),
        )
        for at in range(12)
    ]  # fmt: skip
    events = [
        AuditEvent(pk=at, at=REQUESTED, actor=word(), action="changed", object_type="x", object_label=word(), hash="1")
        for at in range(12)
    ]
    chain = [
        Subcontractor(pk=at, dependency=records.dependencies[0], vendor=Vendor(pk=200 + at, name=word()), rank=1)
        for at in range(8)
    ]
    component = records.uses[0].component
    component.claims = [{"by": "vendor", "says": word(), "where": word()} for _ in range(8)]
    records.system.name, records.system.owner = word(), word()
    records.system.purpose = " ".join(word() for _ in range(680))
    changed: dict[str, Any] = {
        "evidence": evidence,
        "findings": findings,
        "offers": offers,
        "events": events,
        "subcontractors": chain,
    }
    sources = {key: {"value": True, "source": word()} for key in list(records.vocabulary.facts)[:12]}
    return make_records(
        name=records.system.name, uses=records.uses, artefacts=[], dependencies=[*records.dependencies],
        facts=sources, **changed, system=records.system, controls=[], evaluations=[], flows=[_flow(records, vendor)],
    )  # fmt: skip


def _flow(records: ReportRecords, vendor: Vendor) -> object:
    flow = records.flows[0]
    flow.to_name, flow.from_name = vendor.name, vendor.legal_name
    return flow


class _Tags(HTMLParser):
    """Collects the tags of a page in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(f"{tag} {' '.join(sorted(name for name, _ in attrs))}")


def tags_of(page: str) -> list[str]:
    tags = _Tags()
    tags.feed(re.sub(r"<svg.*?</svg>", "<svg></svg>", page, flags=re.DOTALL))  # lines of a drawing depend on the words
    return tags.found


@pytest.fixture(scope="module")
def plain_tags() -> list[str]:
    """Give the tags of the page with nothing but marks in the fields."""
    return tags_of(html_for(build_view(make_fuzzy(f"q{number:05}q" for number in range(10**5)))))


@pytest.mark.parametrize("seed", range(FILES))
def test_a_thousand_random_values_leave_the_page_as_it_was_and_all_come_out(
    seed: int, plain_tags: list[str], tmp_path: Path
) -> None:
    view = build_view(make_fuzzy(make_values(seed)))
    page = html_for(view)
    assert tags_of(page) == plain_tags
    assert len(set(_MARK.findall(page))) >= VALUES
    path = tmp_path / "fuzzy.pdf"
    path.write_bytes(render_pdf(view))
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (Debian package poppler-utils) is not installed")
    printed = subprocess.run(["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True).stdout.decode()
    squeezed = "".join(printed.split())
    lost = sorted(
        set(_MARK.findall(re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL))) - set(_MARK.findall(squeezed))
    )
    assert len(lost) == 0, lost[:20]
