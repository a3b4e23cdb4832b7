"""Each template tells what the register holds by the official codes, and names every cell it does not hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from governance.models import Vendor
from tests.governance.exports.dora.scenes import (
    AS_OF,
    BANK_LEI,
    PARENT_LEI,
    SUB_LEI,
    VENDOR_LEI,
    build,
    gaps_of,
    make_arrangement,
    make_bank,
    make_full_bank,
    make_system,
    make_vendor,
    missing,
    rows_of,
)

pytestmark = pytest.mark.django_db
LEI = "eba_qCO:qx2000"


def test_the_entity_is_told_and_its_group_is_a_gap() -> None:
    register = build(make_full_bank())
    (maintainer,) = rows_of(register, "B_01.01")
    assert maintainer == {
        "c0010": BANK_LEI,
        "c0020": "Example Bank AG",
        "c0030": "eba_GA:DE",
        "c0040": "eba_CT:x12",
        "c0060": AS_OF.isoformat(),
    }
    assert missing(register, "B_01.01") == {"c0050"}
    (entity,) = rows_of(register, "B_01.02")
    assert entity["c0090"] == "9999-12-31"  # so the Regulation for an entity that has not been deleted
    assert missing(register, "B_01.02") == {"c0050", "c0060", "c0070", "c0080", "c0100", "c0110"}


def test_an_arrangement_is_told_by_official_codes() -> None:
    register = build(make_full_bank())
    assert rows_of(register, "B_02.01") == [{"c0010": "C-1", "c0040": "eba_CU:EUR", "c0050": "212000.50"}]
    assert missing(register, "B_02.01") == {"c0020", "c0030"}
    assert rows_of(register, "B_02.02") == [
        {
            "c0010": "C-1",
            "c0020": BANK_LEI,
            "c0030": VENDOR_LEI,
            "c0040": LEI,
            "c0060": "eba_TA:S19",
            "c0070": "2025-01-01",
            "c0080": "2027-12-31",
            "c0100": "90",
            "c0110": "180",
        }
    ]
    assert rows_of(register, "B_03.01") == [{"c0010": "C-1", "c0020": BANK_LEI, "c0030": "true"}]
    assert rows_of(register, "B_03.02") == [{"c0010": "C-1", "c0020": VENDOR_LEI, "c0030": LEI}]
    assert rows_of(register, "B_04.01") == [{"c0010": "C-1", "c0020": BANK_LEI}]
    assert missing(register, "B_04.01") == {"c0030", "c0040"}


def test_what_is_mandatory_and_not_held_is_named_and_never_made_up() -> None:
    register = build(make_full_bank())
    gaps = {gap.column: gap for gap in gaps_of(register, "B_02.02")}
    assert set(gaps) == {"c0050", "c0120", "c0130", "c0140", "c0150", "c0160", "c0170", "c0180"}
    assert gaps["c0050"].needed == "always; the row is known by it"
    # The flow's country is for a person to look at: where data flow is not where the service comes from.
    assert gaps["c0150"].hint == "data flow to it in IE"


@pytest.mark.parametrize(("critical", "named"), [(True, True), (None, True), (False, False)])
def test_what_only_critical_functions_need_is_a_gap_unless_it_surely_is_none(
    critical: bool | None, named: bool
) -> None:
    bank = make_bank()
    make_arrangement(make_system(bank, is_critical_function=critical), make_vendor(), notice_days=None)
    register = build(bank)
    assert ("c0100" in missing(register, "B_02.02")) is named
    assert len(rows_of(register, "B_07.01")) == int(named)
    assert "c0130" in missing(register, "B_02.02")  # a key of the row, whatever the function


def test_an_end_is_open_only_if_the_register_says_so() -> None:
    bank = make_bank()
    system, vendor = make_system(bank), make_vendor()
    make_arrangement(system, vendor, "C-open", end_on=None, is_open_ended=True)
    make_arrangement(system, vendor, "C-unknown", end_on=None)
    make_arrangement(system, vendor, "C-over", end_on=date(2026, 1, 31))
    register = build(bank)
    ends = {row["c0010"]: row.get("c0080") for row in rows_of(register, "B_02.02")}
    assert ends == {"C-open": "9999-12-31", "C-unknown": None, "C-over": "2026-01-31"}
    reasons = [gap.about for gap in gaps_of(register, "B_02.02") if gap.column == "c0090"]
    assert len(reasons) == 1
    assert "C-over" in reasons[0]


def test_providers_are_told_with_their_parents() -> None:
    register = build(make_full_bank())
    rows = {row["c0050"]: row for row in rows_of(register, "B_05.01") if "c0050" in row}
    assert rows["Model Host Ltd"] == {
        "c0010": VENDOR_LEI,
        "c0020": LEI,
        "c0050": "Model Host Ltd",
        "c0060": "Model Host Ltd",
        "c0110": PARENT_LEI,
        "c0120": LEI,
    }
    assert rows["Host Holding Ltd"]["c0110"] == PARENT_LEI  # at the top of its own group
    assert "c0110" not in rows["Data Centre Ltd"]  # whether it has a parent is not known
    gaps = {(gap.about, gap.column): gap for gap in gaps_of(register, "B_05.01")}
    assert gaps["Data Centre", "c0110"].hint == "whether it has a parent is not known"
    assert gaps["Model Host", "c0080"].hint == "established in IE; its headquarters may be elsewhere"
    assert ("Model Host", "c0100") in gaps  # all its services count there, and only those for AI are known here
    assert ("Data Centre", "c0100") not in gaps  # not a direct provider
    assert ("Cooling", "c0050") in gaps  # its short name is not its legal name


def test_a_name_in_other_letters_is_not_repeated_as_latin() -> None:
    bank = make_bank()
    make_arrangement(make_system(bank), make_vendor("Hellas", legal_name="Ελλάς Α.Ε."))
    register = build(bank)
    assert rows_of(register, "B_05.01")[0]["c0050"] == "Ελλάς Α.Ε."
    assert "c0060" in missing(register, "B_05.01")


def test_the_chain_begins_with_the_vendor_at_rank_one() -> None:
    register = build(make_full_bank())
    direct, centre, power = rows_of(register, "B_05.02")
    assert (direct["c0050"], direct["c0030"], "c0060" in direct) == ("1", VENDOR_LEI, False)
    assert (centre["c0050"], centre["c0030"], centre["c0060"]) == ("2", SUB_LEI, VENDOR_LEI)
    assert (power["c0050"], power["c0060"], "c0030" in power) == ("3", SUB_LEI, False)
    named = {(gap.about.rsplit("> ", 1)[-1], gap.column) for gap in gaps_of(register, "B_05.02")}
    assert named == {("Cooling", "c0030"), ("Cooling", "c0040")}


def test_for_whom_a_far_subcontractor_works_is_not_guessed() -> None:
    bank = make_full_bank()
    arrangement = bank.systems.get().dependencies.get()
    arrangement.subcontractors_known = None
    arrangement.save()
    register = build(bank)
    assert "c0060" not in rows_of(register, "B_05.02")[2]
    gap = next(gap for gap in gaps_of(register, "B_05.02") if gap.column == "c0060")
    assert gap.hint == "for whom it works is not entered"


def test_a_function_is_told_once_and_not_where_its_systems_disagree() -> None:
    bank = make_bank()
    vendor = make_vendor()
    make_arrangement(make_system(bank, "SYS-1"), vendor, "C-1")
    make_arrangement(make_system(bank, "SYS-2"), vendor, "C-2")
    make_arrangement(make_system(bank, "SYS-3", business_function="Cards"), vendor, "C-3")
    make_arrangement(make_system(bank, "SYS-4", business_function="Cards", is_critical_function=False), vendor, "C-4")
    register = build(bank)
    assert rows_of(register, "B_06.01") == [
        {"c0030": "Cards", "c0040": BANK_LEI},
        {"c0030": "Lending", "c0040": BANK_LEI, "c0050": "eba_BT:x28"},
    ]
    hints = [gap.hint for gap in gaps_of(register, "B_06.01") if gap.column == "c0050"]
    assert hints == ["its systems disagree (SYS-3: yes; SYS-4: no)"]


def test_the_assessment_is_told_and_its_reason_is_a_gap_where_it_is_needed() -> None:
    register = build(make_full_bank())
    (row,) = rows_of(register, "B_07.01")
    assert (row["c0050"], row["c0080"]) == ("eba_ZZ:x960", "eba_BT:x28")
    assert missing(register, "B_07.01") == {"c0060", "c0070", "c0090", "c0100", "c0110"}


@pytest.mark.parametrize(("stored", "code"), [("easily", "x962"), ("medium", "x961"), ("not_substitutable", "x959")])
def test_each_degree_of_substitutability_has_its_code(stored: str, code: str) -> None:
    bank = make_bank()
    make_arrangement(make_system(bank), make_vendor(), substitutability=stored)
    register = build(bank)
    assert rows_of(register, "B_07.01")[0]["c0050"] == f"eba_ZZ:{code}"
    assert ("c0060" in missing(register, "B_07.01")) is (stored == "not_substitutable")


def test_one_contract_of_two_systems_is_one_arrangement_with_one_cost_or_none() -> None:
    bank = make_bank()
    vendor = make_vendor()
    make_arrangement(make_system(bank, "SYS-1"), vendor)
    second = make_arrangement(make_system(bank, "SYS-2"), vendor)
    register = build(bank)
    assert [row["c0050"] for row in rows_of(register, "B_02.01")] == ["212000.50"]
    assert len(rows_of(register, "B_02.02")) == 2
    second.annual_cost = Decimal(1)
    second.save()
    register = build(bank)
    assert rows_of(register, "B_02.01") == [{"c0010": "C-1"}]
    gap = next(gap for gap in gaps_of(register, "B_02.01") if gap.column == "c0050")
    assert "SYS-2: Model Host (C-1): 1.00 EUR" in gap.hint


def test_one_reference_of_two_vendors_is_named() -> None:
    bank = make_bank()
    system = make_system(bank)
    make_arrangement(system, make_vendor())
    make_arrangement(system, make_vendor("Other", ""))
    assert "has to be unique" in "; ".join(gap.why for gap in gaps_of(build(bank), "B_02.01"))


def test_an_lei_that_cannot_be_one_is_told_and_named_as_a_gap() -> None:
    """Rows stored before the check digits were looked at, or written past every form."""
    bank = make_bank(lei="999900EXAMPLEBANK038")
    make_arrangement(make_system(bank), make_vendor(lei="999900MODELHOST00004"))
    register = build(bank)
    for code, about in (("B_01.01", "Example Bank AG"), ("B_05.01", "Model Host")):
        (told,) = [gap for gap in gaps_of(register, code) if gap.column == "c0010"]
        assert told.about == about
        assert "check digits" in told.why


def test_an_lei_that_fits_is_no_gap() -> None:
    assert "check digits" not in "; ".join(gap.why for gap in build(make_full_bank()).gaps)


def test_only_ict_services_are_told_and_the_undecided_are_named() -> None:
    bank = make_bank()
    system, vendor = make_system(bank), make_vendor()
    make_arrangement(system, vendor, "C-yes")
    make_arrangement(system, vendor, "C-no", is_ict_service=False)
    make_arrangement(system, vendor, "C-unknown", is_ict_service=None)
    register = build(bank)
    assert [row["c0010"] for row in rows_of(register, "B_02.01")] == ["C-yes"]
    assert [gap.about for gap in gaps_of(register, "")] == ["SYS-1: Model Host (C-unknown)"]


def test_other_entities_stay_out_and_providers_inside_the_group_are_named() -> None:
    bank = make_bank()
    other = make_bank(name="Example Services GmbH", lei="999900EXAMPLESERV063")
    make_arrangement(make_system(other, "SYS-9"), make_vendor(), "C-9")
    make_arrangement(make_system(bank), Vendor.objects.create(name="Example Services GmbH"), "C-1")
    register = build(bank)
    assert [row["c0010"] for row in rows_of(register, "B_02.01")] == ["C-1"]
    assert "SYS-1: Example Services GmbH" in gaps_of(register, "B_03.03")[0].why


def test_an_entity_without_a_type_or_an_answer_gets_none() -> None:
    for number, answers in enumerate(({}, {"org.dora_entity_type": {"value": "none"}})):
        register = build(make_bank(name=f"Company {number}", lei="", answers=answers))
        assert {"c0010", "c0040"} <= missing(register, "B_01.01")


def test_empty_templates_say_why() -> None:
    register = build(make_bank())
    for code in ("B_01.03", "B_02.03", "B_03.03", "B_99.01"):
        assert rows_of(register, code) == []
        assert gaps_of(register, code)[0].why
