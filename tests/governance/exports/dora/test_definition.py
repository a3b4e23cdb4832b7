"""The definition of the templates holds against the EBA's own package, module and closed lists."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pydantic import ValidationError

from governance.exports.dora.definition import Definition, load_definition
from governance.vocabulary import load_vocabulary

# Columns that the Regulation refers to by mistake: they are B_06.01.0100 and B_07.01.0050.
MISPRINTS = {("B_06.01", "0110"), ("B_07.01", "0041")}
LISTS = {
    "entity_type": "LIST0101040",
    "hierarchy": "LIST0102050",
    "arrangement_type": "LIST0201020",
    "termination_reason": "LIST0202090",
    "level": "LIST0202170",
    "reliance": "LIST0202180",
    "nature": "LIST0401030",
    "person": "LIST0501040",
    "assessed": "LIST0601050",
    "impact": "LIST0601100",
    "substitutability": "LIST0701050",
    "not_substitutable": "LIST0701060",
    "reintegration": "LIST0701090",
    "service_type": "LISTANNEXIII",
    "yes_no": "LISTBINARY",
}


@pytest.fixture
def samples(shared_data: Path) -> Path:
    folder = shared_data / "dora-roi-samples"
    if not folder.is_dir():
        pytest.skip("the samples of the register of information are not in ../shared/data/dora-roi-samples")
    return folder


@pytest.fixture
def package(samples: Path) -> dict[str, str]:
    """The files of the EBA's sample package by their last name."""
    with zipfile.ZipFile(samples / "test2_in.zip") as archive:
        return {name.rsplit("/", 1)[-1]: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def test_every_template_has_the_columns_of_the_sample_package(package: dict[str, str]) -> None:
    for template in load_definition().templates:
        header = next(csv.reader(io.StringIO(package[f"{template.code.lower()}.csv"])))
        assert sorted(column.code for column in template.columns) == sorted(header), template.code
    tables = {name for name in package if name.startswith("b_")}
    assert tables == {f"{template.code.lower()}.csv" for template in load_definition().templates}


def test_the_package_says_of_itself_what_the_sample_says(package: dict[str, str]) -> None:
    named = load_definition().package
    assert json.loads(package["report.json"])["documentInfo"] == {
        "documentType": named.report,
        "extends": [named.module],
    }
    assert json.loads(package["reportPackage.json"])["documentInfo"] == {"documentType": named.report_package}


def test_the_keys_are_those_of_the_module(samples: Path) -> None:
    module = json.loads((samples / "dora_dora_4.0.json").read_text(encoding="utf-8"))
    official = {
        table["filing_indicator"]: {f"c{code}" for code in table["open_keys_mapping"].values()}
        for table in module["tables"]
    }
    ours = {
        template.code: {column.code for column in template.columns if column.is_key}
        for template in load_definition().templates
    }
    assert ours == official


def test_the_closed_lists_are_those_of_the_master_template(samples: Path) -> None:
    sheet = load_workbook(samples / "esa_dry_run_master_template.xlsx", data_only=True)["Drop down"]
    rows = list(sheet.iter_rows(values_only=True))
    official = {
        str(name): {str(row[place]) for row in rows[1:] if row[place]}
        for place, name in enumerate(rows[0])
        if name and str(name).startswith("LIST")
    }
    for ours, theirs in LISTS.items():
        assert set(load_definition().lists[ours]) == official[theirs], ours


def test_the_codes_of_code_types_are_in_public_use_only() -> None:
    # The master template has no list of them; these two are the ones that legal persons are identified by.
    assert load_definition().lists["code_type"] == {"eba_qCO:qx2000": "LEI", "eba_qCO:qx2002": "EUID"}


def test_every_column_with_a_number_in_the_regulation_is_there(shared_data: Path) -> None:
    text = shared_data / "law" / "dora_register_its_2024_2956.txt"
    if not text.is_file():
        pytest.skip("the Regulation is not in ../shared/data/law")
    named = set(re.findall(r"(B_0[1-7]\.0\d)\.(0\d\d\d)(?=[A-Z])", text.read_text(encoding="utf-8")))
    ours = {
        (template.code, column.code[1:])
        for template in load_definition().templates
        for column in template.columns
        if column.kind != "link"
    }
    assert named - ours == MISPRINTS
    assert {key for key in ours - named if key[0] != "B_99.01"} == set()


def test_each_type_of_entity_of_the_vocabulary_but_none_has_a_code() -> None:
    choices = {choice.value for choice in load_vocabulary().facts["org.dora_entity_type"].choices}
    assert choices - set(load_definition().from_register["entity_type"]) == {"none"}


def test_it_says_where_it_is_written_and_until_when_it_was_looked_at() -> None:
    definition = load_definition()
    assert definition.review_by > definition.verified_on
    assert all(source.where and source.confidence for source in definition.sources)


def test_what_does_not_fit_together_is_refused() -> None:
    raw = load_definition().model_dump(mode="json")
    raw["from_register"]["entity_type"]["credit_institution"] = "eba_CT:x0"
    with pytest.raises(ValidationError, match="entity_type has no codes"):
        Definition.model_validate(raw)
    raw = load_definition().model_dump(mode="json")
    raw["templates"][0]["columns"][0]["fill"] = "conditional"
    with pytest.raises(ValidationError, match="a conditional column says when"):
        Definition.model_validate(raw)
