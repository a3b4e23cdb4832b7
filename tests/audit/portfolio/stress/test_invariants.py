"""Over any register: what is not known is never ruled out, and learning it only narrows."""

from hypothesis import given
from hypothesis import strategies as st

from audit.portfolio.concentration import measure_concentration
from audit.portfolio.stress import Portfolio, StressResult, run_stress
from audit.portfolio.stress.result import Certainty
from audit.portfolio.stress.scenarios import VendorGone
from audit.portfolio.tables import Tables
from audit.snapshots.rows import VendorRow
from tests.audit.portfolio.plain import TODAY, component, contract, link, system, tables, use, vendor

VENDORS = range(1, 6)


@st.composite
def registers(draw: st.DrawFn) -> Tables:
    """Up to four systems on up to five vendors; parents, hosts and chains may be missing. Vendor 1 has no parent."""
    number = draw(st.integers(1, 4))
    some = st.sampled_from(VENDORS)
    rows: list[VendorRow] = [vendor(1)]
    for each in VENDORS[1:]:
        parent = draw(st.sampled_from([None, 1, 2]))
        status = draw(st.sampled_from(["none", "unknown"])) if parent in (None, each) else "named"
        rows.append(vendor(each, parent=parent if status == "named" else None, parent_status=status))
    return tables(
        systems=[
            system(one, draw(st.sampled_from("ABC")), critical=draw(st.sampled_from([True, False, None])))
            for one in range(1, number + 1)
        ],
        vendors=rows,
        components=[component(each, each) for each in VENDORS],
        uses=[
            use(one, draw(some), draw(st.sampled_from(["vendor_api", "self_hosted", "", "other_host"])))
            for one in range(1, number + 1)
        ],
        contracts=[
            contract(one, one, draw(some), listed=draw(st.sampled_from([True, False, None])))
            for one in range(1, number + 1)
        ],
        subcontractors=[link(draw(st.integers(1, number)), draw(some), draw(st.integers(1, 3)))],
    )


def run(register: Tables) -> StressResult:
    return run_stress(Portfolio(register, {}, {}, TODAY), VendorGone(1, TODAY))


def learn_parents(register: Tables, parent: int | None) -> Tables:
    """Every parent that is not known turns out to be this one, or there is none.

    Whoever is named as somebody's ultimate parent has none: another answer would contradict that.
    """
    tops = {row.ultimate_parent_id for row in register.vendors}
    rows = [
        row
        if row.parent_status != "unknown" or row.id in tops
        else row._replace(parent_status="named" if parent else "none", ultimate_parent_id=parent)
        for row in register.vendors
    ]
    return Tables(**{**{name: getattr(register, name) for name in Tables.__dataclass_fields__}, "vendors": rows})


@given(registers(), st.sampled_from([None, 1]))
def test_learning_a_parent_never_hits_a_system_that_was_ruled_out(register: Tables, parent: int | None) -> None:
    before, after = run(register), run(learn_parents(register, parent))
    assert {hit.reference for hit in after.hits} <= {hit.reference for hit in before.hits}
    assert {hit.reference for hit in before.surely_hit} <= {hit.reference for hit in after.surely_hit}


@given(registers(), st.sampled_from([None, 1]))
def test_learning_a_parent_only_narrows_the_share(register: Tables, parent: int | None) -> None:
    before, after = (
        measure_concentration(register, TODAY),
        measure_concentration(learn_parents(register, parent), TODAY),
    )
    for row in register.systems:
        wide, narrow = before.critical_share_of(row.id), after.critical_share_of(row.id)
        assert wide.low <= narrow.low
        assert narrow.high <= wide.high


@given(registers())
def test_a_share_is_never_less_than_nothing_nor_more_than_all(register: Tables) -> None:
    measured = measure_concentration(register, TODAY)
    for found in measured.shares.values():
        assert all(0 <= each.share.low <= each.share.high <= 1 for each in found)


@given(registers())
def test_a_system_with_an_open_link_is_never_ruled_out(register: Tables) -> None:
    hit = {each.reference: each.certainty for each in run(register).hits}
    reliances = Portfolio(register, {}, {}, TODAY).reliances
    for row in register.systems:
        if reliances.reaches[row.id].is_open("group"):  # type: ignore[arg-type]  # the axis by its word
            assert hit[row.reference] in tuple(Certainty)
