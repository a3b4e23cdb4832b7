"""The export as one ZIP: the reporting package, the same as a workbook to read, and the list of gaps."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from governance.exports.dora.building import SAYS, Register
from governance.exports.dora.definition import load_definition
from governance.exports.dora.workbook import write_workbook

GAP_HEADER: Final = ("Template", "Column", "Name", "Row", "Needed", "Why it is empty", "What the register has")
_NO_LEI: Final = "NO-LEI-ENTERED"
_DAY_OF_FILES: Final = (1980, 1, 1, 0, 0, 0)


def name_package(register: Register, at: datetime) -> str:
    """The name of the package: LEI, level, country, module, day of reference and the instant it was made."""
    entity = register.scope.entity
    stamp = f"{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03}"
    module = load_definition().package.name
    return f"{entity.lei or _NO_LEI}.IND_{entity.country}_{module}_{register.scope.as_of.isoformat()}_{stamp}"


def write_archive(register: Register, at: datetime) -> bytes:
    """The ZIP; the same register, day and instant give the same bytes but for the workbook's own time stamps."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in _list_files(register, name_package(register, at)):
            archive.writestr(zipfile.ZipInfo(path, _DAY_OF_FILES), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _list_files(register: Register, name: str) -> Iterable[tuple[str, bytes]]:
    package = load_definition().package
    yield "README.txt", _write_readme(register, name)
    yield "gaps.csv", b"\xef\xbb\xbf" + _write_csv(GAP_HEADER, list_gaps(register), is_read_by_people=True)
    yield "register.xlsx", write_workbook(register, GAP_HEADER, list_gaps(register))
    kind = {"documentInfo": {"documentType": package.report_package}}
    yield f"{name}/META-INF/reportPackage.json", json.dumps(kind).encode()
    report = {"documentInfo": {"documentType": package.report, "extends": [package.module]}}
    yield f"{name}/reports/report.json", json.dumps(report).encode()
    yield f"{name}/reports/parameters.csv", _write_csv(("name", "value"), _list_parameters(register))
    indicators = [(table.template.code, "true") for table in register.tables]
    yield f"{name}/reports/FilingIndicators.csv", _write_csv(("templateID", "reported"), indicators)
    for table in register.tables:
        codes = [column.code for column in table.template.columns]
        rows = ([row.cells.get(code, "") for code in codes] for row in table.rows)
        yield f"{name}/reports/{table.template.code.lower()}.csv", _write_csv(codes, rows)


def list_gaps(register: Register) -> list[tuple[str, ...]]:
    """The gaps as rows under ``GAP_HEADER``."""
    return [(gap.template, gap.column, gap.name, gap.about, gap.needed, gap.why, gap.hint) for gap in register.gaps]


def _list_parameters(register: Register) -> list[tuple[str, str]]:
    """The parameters; the currency only where all amounts are in one, since it is a choice of who files otherwise."""
    lei = register.scope.entity.lei
    currencies = {each.row.annual_cost_currency for each in register.scope.arrangements} - {""}
    given = [("entityID", f"rs:{lei}.IND")] if lei else []
    given.append(("refPeriod", register.scope.as_of.isoformat()))
    given += [("baseCurrency", f"iso4217:{currency}") for currency in currencies if len(currencies) == 1]
    return [*given, ("decimalsInteger", "0"), ("decimalsMonetary", "2")]


def _write_csv(header: Sequence[str], rows: Iterable[Sequence[str]], *, is_read_by_people: bool = False) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    for row in rows:
        writer.writerow([_defuse(cell) for cell in row] if is_read_by_people else row)
    return text.getvalue().encode()


def _defuse(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text


def _write_readme(register: Register, name: str) -> bytes:
    definition = load_definition()
    scope = register.scope
    lines = [
        f"Register of information (DORA Art. 28(3)) of {scope.entity.name}, as of {scope.as_of.isoformat()}",
        "",
        SAYS,
        "",
        f"{len(scope.arrangements)} arrangements, {register.row_count} rows, {len(register.gaps)} gaps.",
        f"{name}/ - the templates as CSV, in the form of a reporting package at entity level (IND)",
        "register.xlsx - the same to read, with the names of the columns and where each row comes from",
        "gaps.csv - every cell that is needed, or may be, and is not held here",
        "",
        f"Templates as of {definition.verified_on.isoformat()}, to be looked at by {definition.review_by.isoformat()}:",
        *(f"- {source.what}: {source.where} (confidence: {source.confidence})" for source in definition.sources),
        "Left out, since it could not be sourced or is not held:",
        *(f"- {each}" for each in definition.left_out),
        "",
    ]
    return "\r\n".join(lines).encode()
