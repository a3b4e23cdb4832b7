"""Licence texts as found in the wild: understood, or never open."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from audit.licences import read_licence
from audit.licences.tables import OPENNESS, load_licence_tables

LABELLED: list[dict[str, Any]] = json.loads(Path(__file__).with_name("labelled.json").read_text(encoding="utf-8"))[
    "strings"
]
OPEN_IDS = sorted(load_licence_tables().open_ids)


@pytest.mark.parametrize("case", LABELLED, ids=lambda case: str(case["raw"]))
def test_a_labelled_text_is_understood_as_labelled(case: dict[str, Any]) -> None:
    licence = read_licence(case["raw"])
    assert (licence.expression, licence.is_open) == (case["expression"], case["open"])


@pytest.mark.parametrize("spdx_id", OPEN_IDS)
def test_each_id_of_the_open_list_is_open_when_written_exactly_so(spdx_id: str) -> None:
    licence = read_licence(spdx_id)
    assert licence.is_open is True
    assert licence.expression


@pytest.mark.parametrize(
    ("raw", "expression"),
    [
        ("The MIT License (MIT)", "MIT"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("GNU General Public License v3.0", "GPL-3.0-only"),
        ("GPLv3", "GPL-3.0-only"),
        ("CC BY-SA 4.0", "CC-BY-SA-4.0"),
        ("Creative Commons Attribution 4.0 International Public License", "CC-BY-4.0"),
        ("MIT and Apache 2.0", "MIT AND Apache-2.0"),
        ("Open Data Commons Attribution License (ODC-By) v1.0", "ODC-By-1.0"),
        ("European Union Public Licence 1.2 (EUPL)", "EUPL-1.2"),
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        ("Apache-2.0 WITH LLVM-exception", "Apache-2.0 WITH LLVM-exception"),
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("https://opensource.org/licenses/MIT", "MIT"),
        ("PDDL-1.0", "PDDL-1.0"),  # the open list carries the same licence as ODC-PDDL-1.0
    ],
)
def test_common_spellings_of_open_licences_are_understood(raw: str, expression: str) -> None:
    licence = read_licence(raw)
    assert (licence.expression, licence.is_open) == (expression, True)


@pytest.mark.parametrize(
    "raw",
    [
        "Apache 2.0 with Commons Clause",
        "MIT (non-commercial)",
        "MIT license with restrictions",
        "Apache-2.0 for research only",
        "MIT, Gemma Terms of Use",
        "not MIT",
        "MIT-like",
        "Apache 3.0",
        "intel",  # a company, unlike the SPDX id Intel
        "МIT",
        "open source",
        "free",
        "attribution",
        "MIT (code)",
        "MIT for the code, weights on request",
        "https://github.com/example/mit-project",
        "Permission is hereby granted, free of charge, " * 10,
        "CC-BY-4.0 AND CC-BY-NC-4.0",
        "MIT AND LicenseRef-Ours",
        "",
        "   ",
    ],
)
def test_what_only_looks_open_is_never_open(raw: str) -> None:
    assert read_licence(raw).is_open is not True


RESTRICTIVE = (
    "non-commercial use only",
    "research only",
    "Llama 2 Community License",
    "proprietary",
    "all rights reserved",
    "acceptable use policy applies",
    "custom terms",
)


@given(
    st.sampled_from(OPEN_IDS),
    st.sampled_from(RESTRICTIVE),
    st.sampled_from((" and ", ", ", " (", " with ", " + ", "; ")),
)
def test_an_open_licence_beside_a_restriction_is_not_open_as_a_whole(spdx_id: str, words: str, joint: str) -> None:
    assert read_licence(f"{spdx_id}{joint}{words}").is_open is not True


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error_and_random_text_is_not_open(raw: str) -> None:
    licence = read_licence(raw)
    assert licence.raw == raw
    assert licence.is_open is not True or licence.expression is not None or licence.name is not None


@pytest.mark.parametrize(
    ("raw", "flag"),
    [
        ("CC-BY-NC-4.0", "non_commercial"),
        ("CC-BY-ND-4.0", "no_derivatives"),
        ("CC-BY-SA-4.0", "share_alike"),
        ("CC-BY-4.0", "open_data"),
        ("MIT", "osi_approved"),
        ("GPL-3.0-only", "share_alike"),
        ("Llama 2 Community License", "user_threshold"),
        ("Llama 2", "output_restriction"),
        ("CreativeML Open RAIL-M", "field_of_use"),
        ("Research-only RAIL-M", "research_only"),
        ("Gemma Terms of Use", "acceptable_use_policy"),
    ],
)
def test_the_profile_of_a_licence_carries_its_terms(raw: str, flag: str) -> None:
    assert flag in read_licence(raw).flags


TERMS: list[dict[str, Any]] = yaml.safe_load((OPENNESS / "licence_terms.yaml").read_text(encoding="utf-8"))["licences"]


@pytest.mark.parametrize("entry", TERMS, ids=lambda entry: str(entry["id"]))
def test_each_licence_with_dated_terms_is_recognised_by_its_name_and_its_spdx_id(entry: dict[str, Any]) -> None:
    for text in (entry["name"], entry["spdx"], entry["id"]):
        licence = read_licence(text)
        assert licence.is_open is entry["open"], text
        stated = {flag for flag, value in entry["flags"].items() if value is True}
        if text == entry["name"]:
            assert stated <= licence.flags


def test_each_entry_of_dated_terms_has_its_source_and_day() -> None:
    assert [entry["id"] for entry in TERMS if not (entry["source"] and entry["on"] and entry["grade"])] == []
    assert len(TERMS) == 44
