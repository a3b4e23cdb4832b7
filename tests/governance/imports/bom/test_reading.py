"""A bill of materials is read as the specification has it, and refused with a reason where it is none."""

from __future__ import annotations

import contextlib
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.imports.bom import reading
from governance.imports.bom.problems import UnreadableBillError
from governance.imports.bom.reading import read_bill
from tests.governance.imports.bom.bills import DATA, LIBRARY, MODEL, SERIAL, SERVICE, make_bill


@pytest.mark.parametrize("version", ["1.5", "1.6", "1.7"])
def test_serial_number_version_and_day_are_the_source(version: str) -> None:
    bill = read_bill(make_bill(MODEL, specVersion=version, version=3))
    assert bill.source.text == f"CycloneDX bill of materials {SERIAL}, version 3"
    assert bill.source.on == date(2026, 4, 28)
    assert bill.spec_version == version
    assert bill.problems == ()


def test_a_bill_without_serial_number_and_day_is_known_by_its_file() -> None:
    bill = read_bill(make_bill(MODEL, serialNumber=None, metadata=None))
    assert "without a serial number, SHA-256 " in bill.source.text
    assert bill.source.on is None
    assert bill.problems == ()


def test_what_stands_inside_others_is_found_with_its_place() -> None:
    outer = {**LIBRARY, "components": [{**DATA, "components": [MODEL]}]}
    gateway = {**SERVICE, "services": [{**SERVICE, "name": "Inner"}]}
    about = {**MODEL, "name": "about", "components": [LIBRARY]}
    bill = read_bill(make_bill(outer, services=(gateway,), metadata={"component": about}))
    assert [placed.place for placed in bill.entries] == [
        "metadata.component",
        "metadata.component.components[0]",
        "components[0]",
        "components[0].components[0]",
        "components[0].components[0].components[0]",
        "services[0]",
        "services[0].services[0]",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty"),
        (b" \n", "The file is empty"),
        (b'<?xml version="1.0"?><bom/>', "XML.* export it as CycloneDX JSON"),
        (b"\xff\xfe{\x00}\x00", "not a text in UTF-8"),
        (b'{"bomFormat": "CycloneDX",}', "no JSON: .* in line 1, column"),
        (b'["bomFormat"]', "should begin with a brace"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": NaN}', "NaN is no number"),
        (b'{"bomFormat": "CycloneDX", "specVersion": "1.5", "specVersion": "1.6"}', "“specVersion” stands twice"),
        (b'{"spdxVersion": "SPDX-2.3"}', "This is an SPDX document"),
        (b'{"name": "x"}', "no CycloneDX bill of materials"),
        (make_bill(specVersion="1.4"), r"CycloneDX 1\.4\. 1\.5, 1\.6 and 1\.7 are read"),
        (make_bill(specVersion="2.0"), r"CycloneDX 2\.0"),
        (make_bill(specVersion=None), "without a version"),
        (make_bill(specVersion=1.6), "are read"),
    ],
)
def test_what_is_no_bill_is_refused_with_a_reason(content: bytes, message: str) -> None:
    with pytest.raises(UnreadableBillError, match=message):
        read_bill(content)


def test_more_than_can_be_looked_through_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ENTRIES", 2)
    with pytest.raises(UnreadableBillError, match="has 3 entries; up to 2 are read"):
        read_bill(make_bill(MODEL, DATA, LIBRARY))
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    with pytest.raises(UnreadableBillError, match="MB are read"):
        read_bill(make_bill(MODEL))


def test_components_nested_without_end_are_refused() -> None:
    inner = dict(LIBRARY)
    for _ in range(60):
        inner = {**LIBRARY, "components": [inner]}
    with pytest.raises(UnreadableBillError, match="nested too deeply"):
        read_bill(make_bill(inner))


def test_all_that_is_wrong_is_told_at_once_with_its_place() -> None:
    content = make_bill(
        {"type": "library", "version": 3},
        {
            **MODEL,
            "licenses": [{"license": {"url": "https://x.example"}}, {"expression": "MIT", "license": {"id": "MIT"}}],
        },
        {**DATA, "name": " "},
        "a text",
        LIBRARY,
        serialNumber="urn:uuid:none",
        metadata={"timestamp": "yesterday"},
        services={"name": "no list"},
    )
    problems = {problem.place: (problem.value, problem.what) for problem in read_bill(content).problems}
    assert problems == {
        "serialNumber": ("urn:uuid:none", "is no serial number"),
        "services": ("1 entries in braces", "is not a list"),
        "components[0].name": ("", "is missing"),
        "components[0].version": ("3", "is not a text"),
        "components[1].licenses[0].license": ("1 entries in braces", "names no licence"),
        "components[1].licenses[1]": ("2 entries in braces", "is neither one licence nor one expression"),
        "components[2].name": ("", "is empty"),
        "components[3]": ("a text", "is not an object"),
    }


def test_a_day_that_is_none_is_told() -> None:
    bill = read_bill(make_bill(LIBRARY, metadata={"timestamp": "yesterday"}))
    assert [(problem.place, problem.what) for problem in bill.problems] == [("metadata.timestamp", "is no instant")]


@pytest.mark.parametrize("name", ["a\u0000b", "a\u200bb", "a\ud800b"])
def test_signs_that_nobody_sees_are_refused_in_names(name: str) -> None:
    bill = read_bill(make_bill({**LIBRARY, "name": name}))
    assert [problem.place for problem in bill.problems] == ["components[0].name"]
    assert "invisible character" in bill.problems[0].what
    bill.problems[0].value.encode()


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail_otherwise(content: bytes) -> None:
    with contextlib.suppress(UnreadableBillError):
        read_bill(b'{"bomFormat": "CycloneDX", "specVersion": "1.6", ' + content)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "type", "components", "licenses", "modelCard", "data"]), inner)
    ),
    max_leaves=12,
)


@given(_JSON, _JSON)
def test_no_content_makes_it_fail_otherwise(components: object, services: object) -> None:
    content = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components, "services": services}
    with contextlib.suppress(UnreadableBillError):
        read_bill(json.dumps(content).encode())
