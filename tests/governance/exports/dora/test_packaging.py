"""The export is one ZIP with the reporting package, a workbook and the gaps, and the history keeps who took it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from governance.exports.dora.definition import load_definition
from governance.exports.dora.exporting import Export, export_register
from governance.models import AuditEvent, LegalEntity
from governance.services.chaining import verify_chain
from tests.governance.exports.dora.scenes import (
    AS_OF,
    BANK_LEI,
    make_arrangement,
    make_bank,
    make_full_bank,
    make_system,
    make_vendor,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 2, 3, 4, 567000, tzinfo=UTC)
NAME = f"{BANK_LEI}.IND_DE_DORA010100_DORA_2026-11-21_20261121020304567"


def take(bank: LegalEntity) -> Export:
    return export_register(entity=bank, as_of=AS_OF, at=AT, actor="anna")


def unpack(made: Export) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_archive_holds_the_package_as_the_sample_has_it() -> None:
    files = unpack(take(make_full_bank()))
    templates = [template.code for template in load_definition().templates]
    assert set(files) == {
        *("README.txt", "gaps.csv", "register.xlsx", f"{NAME}/META-INF/reportPackage.json"),
        *(f"{NAME}/reports/{name}" for name in ("report.json", "parameters.csv", "FilingIndicators.csv")),
        *(f"{NAME}/reports/{code.lower()}.csv" for code in templates),
    }
    assert json.loads(files[f"{NAME}/reports/report.json"])["documentInfo"]["extends"][0].endswith("/4.0/mod/dora.json")
    assert files[f"{NAME}/reports/parameters.csv"].decode().splitlines() == [
        "name,value",
        f"entityID,rs:{BANK_LEI}.IND",
        "refPeriod,2026-11-21",
        "baseCurrency,iso4217:EUR",
        "decimalsInteger,0",
        "decimalsMonetary,2",
    ]
    indicators = files[f"{NAME}/reports/FilingIndicators.csv"].decode().splitlines()
    assert indicators == ["templateID,reported", *(f"{code},true" for code in templates)]


def test_each_table_has_its_official_header_and_as_many_cells_in_each_row() -> None:
    files = unpack(take(make_full_bank()))
    for template in load_definition().templates:
        header, *rows = csv.reader(io.StringIO(files[f"{NAME}/reports/{template.code.lower()}.csv"].decode()))
        assert header == [column.code for column in template.columns]
        assert {len(row) for row in rows} <= {len(header)}


def test_the_base_currency_is_left_out_where_amounts_are_in_several() -> None:
    bank = make_full_bank()
    make_arrangement(make_system(bank, "SYS-2"), make_vendor("Other", ""), "C-2", annual_cost_currency="USD")
    parameters = unpack(take(bank))[f"{NAME}/reports/parameters.csv"].decode()
    assert "baseCurrency" not in parameters


def test_without_an_lei_the_file_says_so_in_its_name() -> None:
    made = take(make_bank(lei=""))
    assert made.name.startswith("NO-LEI-ENTERED.IND_DE_")
    assert b"entityID" not in b"".join(unpack(made).values())


def test_the_gaps_and_the_readme_are_plain_and_start_no_formula() -> None:
    bank = make_full_bank()
    make_arrangement(make_system(bank, "=SYS"), make_vendor("=EVIL()", ""), "C-2")
    made = take(bank)
    files = unpack(made)
    gaps = list(csv.reader(io.StringIO(files["gaps.csv"].decode("utf-8-sig"))))
    assert len(gaps) == 1 + len(made.register.gaps)
    assert not any(cell.startswith("=") for row in gaps for cell in row)
    readme = files["README.txt"].decode()
    assert "It is no filing by itself" in readme
    assert "AI-related ICT arrangements" in readme
    assert "Implementing Regulation (EU) 2024/2956" in readme


def test_the_workbook_tells_the_same_with_names_and_meanings() -> None:
    bank = make_full_bank()
    make_arrangement(make_system(bank, "SYS-2"), make_vendor("=EVIL()", ""), "C-2")
    book = load_workbook(io.BytesIO(unpack(take(bank))["register.xlsx"]))
    assert book.sheetnames[:2] == ["About", "Gaps"]
    assert book.sheetnames[2:] == [template.code for template in load_definition().templates]
    sheet = book["B_02.02"]
    assert [sheet["B1"].value, sheet["B2"].value] == ["c0010", "Contractual arrangement reference number"]
    assert sheet["G3"].value == "eba_TA:S19 (cloud services: SaaS)"
    assert all(cell.data_type != "f" for page in book for row in page.iter_rows() for cell in row)


def test_the_history_keeps_who_took_it_and_its_hash() -> None:
    bank = make_full_bank()
    made = take(bank)
    event = AuditEvent.objects.get(action="downloaded")
    assert (event.actor, event.object_type, event.object_id) == ("anna", "legalentity", str(bank.pk))
    assert event.changes["sha256"][1] == hashlib.sha256(made.content).hexdigest() == made.sha256
    assert event.changes["as_of"][1] == "2026-11-21"
    assert verify_chain().is_intact


def test_the_tables_are_the_same_every_time() -> None:
    bank = make_full_bank()
    one, other = unpack(take(bank)), unpack(take(bank))
    assert {name: one[name] for name in one if name != "register.xlsx"} == {
        name: other[name] for name in other if name != "register.xlsx"
    }


def test_the_command_writes_the_same_file(tmp_path: Path) -> None:
    bank = make_full_bank()
    out = io.StringIO()
    call_command("export_dora_register", bank.name, as_of=date(2026, 6, 30), output=tmp_path, stdout=out)
    call_command("export_dora_register", BANK_LEI, "--as-of", "2026-06-30", "--output", str(tmp_path), stdout=out)
    written = list(tmp_path.iterdir())
    assert {path.name.split("_2026")[0] for path in written} == {f"{BANK_LEI}.IND_DE_DORA010100_DORA"}
    assert "1 arrangements," in out.getvalue()
    assert AuditEvent.objects.filter(action="downloaded").count() == 2
    with pytest.raises(CommandError, match="There are: Example Bank AG"):
        call_command("export_dora_register", "Nobody", output=tmp_path)
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("export_dora_register", bank.name, output=tmp_path / "none")
