"""The portfolio's figures and those of the fact sheets agree wherever the sheet gives one."""

import pytest

from audit.portfolio.concentration import read_concentration
from audit.snapshots import build_fact_sheets
from governance.models import AISystem
from tests.audit.scenes import TODAY, contract, make_component, make_own_model, make_system, make_vendor, use

pytestmark = pytest.mark.django_db


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
    stated = {sheet.system_id: sheet.facts.get("conc.critical_share") for sheet in build_fact_sheets(ids, TODAY)}
    # Two of four functions on one parent, one on another; our own model rests on nobody.
    assert [measured.critical_share_of(system_id).low for system_id in ids] == [0.5, 0.5, 0.25, 0.0]
    for system_id in ids:
        share = measured.critical_share_of(system_id)
        assert share.is_known
        fact = stated[system_id]
        assert isinstance(fact, dict)
        assert fact.get("value", 0.0) == share.low, "where no vendor serves it the fact does not apply"


def test_where_a_chain_is_not_known_neither_gives_a_figure() -> None:
    vendors = [make_vendor(), make_vendor()]
    for number, vendor in enumerate(vendors):
        system = make_system(business_function=f"Function {number}", is_critical_function=True)
        use(system, make_component(vendor=vendor), is_primary=True, run_mode="vendor_api")
        contract(system, vendor, subcontractors_known=False)
    ids = list(AISystem.objects.order_by("pk").values_list("pk", flat=True))
    measured = read_concentration(TODAY)
    for sheet in build_fact_sheets(ids, TODAY):
        assert "conc.critical_share" not in sheet.facts
        share = measured.critical_share_of(sheet.system_id)
        assert (share.low, share.high) == (0.5, 1.0)
