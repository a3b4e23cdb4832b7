"""The published conformance set: it is that of the packs, and names every case with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from audit.rulepacks.cases import read_cases
from audit.rulepacks.conformance import write_conformance
from audit.rulepacks.facts import fact_types
from audit.rulepacks.frameworks import load_frameworks
from audit.rulepacks.loader import RULEPACKS, list_pack_ids, load_regulatory_packs

PAGE = Path(settings.BASE_DIR) / "docs" / "conformance.md"


def test_the_page_in_the_docs_is_up_to_date() -> None:
    call_command("conformance", "--check", verbosity=0)


def test_every_case_has_a_row_with_five_cells() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cases = [case for pack in list_pack_ids() for case in read_cases(RULEPACKS / pack)]
    for case in cases:
        [row] = [row for row in rows if row.startswith(f"| {case.form.id} | {case.as_of} |")]
        assert row.replace("\\|", "").count("|") == 6
        assert case.form.reason.split()[0] in row


def test_a_page_that_is_old_or_missing_is_refused_with_the_remedy(tmp_path: Path) -> None:
    page = tmp_path / "conformance.md"
    with pytest.raises(CommandError, match="is missing; write it with"):
        call_command("conformance", "--check", "--output", page)
    page.write_text("old", encoding="utf-8")
    with pytest.raises(CommandError, match="is not up to date; write it anew"):
        call_command("conformance", "--check", "--output", page)


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    page = tmp_path / "conformance.md"
    call_command("conformance", "--output", page, verbosity=0)
    assert page.read_text(encoding="utf-8") == write_conformance()


def test_the_page_on_the_law_tells_of_every_pack_and_its_number_of_rules() -> None:
    rows = (PAGE.parent / "law.md").read_text(encoding="utf-8").splitlines()
    for pack in load_regulatory_packs(list_pack_ids(), fact_types()):
        assert any(row.startswith(f"| `{pack.id}` | {len(pack.rules)} |") for row in rows), pack.id
        assert pack.coverage
    for framework in load_frameworks():
        assert any(row.startswith(f"| `{framework.id}` |") for row in rows), framework.id
