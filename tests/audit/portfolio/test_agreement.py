"""The portfolio's figures and those of the fact sheets agree wherever the sheet gives one."""

import pytest
from hypothesis import given

from audit.portfolio.concentration import measure_concentration, read_concentration
from audit.portfolio.figures import measure_figures, read_figures
from audit.portfolio.tables import Tables, read_tables
from audit.snapshots import build_fact_sheets
from governance.models import AISystem, EvaluationRecord, Subcontractor
from tests.audit.portfolio.stress.test_invariants import registers
from tests.audit.scenes import (
    TODAY,
    catalogue_fact,
    contract,
    make_component,
    make_own_model,
    make_system,
    make_vendor,
    make_vendor_chatbot,
    offer,
    use,
)


@given(registers())
def test_the_lean_share_is_the_graphs_wherever_that_has_no_bounds(register: Tables) -> None:
    for_people, for_facts = measure_concentration(register, TODAY), measure_figures(register, TODAY)
    for row in register.systems:
        share = for_people.critical_share_of(row.id)
        assert for_facts.share_for(row.id) == (share.low if share.is_known else None)


@pytest.mark.django_db
def test_narrow_rows_and_whole_tables_measure_the_same() -> None:
    top = make_vendor()
    for number in range(4):
        system, _, vendor = make_vendor_chatbot(business_function=f"Function {number % 3}")
        AISystem.objects.filter(pk=system.pk).update(is_critical_function=number != 2)
        if number % 2:
            Subcontractor.objects.create(dependency=system.dependencies.get(), vendor=top, rank=number)
            type(vendor).objects.filter(pk=vendor.pk).update(parent_status="named", ultimate_parent=top)
    read, plain = read_figures(TODAY), measure_figures(read_tables(), TODAY)
    ids = list(AISystem.objects.order_by("pk").values_list("pk", flat=True))
    grounds = [ground for ground in map(read.grounds.get, ids) if ground is not None]
    # Number 3's chain begins at rank 3: nobody is named between, so its share has bounds.
    assert [read.reach_of(ground).is_open for ground in grounds] == [False, False, False, True]
    for system_id in ids:
        assert read.grounds.get(system_id) == plain.grounds.get(system_id)
        assert read.share_for(system_id) == plain.share_for(system_id)
        assert read.other_contracts_for(system_id) == plain.other_contracts_for(system_id)


@pytest.mark.django_db
def test_a_hidden_root_in_a_fact_sheet_is_the_graphs() -> None:
    cases = [make_vendor_chatbot() for _ in range(4)]
    (_, free, _), (_, bound, _), (_, evaluated, _), _ = cases
    free.facts = [catalogue_fact("lock.weights_obtainable", value=True)]
    free.save()
    offer(free, make_vendor())
    offer(bound, make_vendor())
    substitute = make_component(vendor=evaluated.vendor)
    EvaluationRecord.objects.create(
        component=substitute,
        system=cases[2][0],
        purpose="chat",
        evaluated_by="us",
        evaluated_on=TODAY.replace(month=6),
        result="passed",
        is_substitute=True,
    )
    ids = [system.pk for system, _, _ in cases]
    measured = read_concentration(TODAY)
    sheets = build_fact_sheets(ids, TODAY, concentration=read_figures(TODAY))
    stated = [sheet.facts.get("conc.hidden_root") for sheet in sheets]
    # Held weights elsewhere rest on nobody we know; a model that cannot be held and one of the same vendor lead back.
    assert [measured.hidden_root_of(system_id) for system_id in ids] == [False, True, True, None]
    assert [isinstance(fact, dict) and fact.get("value") for fact in stated] == [False, True, True, False]
    assert stated[3] is None, "there is no alternative, and whether another model stands by is not entered"


@pytest.mark.django_db
def test_a_share_in_a_fact_sheet_is_the_portfolios_and_never_within_bounds() -> None:
    top = make_vendor()
    first, second = (make_vendor(parent_status="named", ultimate_parent=top) for _ in range(2))
    other = make_vendor()
    for number, vendor in enumerate((first, second, other)):
        system = make_system(business_function=f"Function {number}", is_critical_function=True)
        use(system, make_component(vendor=vendor), is_primary=True, run_mode="vendor_api")
        contract(system, vendor, subcontractors_known=True)
    make_own_model(business_function="Scoring", is_critical_function=True)
    ids = list(AISystem.objects.order_by("pk").values_list("pk", flat=True))
    measured = read_concentration(TODAY)
    stated = {
        sheet.system_id: sheet.facts.get("conc.critical_share")
        for sheet in build_fact_sheets(ids, TODAY, concentration=read_figures(TODAY))
    }
    # Two of four functions on one parent, one on another; our own model rests on nobody.
    assert [measured.critical_share_of(system_id).low for system_id in ids] == [0.5, 0.5, 0.25, 0.0]
    for system_id in ids:
        share = measured.critical_share_of(system_id)
        assert share.is_known
        fact = stated[system_id]
        assert isinstance(fact, dict)
        assert fact.get("value", 0.0) == share.low, "where no vendor serves it the fact does not apply"


@pytest.mark.django_db
def test_where_a_chain_is_not_known_neither_gives_a_figure() -> None:
    vendors = [make_vendor(), make_vendor()]
    for number, vendor in enumerate(vendors):
        system = make_system(business_function=f"Function {number}", is_critical_function=True)
        use(system, make_component(vendor=vendor), is_primary=True, run_mode="vendor_api")
        contract(system, vendor, subcontractors_known=False)
    ids = list(AISystem.objects.order_by("pk").values_list("pk", flat=True))
    measured = read_concentration(TODAY)
    for sheet in build_fact_sheets(ids, TODAY, concentration=read_figures(TODAY)):
        assert "conc.critical_share" not in sheet.facts
        share = measured.critical_share_of(sheet.system_id)
        assert (share.low, share.high) == (0.5, 1.0)
