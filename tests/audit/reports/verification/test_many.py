"""A report on many assessments is computed again whole: each compact row, and the hash of each whole result."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from audit.engine.assess import assess
from audit.engine.brief import make_brief
from audit.engine.canonical import hash_canonical
from audit.engine.facts import parse_sheet
from audit.models import ReportKind
from audit.reports.attachments import canonical_json
from audit.reports.kinds import REPORT_TYPES, ReportType
from audit.reports.packing import pack
from audit.reports.render import render_pdf
from audit.reports.signing.keys import Signatory
from audit.reports.signing.pades import sign_pdf
from audit.reports.verification.checks import EVIDENCE, OUTCOMES, Verification
from audit.reports.verification.standalone import PROGRAM, build_archive
from audit.reports.verification.verifying import verify_report
from audit.rulepacks import load_packs
from audit.rulepacks.compact import make_compact
from audit.rulepacks.facts import fact_types
from audit.rulepacks.recomputing import MOST, recompute
from tests.audit.reports.example_result import AS_OF, FACTS
from tests.audit.reports.many_example import PlainView, judge, make_view
from tests.audit.reports.verification.signed import make_signatory

Alter = Callable[[Any], None]
CASES: dict[str, dict[str, Any]] = {"as it is": {}, "nothing known of the contract": {"contract.notice_days": None}}
PAGE = (
    '<!doctype html><html lang="en"><title>Portfolio</title><style>html{font-family:Inter}</style>'
    "<h1>Portfolio</h1>{% for hash in view.hashes %}<p>{{ hash }}</p>{% endfor %}</html>"
)


@pytest.fixture(scope="module")
def signatory(tmp_path_factory: pytest.TempPathFactory) -> Signatory:
    return make_signatory(tmp_path_factory.mktemp("many"))


@pytest.fixture
def plain_page(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Print the kind on one plain page: what is verified is the evidence."""
    (tmp_path / "plain.html").write_text(PAGE, encoding="utf-8")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    plain = ReportType(
        ReportKind.PORTFOLIO, "Portfolio report", lambda _: make_view([]), lambda _: None, template="plain.html"
    )
    monkeypatch.setitem(REPORT_TYPES, "portfolio", plain)


def verify(view: PlainView, signatory: Signatory) -> Verification:
    signed = sign_pdf(render_pdf(view), signatory)
    return verify_report(signed, signatory.certificates[:1], recompute=recompute)


def altered(view: PlainView, name: str, alter: Alter) -> PlainView:
    """The view as somebody would make it who changes one embedded file and prints its new hash."""
    changed = []
    for each in view.attachments:
        if each.name == name:
            content = json.loads(each.content)
            alter(content)
            changed.append(replace(each, file=pack(canonical_json(content))))
        else:
            changed.append(each)
    return replace(view, attachments=tuple(changed))


@pytest.mark.usefixtures("plain_page")
def test_what_was_truly_computed_holds_and_its_packs_are_named(signatory: Signatory) -> None:
    other = judge("SYS-015", date(2026, 5, 1), facts={"contract.notice_days": 30})
    verification = verify(make_view([judge("SYS-014"), other]), signatory)
    assert verification.holds, verification
    assert "lock_in" in verification.packs


@pytest.mark.usefixtures("plain_page")
def test_a_flattered_row_is_named_with_system_and_place(signatory: Signatory) -> None:
    def flatter(content: Any) -> None:
        content["assessments"][1]["row"]["lock_in"]["band"] = "low"

    view = altered(make_view([judge("SYS-014"), judge("SYS-015")]), "assessments.json", flatter)
    check = verify(view, signatory).checks[-1]
    assert (check.part, check.holds) == (OUTCOMES, False)
    assert len(check.differences) == 1
    assert check.differences[0].startswith("SYS-015.lock_in.band: the report says 'low', computed ")


@pytest.mark.usefixtures("plain_page")
def test_another_hash_of_a_whole_result_is_found_though_the_row_is_right(signatory: Signatory) -> None:
    def forge(content: Any) -> None:
        content["assessments"][0]["result_sha256"] = "0" * 64

    check = verify(altered(make_view([judge("SYS-014")]), "assessments.json", forge), signatory).checks[-1]
    assert [each.partition(":")[0] for each in check.differences] == ["SYS-014.result_sha256"]


