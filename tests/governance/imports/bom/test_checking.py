"""The dry run of a bill: what it says is taken as stated, what it does not say stays not known."""

from __future__ import annotations

from typing import Any

import pytest

from governance.imports.bom.register import KnownComponent, KnownRegister
from tests.governance.imports.bom.bills import DATA, LIBRARY, MODEL, SERIAL, SERVICE, make_bill, told, try_out

SOURCE = f"CycloneDX bill of materials {SERIAL}, version 1"


def say(planned: Any, topic: str) -> Any:
    """What a planned component's further statements say about a topic."""
    return next((each["value"] for each in planned.details if each["topic"] == topic), None)


def test_each_type_becomes_its_kind() -> None:
    run = try_out(make_bill(MODEL, DATA, LIBRARY, {"type": "framework", "name": "f"}, services=(SERVICE,)))
    assert told(run) == []
    assert [(each.label, each.kind.value, each.vendor) for each in run.planned] == [
        ("example-org/ticket-classifier 1.0", "model", "Example Org"),
        ("tickets 2026.04", "dataset", ""),
        ("org.example/tokens 3.1", "library", "Example Org"),
        ("f", "framework", ""),
        ("Search API", "service", "Searchers Ltd"),
    ]
    assert run.new_vendors == ("Example Org", "Searchers Ltd")


def test_every_statement_has_the_bill_as_its_source() -> None:
    run = try_out(make_bill(MODEL, DATA, LIBRARY, services=(SERVICE,)))
    said = [each for planned in run.planned for each in (*planned.details, *planned.facts)]
    assert len(said) > 15
    assert {(each["source"], each["on"], each["grade"]) for each in said} == {(SOURCE, "2026-04-28", "vendor_claimed")}


def test_a_model_is_told_with_its_card_its_pedigree_and_its_data() -> None:
    model, data = try_out(make_bill(MODEL, DATA)).planned
    assert say(model, "task") == "text-classification"
    assert say(model, "technical limitation") == ["English only."]
    assert say(model, "made from") == ["base-encoder 2"]
    assert say(model, "supplier") == "Model Hub"
    assert say(model, "data sets it was trained and tested on") == [
        "tickets 2026.04 (internal)",
        "Forum posts (public)",
    ]
    assert [(fact["key"], fact["value"]) for fact in model.facts] == [("trans.model_card", True)]
    assert say(data, "Training split: sensitive data") == ["names"]
    assert data.facts == []


def test_a_part_counts_as_available_only_where_its_address_is_given() -> None:
    parts = {part.part: part for part in try_out(make_bill(MODEL, DATA)).planned[0].parts}
    assert {name: part.availability.value for name, part in parts.items()} == {
        "Model parameters (Final)": "available",
        "Model card": "available",
        "Datasets": "unknown",
    }
    parameters = parts["Model parameters (Final)"]
    assert (parameters.url, parameters.licence_raw) == (
        "https://hub.example/example-org/ticket-classifier",
        "Apache-2.0",
    )
    assert "tickets 2026.04 (internal); Forum posts (public)" in parts["Datasets"].note


def test_parameters_without_a_stated_licence_stay_not_known() -> None:
    parts = try_out(make_bill({**MODEL, "licenses": []}, DATA)).planned[0].parts
    assert (parts[0].part, parts[0].availability.value, parts[0].licence_raw) == (
        "Model parameters (Final)",
        "unknown",
        "",
    )
    assert parts[0].url == "https://hub.example/example-org/ticket-classifier"


def test_what_a_bill_does_not_say_stays_not_known() -> None:
    (bare,) = try_out(make_bill({"type": "machine-learning-model", "name": "bare"})).planned
    assert (bare.vendor, bare.licence_raw, bare.licence_id, bare.facts, bare.parts) == ("", "", "", [], [])
    assert [each["topic"] for each in bare.details] == ["type in the bill"]
    inside = {**MODEL, "externalReferences": []}
    planned = try_out(make_bill(inside, DATA)).planned[0]
    assert planned.facts == []  # a card inside the bill is published nowhere that it says
    assert {part.part: part.availability.value for part in planned.parts} == {
        "Model card": "unknown",
        "Datasets": "unknown",
    }


