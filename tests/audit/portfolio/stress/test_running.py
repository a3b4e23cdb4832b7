"""Each scenario over a small portfolio whose answer is worked out by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from audit.portfolio.costs import Money, SelfHosting
from audit.portfolio.outcomes import Assets, ExitDays
from audit.portfolio.stress import Portfolio, StressResult, run_stress
from audit.portfolio.stress.prices import Raise, spread_cost
from audit.portfolio.stress.result import Certainty, Margin
from audit.portfolio.stress.scenarios import (
    LicenceChanged,
    ModelRetired,
    NewTerms,
    PriceTimes,
    TransferStopped,
    VendorGone,
)
from audit.portfolio.tables import Tables
from tests.audit.portfolio.plain import (
    TODAY,
    component,
    contract,
    evaluation,
    flow,
    link,
    offer,
    system,
    tables,
    use,
    vendor,
)


def portfolio(register: Tables, **parts: Any) -> Portfolio:
    return Portfolio(register, parts.get("exits", {}), parts.get("assets", {}), TODAY)


def certainties(result: StressResult) -> dict[str, str]:
    return {hit.reference: hit.certainty.value for hit in result.hits}


BANK = tables(
    systems=[
        system(1, "Payments"),
        system(2, "Lending"),
        system(3, "Search", critical=False),
        system(4, "Fraud"),
        system(5, "Cards"),
    ],
    vendors=[vendor(1, "Top"), vendor(2, "Cloud", parent=1), vendor(3, "Lab"), vendor(4, "Other")],
    components=[component(1, 3), component(2, own_work_of_id=9), component(3, 3, held=True)],
    uses=[
        use(1, 1, "other_host", 2),  # at Cloud
        use(2, 1, "vendor_api"),  # at Lab
        use(3, 1, "other_host", 4),  # at Other, whose sub-contractor is Cloud
        use(4, 2, "self_hosted"),
        use(5, 3, "self_hosted"),
    ],
    contracts=[
        contract(1, 1, 2, fallback="cold_other_model", fallback_activation_days=2, tolerable_outage_days=3),
        contract(2, 2, 3, listed=False),
        contract(3, 3, 4),
    ],
    subcontractors=[link(3, 2)],
)
EXITS = {1: ExitDays(30, 90), 3: ExitDays(10, 20)}


def test_a_vendor_goes_with_its_group_and_takes_whoever_uses_it_underneath() -> None:
    result = run_stress(portfolio(BANK, exits=EXITS), VendorGone(2, TODAY))
    # Cloud belongs to Top. Lending's chain at Lab is not known, so it may be hit. Own machines are not.
    assert certainties(result) == {"SYS-1": "surely", "SYS-3": "surely", "SYS-2": "perhaps"}
    assert [function.name for function in result.critical_functions_hit] == ["Payments"]
    assert (
        run_stress(portfolio(BANK), VendorGone(1, TODAY)).hits == run_stress(portfolio(BANK), VendorGone(2, TODAY)).hits
    )


def test_how_long_it_would_be_short_by_both_margins() -> None:
    first = run_stress(portfolio(BANK, exits=EXITS), VendorGone(2, TODAY)).hits[0]
    # No time is left for an orderly exit of 30 to 90 days. What the fallback is, nobody evaluated: 3 - 90 to 3 - 2.
    assert (first.reference, first.orderly, first.sudden) == ("SYS-1", Margin(-90, -30), Margin(-87, 1))
    assert first.short_by == Margin(30, 90)


def test_a_substitute_outside_the_group_saves_the_fallback_and_one_inside_does_not() -> None:
    outside = BANK.__class__(**{**vars_of(BANK), "evaluations": [evaluation(1, 3)], "offers": [offer(3, 2)]})
    assert sudden_of(outside) == Margin(1, 1), "its weights can be held: 3 days bearable, 2 to start it"
    closed = [component(1, 3), component(2, own_work_of_id=9), component(3, 3)]
    inside = BANK.__class__(
        **{**vars_of(BANK), "components": closed, "evaluations": [evaluation(1, 3)], "offers": [offer(3, 2)]}
    )
    assert sudden_of(inside) == Margin(-87, -27), "it runs at Cloud alone, so the outage lasts as long as the exit"


def vars_of(register: Tables) -> dict[str, Any]:
    return {name: getattr(register, name) for name in Tables.__dataclass_fields__}


def sudden_of(register: Tables) -> Margin | None:
    return run_stress(portfolio(register, exits=EXITS), VendorGone(2, TODAY)).hits[0].sudden


def test_a_version_ends_at_one_host_and_not_at_another_nor_on_our_own_machines() -> None:
    at_cloud = run_stress(portfolio(BANK, exits=EXITS), ModelRetired(1, 2, date(2027, 1, 19)))
    assert certainties(at_cloud) == {"SYS-1": "surely"}
    # 2026-11-20 to 2027-01-19 are 60 days; the exit takes 30 to 90.
    assert at_cloud.hits[0].orderly == Margin(-30, 30)
    everywhere = run_stress(portfolio(BANK), ModelRetired(1, None, TODAY))
    assert certainties(everywhere) == {"SYS-1": "surely", "SYS-2": "surely", "SYS-3": "surely"}
    assert run_stress(portfolio(BANK), ModelRetired(3, None, TODAY)).hits == ()


def test_where_a_version_runs_may_not_be_known() -> None:
    register = tables(systems=[system(1)], components=[component(1)], uses=[use(1, 1, "other_host")])
    assert certainties(run_stress(portfolio(register), ModelRetired(1, 7, TODAY))) == {"SYS-1": "perhaps"}


def test_assets_that_cannot_be_taken_out_are_stranded_and_unknown_is_not_none() -> None:
    assets = {1: Assets(frozenset({"prompts", "embeddings"}), frozenset({"prompts"}))}
    hits = {hit.reference: hit for hit in run_stress(portfolio(BANK, assets=assets), VendorGone(2, TODAY)).hits}
    assert hits["SYS-1"].stranded == ("embeddings",)
    assert hits["SYS-3"].stranded is None


def test_flows_lose_their_basis_by_country_and_tool() -> None:
    register = tables(
        systems=[system(number) for number in range(1, 8)],
        flows=[
            flow(1),  # the framework that falls
            flow(2, transfer_tool="scc"),  # another tool, which stays
            flow(3, to_country="DE", transfer_tool="not_needed"),  # stays in the EEA
            flow(4, transfer_tool="unknown"),
            flow(5, to_country=""),
            flow(6, transfer_tool="none"),  # has none today
            flow(7, has_personal_data=False),
        ],
    )
    result = run_stress(portfolio(register), TransferStopped(frozenset({"US"}), frozenset({"dpf", "adequacy"}), TODAY))
    expected = {"SYS-1": "surely", "SYS-6": "surely", "SYS-4": "perhaps", "SYS-5": "perhaps"}
    assert certainties(result) == expected
    assert {hit.reference: hit.certainty.value for hit in result.flows} == expected
    assert [hit.reference for hit in result.flows if hit.had_none] == ["SYS-6"]
    with_clauses = run_stress(portfolio(register), TransferStopped(frozenset({"US"}), frozenset({"scc"}), TODAY))
    assert certainties(with_clauses)["SYS-2"] == "surely"
    assert "SYS-1" not in certainties(with_clauses)


def test_a_changed_licence_takes_the_right_of_whoever_runs_it() -> None:
    register = tables(
        systems=[system(1), system(2), system(3)],
        vendors=[vendor(1)],
        components=[component(1, 1), component(2, 1, licence_flags=["osi_approved"])],
        uses=[use(1, 1, "self_hosted"), use(2, 1, "vendor_api"), use(3, 2, "self_hosted")],
    )
    forbidden = run_stress(portfolio(register), LicenceChanged(1, NewTerms.FORBIDS_US, TODAY))
    assert certainties(forbidden) == {"SYS-1": "surely", "SYS-2": "perhaps"}
    restricted = run_stress(portfolio(register), LicenceChanged(1, NewTerms.RESTRICTED, TODAY))
    assert certainties(restricted) == {"SYS-1": "perhaps", "SYS-2": "perhaps"}
    open_one = run_stress(portfolio(register), LicenceChanged(2, NewTerms.FORBIDS_US, TODAY)).hits[0]
    assert open_one.certainty is Certainty.PERHAPS, "what was given under an open licence is not taken back"
    assert any("exemptions" in why for why in open_one.because)


UNIT = "USD per million tokens"


def priced(**contract_columns: Any) -> Tables:
    return tables(
        systems=[system(1), system(2), system(3)],
        vendors=[vendor(1, "Lab"), vendor(2, "Other")],
        components=[component(1, 1, held=True), component(2, 2)],
        uses=[
            use(1, 1, yearly_volume_in=Decimal(1000), yearly_volume_out=Decimal(500)),
            use(2, 1),
            use(3, 2),
        ],
        offers=[offer(1, 1, price_in=Decimal(2), price_out=Decimal(8), unit=UNIT, source="list", source_on=TODAY)],
        contracts=[
            contract(1, 1, 1, annual_cost=Decimal(99), annual_cost_currency="USD", **contract_columns),
            contract(2, 2, 1, annual_cost=Decimal(3650), annual_cost_currency="EUR"),
        ],
    )


def test_a_price_times_three_by_year_from_volume_or_from_the_contract_and_never_from_both() -> None:
    result = run_stress(portfolio(priced()), PriceTimes(Decimal(3), 1, None, date(2027, 1, 1)))
    # System 1: 1000 x 2 + 500 x 8 = 6000 a year; 2026 has 42 days left from 20 November: 6000 x 42 / 365 = 690.41.
    # System 2: no volume, so the 3650 of its contract: 420 for those days. System 3 is another vendor's.
    assert result.total_by_year() == (
        (2026, "EUR", 420.0, 420.0),
        (2026, "USD", 690.41, 690.41),
        (2027, "EUR", 3650.0, 10950.0),
        (2027, "USD", 6000.0, 18000.0),
        (2028, "EUR", 3650.0, 10950.0),
        (2028, "USD", 6000.0, 18000.0),
    )
    assert certainties(result) == {"SYS-1": "surely", "SYS-2": "surely"}
    assert result.hits[0].orderly is None, "a price stops nothing, so there is no margin of time"


def test_a_guaranteed_price_holds_until_its_day() -> None:
    register = priced(price_guaranteed_until=date(2028, 1, 1))
    result = run_stress(portfolio(register), PriceTimes(Decimal(3), 1, None, TODAY))
    line = next(line for line in result.costs if line.reference == "SYS-1")
    assert [float(after.amount) for _, _, after in line.years][1:] == [6000.0, 18000.0]
    assert "2028-01-01" in line.note


def test_a_cost_that_nobody_entered_is_named_and_not_taken_as_nothing() -> None:
    result = run_stress(portfolio(priced()), PriceTimes(Decimal(2), None, None, TODAY))
    assert result.unknown_costs == ("SYS-3",)
    assert certainties(result)["SYS-3"] == "perhaps"


def test_from_which_volume_self_hosting_would_be_cheaper_at_the_raised_price() -> None:
    hosting = SelfHosting(Decimal(90_000), Decimal(0), Decimal(0), Decimal(3), "USD", "offer", TODAY)
    result = run_stress(portfolio(priced()), PriceTimes(Decimal(3), 1, None, TODAY), hosting=hosting)
    # Two thirds sent: (2 x 2/3 + 8 x 1/3) x 3 = 12 a unit, of which 3 are spent on running it: 90 000 / 9 = 10 000.
    assert [line.break_even for line in result.costs if line.reference == "SYS-1"] == [10_000.0]


def test_a_leap_year_and_a_rise_in_its_middle_are_counted_by_days() -> None:
    # 2028 has 366 days; from 1 July 184 are left. 366 a year as agreed: 1 a day.
    rise = Raise(Decimal(2), date(2028, 7, 1))
    year, before, after = spread_cost(Money(Decimal(366), "EUR"), rise, date(2028, 1, 1))[0]
    assert (year, before.amount, round(after.amount, 6)) == (2028, Decimal(366), Decimal(366 + 184))


@pytest.mark.parametrize("scenario", [VendorGone(9, TODAY), ModelRetired(1, None, TODAY)])
def test_a_register_that_is_empty_gives_an_empty_result(scenario: VendorGone | ModelRetired) -> None:
    result = run_stress(portfolio(tables()), scenario)
    assert (result.systems, result.hits, result.functions) == (0, (), ())


def test_a_system_without_a_function_stands_under_its_own_name() -> None:
    register = tables(
        systems=[system(1, business_function="  ", name="Chat for customers"), system(2, "Search")],
        vendors=[vendor(1, "Lab")],
        components=[component(1, 1)],
        uses=[use(1, 1, "vendor_api"), use(2, 1, "vendor_api")],
    )
    result = run_stress(portfolio(register), VendorGone(1, TODAY))
    assert sorted(function.name for function in result.functions) == ["Chat for customers", "Search"]
