"""What the signer answers for is checked all the same: hashes that are printed, packs, and every outcome."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pikepdf
import pytest

from audit.engine.assess import ENGINE_VERSION
from audit.reports.signing.pades import sign_pdf
from audit.reports.verification.checks import EVIDENCE, OUTCOMES, SIGNATURE
from tests.audit.reports.verification.conftest import SignedReport
from tests.audit.reports.verification.signed import change, render_computed
from tests.audit.reports.verification.test_verifying import embedded, refusal, verify


def test_a_report_made_whole_around_a_better_result_is_refused_with_each_difference(report: SignedReport) -> None:
    """Its hashes fit, its signature is the trusted signer's: only computing again tells."""

    def flatter(result: Any) -> None:
        result["lock_in"]["high"] = 10.0
        result["transparency"]["band"] = "low"

    told = embedded(report.pdf, "result.json")
    verification = verify(sign_pdf(render_computed(alter=flatter), report.signatory), report.signatory)
    assert [(check.part, check.holds) for check in verification.checks][-2:] == [(EVIDENCE, True), (OUTCOMES, False)]
    assert list(verification.checks[-1].differences) == [
        f"lock_in.high: the report says 10.0, computed {told['lock_in']['high']}",
        f"transparency.band: the report says 'low', computed {told['transparency']['band']!r}",
    ]


def test_a_result_swapped_and_signed_again_fails_by_its_hash_and_by_its_outcomes(report: SignedReport) -> None:
    result = embedded(report.pdf, "result.json")
    result["lock_in"]["low"] = 0.0
    changed = change(report.unsigned, files={"result.json": json.dumps(result).encode()})
    verification = verify(sign_pdf(changed, report.signatory), report.signatory)
    assert refusal(verification) == (
        EVIDENCE,
        "the signature page does not print the SHA-256 of what is embedded: result.json, result",
    )
    assert verification.checks[-1].part == OUTCOMES
    assert [each.split(":")[0] for each in verification.checks[-1].differences] == ["lock_in.low"]


def test_facts_swapped_and_signed_again_do_not_lead_to_the_result(report: SignedReport) -> None:
    sheet = embedded(report.pdf, "fact-sheet.json")
    sheet["facts"]["contract.notice_days"]["value"] = 3650
    changed = change(report.unsigned, files={"fact-sheet.json": json.dumps(sheet).encode()})
    verification = verify(sign_pdf(changed, report.signatory), report.signatory)
    assert [check.part for check in verification.checks if not check.holds] == [EVIDENCE, OUTCOMES]


def test_another_pack_than_the_result_names_is_refused(report: SignedReport) -> None:
    packs = embedded(report.pdf, "rule-packs.json")
    packs["gdpr"]["content"]["pack.yaml"]["title"] = "Another law"
    changed = change(report.unsigned, files={"rule-packs.json": json.dumps(packs).encode()})
    part, says = refusal(verify(sign_pdf(changed, report.signatory), report.signatory))
    assert part == EVIDENCE
    assert says.startswith("the embedded pack gdpr is 2026.11.3+sha256:")


def test_a_result_of_another_engine_is_not_computed_with_this_one(report: SignedReport) -> None:
    def age(result: Any) -> None:
        result["engine"] = "0.9"

    verification = verify(sign_pdf(render_computed(alter=age), report.signatory), report.signatory)
    assert verification.checks[-1].part == OUTCOMES
    assert f"the result was made by engine 0.9, this is {ENGINE_VERSION}" in verification.checks[-1].says


@pytest.mark.parametrize("name", ["fact-sheet.json", "fact-types.json", "result.json", "rule-packs.json"])
def test_an_attachment_that_is_missing_is_named(report: SignedReport, name: str) -> None:
    with pikepdf.open(io.BytesIO(report.unsigned)) as document:
        del document.attachments[name]
        saved = io.BytesIO()
        document.save(saved)
    part, says = refusal(verify(sign_pdf(saved.getvalue(), report.signatory), report.signatory))
    assert (part, says) == (EVIDENCE, f"the embedded file {name} is missing")


def test_a_printed_hash_that_was_edited_is_found(report: SignedReport) -> None:
    with pikepdf.open(io.BytesIO(report.unsigned)) as document:
        pages = [page.Contents.read_bytes() for page in document.pages]
    runs = [run for page in pages for run in re.findall(rb"\[[^\]]*\] TJ", page)]
    glyphs = {run: re.findall(rb"<(\w{4})>", run) for run in runs}
    printed = [run for run in runs if len(glyphs[run]) == 64 and len(set(glyphs[run])) <= 16]
    assert printed, "no line is a hash of 64 digits of 16 kinds"
    first = glyphs[printed[-1]][0]
    other = next(glyph for glyph in glyphs[printed[-1]] if glyph != first)
    edited = printed[-1].replace(first, other, 1)
    changed = change(report.unsigned, page_text={printed[-1]: edited})
    part, says = refusal(verify(sign_pdf(changed, report.signatory), report.signatory))
    assert part == EVIDENCE
    assert says.startswith("the signature page does not print the SHA-256 of what is embedded: ")


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"/ByteRange [0 1 2 3]", b"<>" * 1000, b"/ByteRange [0 999999999999 999999999999 1]"]
)
def test_what_is_no_report_is_refused_without_a_failure(report: SignedReport, content: bytes) -> None:
    assert refusal(verify(content, report.signatory))[0] == SIGNATURE