@pytest.mark.parametrize(
    ("licences", "raw", "spdx"),
    [
        ([], "", ""),
        ([{"license": {"id": "MIT"}}], "MIT", "MIT"),
        ([{"license": {"name": "Our own terms"}}], "Our own terms", ""),
        ([{"expression": "MIT OR Apache-2.0"}], "MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        # Whether both apply or one may be chosen is not said, so that it is no expression.
        ([{"license": {"id": "MIT"}}, {"license": {"id": "GPL-2.0-only"}}], "MIT; GPL-2.0-only", ""),
        (
            [
                {"license": {"id": "MIT", "acknowledgement": "declared"}},
                {"license": {"id": "GPL-2.0-only", "acknowledgement": "concluded"}},
            ],
            "MIT",
            "MIT",
        ),
        ([{"license": {"id": "MIT", "acknowledgement": "concluded"}}], "MIT", "MIT"),
    ],
)
def test_licences_are_taken_as_stated(licences: list[Any], raw: str, spdx: str) -> None:
    (planned,) = try_out(make_bill({**LIBRARY, "licenses": licences})).planned
    assert (planned.licence_raw, planned.licence_id) == (raw, spdx)


def test_a_long_list_of_licences_is_kept_whole_among_the_statements() -> None:
    licences = [{"license": {"name": f"Licence number {number} of a long list"}} for number in range(20)]
    run = try_out(make_bill({**LIBRARY, "licenses": licences}))
    assert run.planned[0].licence_raw == ""
    assert len(say(run.planned[0], "licence")) == 20
    assert "too long for one line" in run.remarks[0].says


@pytest.mark.parametrize(
    ("named", "vendor"),
    [
        ({"manufacturer": {"name": "Maker"}, "publisher": "Publisher", "supplier": {"name": "Hub"}}, "Maker"),
        ({"publisher": "Publisher", "supplier": {"name": "Hub"}}, "Publisher"),
        ({"supplier": {"name": "Hub"}}, "Hub"),
        ({"supplier": {"url": ["https://hub.example"]}}, ""),
    ],
)
def test_the_vendor_is_who_made_it_before_who_passed_it_on(named: dict[str, Any], vendor: str) -> None:
    run = try_out(make_bill({"type": "library", "name": "x", **named}))
    assert run.planned[0].vendor == vendor
    assert any("may be a distributor" in remark.says for remark in run.remarks) is (vendor == "Hub")


def test_what_is_no_component_of_the_register_is_counted_and_left_out() -> None:
    configuration = {**DATA, "name": "settings", "bom-ref": "settings", "data": [{"type": "configuration"}]}
    about = {"type": "application", "name": "Helpdesk"}
    run = try_out(
        make_bill({"type": "operating-system", "name": "Linux"}, configuration, metadata={"component": about})
    )
    assert run.planned == ()
    assert run.left_out == {"application": 1, "operating system": 1, "data that are no data set": 1}
    assert not run.can_be_imported


def test_kinds_that_are_not_chosen_stay_out_with_their_vendors() -> None:
    run = try_out(make_bill(MODEL, DATA, LIBRARY, services=(SERVICE,)), kinds=("model",))
    assert [each.name for each in run.planned] == ["example-org/ticket-classifier"]
    assert run.new_vendors == ("Example Org",)
    assert run.left_out == {"data set, not chosen": 1, "library, not chosen": 1, "service, not chosen": 1}


def test_problems_say_where_and_what_would_be_right() -> None:
    run = try_out(
        make_bill(
            {**LIBRARY, "type": "libary"},
            {**LIBRARY, "bom-ref": "a", "name": "n" * 201, "version": "v" * 201},
            {**DATA, "bom-ref": "library"},
        )
    )
    assert [(each.place, each.what, each.right) for each in run.problems] == [
        ("components[2].bom-ref", "stands at components[0] already", "a reference of its own"),
        ("components[0].type", "is no type of component", "perhaps “library” is meant"),
        ("components[1].name", "has 213 characters", "at most 200 characters"),
        ("components[1].version", "has 201 characters", "at most 200 characters"),
    ]
    assert not run.can_be_imported


def test_the_same_component_twice_is_added_once_and_two_stories_are_a_problem() -> None:
    again = {**LIBRARY, "bom-ref": "again"}
    run = try_out(make_bill(LIBRARY, again))
    assert len(run.planned) == 1
    assert run.remarks[0].says == "org.example/tokens 3.1 stands at components[0] already; it is added once."
    other = {**again, "licenses": [{"license": {"id": "MIT"}}]}
    assert told(try_out(make_bill(LIBRARY, other))) == [
        ("components[1]", "stands at components[0] already, with other statements")
    ]


def test_a_data_set_that_is_not_in_the_bill_is_only_named() -> None:
    run = try_out(make_bill(MODEL))
    assert "“tickets” is not in the bill" in run.remarks[0].says
    assert run.can_be_imported


def make_known(**changed: Any) -> KnownRegister:
    """A register that has the library by another spelling, and two vendors of which one name is close."""
    values = {
        "id": 7,
        "label": "Org.Example/Tokens 3.1",
        "kind": "library",
        "vendor_id": 1,
        "vendor": "Example Org",
        "licence_raw": "MIT",
        "licence_id": "MIT",
    }
    known = KnownComponent(**{**values, **changed})
    vendors = {"example org": {1: "Example Org"}, "search ltd": {2: "Search Ltd"}}
    return KnownRegister({}, {("org.example/tokens", "3.1"): known}, vendors, frozenset({"our bank ag"}))


def test_what_the_register_has_stays_and_the_difference_is_told() -> None:
    run = try_out(make_bill(LIBRARY), make_known())
    assert run.planned == ()
    assert run.new_vendors == ()
    assert [each.says for each in run.known] == [
        "Org.Example/Tokens 3.1 stays as it is (licence: “MIT OR Apache-2.0” in the bill, “MIT” in the register)."
    ]
    assert not run.can_be_imported
    same = try_out(make_bill(LIBRARY), make_known(licence_raw="MIT OR Apache-2.0"))
    assert [each.says for each in same.known] == ["Org.Example/Tokens 3.1 stays as it is."]


def test_another_version_of_a_known_component_is_pointed_out() -> None:
    known = KnownRegister({}, {}, {}, frozenset(), {"org.example/tokens": "org.example/tokens 2.0"})
    run = try_out(make_bill(LIBRARY), known)
    assert len(run.planned) == 1
    assert "The register has org.example/tokens 2.0" in run.remarks[0].says


def test_vendors_are_known_by_any_spelling_and_close_names_are_pointed_out() -> None:
    model = {**MODEL, "manufacturer": {"name": "EXAMPLE  org"}}
    run = try_out(make_bill(model, services=({**SERVICE, "provider": {"name": "Search Ltd."}},)), make_known())
    assert [(each.vendor_id, each.vendor) for each in run.planned] == [(1, "Example Org"), (None, "Search Ltd.")]
    assert any(each.says == "Search Ltd. would be a new vendor; the register has “Search Ltd”." for each in run.remarks)


def test_our_own_company_is_no_vendor() -> None:
    run = try_out(make_bill({**MODEL, "manufacturer": {"name": "Our Bank AG"}}), make_known())
    assert (run.planned[0].vendor_id, run.planned[0].vendor, run.new_vendors) == (None, "", ())
    assert any("is your own company" in remark.says for remark in run.remarks)


def test_a_name_of_several_vendors_is_a_problem() -> None:
    known = KnownRegister({}, {}, {"example org": {1: "Example Org", 2: "Example Org Inc"}}, frozenset())
    assert told(try_out(make_bill(LIBRARY), known)) == [
        ("components[0].publisher", "may be several vendors of the register: Example Org, Example Org Inc")
    ]