@pytest.mark.usefixtures("plain_page")
def test_a_pack_that_is_missing_or_another_is_refused(signatory: Signatory) -> None:
    def drop(content: Any) -> None:
        content.pop(next(sha256 for sha256, pack in content.items() if pack["pack"] == "lock_in"))

    check = verify(altered(make_view([judge("SYS-014")]), "rule-packs.json", drop), signatory).checks[-1]
    assert (check.part, check.holds) == (EVIDENCE, False)
    assert "lack lock_in" in check.says

    def soften(content: Any) -> None:
        next(pack for pack in content.values() if pack["pack"] == "lock_in")["content"]["pack.yaml"]["title"] = "x"

    check = verify(altered(make_view([judge("SYS-014")]), "rule-packs.json", soften), signatory).checks[-1]
    assert (check.part, check.holds) == (EVIDENCE, False)
    assert "another hash" in check.says


@pytest.mark.usefixtures("plain_page")
def test_a_hash_that_the_signature_page_does_not_print_is_named(signatory: Signatory) -> None:
    view = make_view([judge("SYS-014")])
    check = verify(replace(view, packs=view.packs[1:]), signatory).checks[2]
    assert (check.part, check.holds) == (EVIDENCE, False)
    assert view.packs[0].name in check.says


def test_of_very_many_differences_the_first_are_named_and_the_rest_counted() -> None:
    view = make_view([judge("SYS-014")])
    embedded = {each.name: json.loads(each.content) for each in view.attachments}
    row = embedded["assessments.json"]["assessments"][0]
    row["row"]["regulatory"]["duties"] |= {f"rule.{at}": ["satisfied", None] for at in range(MOST + 9)}
    found = recompute(embedded)
    # One difference for each duty that is not there; the whole result is as it was.
    assert len(found) == MOST + 1
    assert found[-1] == "and 9 more"


def test_labels_tell_several_assessments_of_one_system_apart() -> None:
    view = make_view([judge("SYS-014", label="as it is"), judge("SYS-014", label="open weights")])
    embedded = {each.name: json.loads(each.content) for each in view.attachments}
    assert recompute(embedded) == []
    embedded["assessments.json"]["assessments"][1]["result_sha256"] = "0" * 64
    assert recompute(embedded)[0].startswith("SYS-014 open weights.result_sha256")


def test_a_result_of_another_engine_is_not_computed_with_this_one() -> None:
    view = make_view([replace(judge("SYS-014"), engine="0.9")])
    embedded = {each.name: json.loads(each.content) for each in view.attachments}
    with pytest.raises(ValueError, match=r"engine 0\.9"):
        recompute(embedded)


@pytest.mark.parametrize("reference", sorted(CASES))
def test_the_row_of_the_kept_outcome_is_that_of_the_whole_result(reference: str) -> None:
    facts = {**FACTS, **CASES[reference]}
    again = assess(reference, parse_sheet(facts, fact_types()), {}, load_packs(), AS_OF)
    whole = again.to_json()
    kept = make_compact(make_brief(again.outcome()), as_of=AS_OF, valid_until=again.valid_until)
    assert kept == make_compact(whole)
    assert kept["lock_in"]["exit_time_days"] == whole["lock_in"]["exit_time_days"]  # type: ignore[index, call-overload] # plain JSON, whose shape is known


def test_an_outcome_that_was_kept_brief_is_checked_by_its_own_hash() -> None:
    again = assess("SYS-014", parse_sheet(FACTS, fact_types()), {}, load_packs(), AS_OF)
    judged = replace(judge("SYS-014"), result_sha256="", outcome_sha256=hash_canonical(make_brief(again.outcome())))
    embedded = {each.name: json.loads(each.content) for each in make_view([judged]).attachments}
    assert recompute(embedded) == []
    embedded["assessments.json"]["assessments"][0]["outcome_sha256"] = "0" * 64
    assert [each.partition(":")[0] for each in recompute(embedded)] == ["SYS-014.outcome_sha256"]


@pytest.mark.usefixtures("plain_page")
def test_the_stand_alone_verifier_computes_them_again_and_names_a_difference(
    signatory: Signatory, tmp_path: Path
) -> None:
    def flatter(content: Any) -> None:
        content["assessments"][0]["row"]["transparency"]["band"] = "low"

    view = make_view([judge("SYS-014")])
    with zipfile.ZipFile(io.BytesIO(build_archive())) as archive:
        archive.extractall(tmp_path)
    (tmp_path / "signer.pem").write_text(signatory.chain_pem)
    found = []
    for made in (view, altered(view, "assessments.json", flatter)):
        (tmp_path / "report.pdf").write_bytes(sign_pdf(render_pdf(made), signatory))
        command = [sys.executable, "-I", PROGRAM, "report.pdf", "--trust", "signer.pem", "--recompute"]
        found.append(subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, check=False))
    assert [done.returncode for done in found] == [0, 1]
    assert "same: computed again" in found[0].stdout
    assert "SYS-014.transparency.band: the report says 'low'" in found[1].stdout
