"""What rests on whom: shares with their bounds, chains with their loops, alternatives that end at one place."""

from itertools import product

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.portfolio.concentration import Concentration, measure_concentration, read_concentration
from audit.portfolio.graph import build_graph, explain_path, find_loops, serving_edges
from audit.portfolio.reach import Axis, trace_reliances
from audit.portfolio.shares import Function, Share, ShareTable
from audit.portfolio.tables import QUERIES, Tables
from tests.audit import scenes
from tests.audit.portfolio.plain import (
    TODAY,
    component,
    contract,
    evaluation,
    link,
    offer,
    system,
    tables,
    use,
    vendor,
)


def measure(register: Tables) -> Concentration:
    return measure_concentration(register, TODAY)


def shares_of(register: Tables, axis: Axis) -> dict[str, tuple[float, float]]:
    return {entry.name: (entry.share.low, entry.share.high) for entry in measure(register).shares[axis]}


def three_functions() -> Tables:
    """Payments and lending on Cloud's service, Cloud belongs to Top; cards on Other, whose chain ends at Cloud."""
    return tables(
        systems=[system(1, "Payments"), system(2, "Lending"), system(3, "Cards")],
        vendors=[vendor(1, "Top"), vendor(2, "Cloud", parent=1), vendor(3, "Other", country="DE")],
        components=[component(1, 2), component(2, 3)],
        uses=[use(1, 1), use(2, 1), use(3, 2)],
        contracts=[contract(1, 1, 2), contract(2, 2, 2), contract(3, 3, 3)],
        subcontractors=[link(3, 2, country="IE")],
    )


def test_shares_by_each_axis_on_a_register_without_unknowns() -> None:
    register = three_functions()
    assert shares_of(register, Axis.VENDOR) == {"Cloud": (1.0, 1.0), "Other": (0.3333, 0.3333)}
    assert shares_of(register, Axis.HOST) == {"Cloud": (0.6667, 0.6667), "Other": (0.3333, 0.3333)}
    assert shares_of(register, Axis.PUBLISHER) == {"Cloud": (0.6667, 0.6667), "Other": (0.3333, 0.3333)}
    assert shares_of(register, Axis.GROUP) == {"Top": (1.0, 1.0), "Other": (0.3333, 0.3333)}
    # Cards: Other sits in Germany, its sub-contractor works in Ireland and belongs to companies of the US.
    assert shares_of(register, Axis.COUNTRY) == {"US": (1.0, 1.0), "DE": (0.3333, 0.3333), "IE": (0.3333, 0.3333)}


def test_undisclosed_sub_contractors_widen_every_share_but_their_own_vendors() -> None:
    register = tables(
        systems=[system(1, "Payments"), system(2, "Lending")],
        vendors=[vendor(1, "One"), vendor(2, "Two")],
        components=[component(1, 1), component(2, 2)],
        uses=[use(1, 1), use(2, 2)],
        contracts=[contract(1, 1, 1, listed=False), contract(2, 2, 2)],
    )
    # Payments may also rest on Two; Lending's chain is known, so it does not rest on One.
    assert shares_of(register, Axis.GROUP) == {"One": (0.5, 0.5), "Two": (0.5, 1.0)}
    measured = measure(register)
    assert measured.critical_share_of(2) == Share(0.5, 1.0)
    assert measured.critical_share_of(1) == Share(0.5, 1.0), "a group behind One may be Two"


def test_a_function_not_known_to_be_critical_moves_both_ends() -> None:
    register = tables(
        systems=[system(1, "Payments"), system(2, "Search", critical=None), system(3, "Jokes", critical=False)],
        vendors=[vendor(1, "One"), vendor(2, "Two"), vendor(3, "Three")],
        components=[component(1, 1), component(2, 2), component(3, 3)],
        uses=[use(1, 1), use(2, 2), use(3, 3)],
    )
    # If Search is critical: One holds 1 of 2, Two 1 of 2. If not: One 1 of 1, Two none. Three holds none either way.
    assert shares_of(register, Axis.GROUP) == {"One": (0.5, 1.0), "Two": (0.0, 0.5), "Three": (0.0, 0.0)}


def test_a_function_called_critical_by_one_system_and_not_by_another_counts_as_critical_and_is_named() -> None:
    register = tables(
        systems=[system(1, "Payments"), system(2, " payments", critical=False)],
        vendors=[vendor(1, "One"), vendor(2, "Two")],
        components=[component(1, 1), component(2, 2)],
        uses=[use(1, 1), use(2, 2)],
    )
    assert shares_of(register, Axis.GROUP) == {"One": (1.0, 1.0), "Two": (1.0, 1.0)}
    assert [flaw.kind for flaw in measure(register).flaws] == ["contradiction"]


def test_own_models_on_own_machines_rest_on_nobody() -> None:
    register = tables(
        systems=[system(1)],
        components=[component(1, own_work_of_id=1)],
        uses=[use(1, 1, "self_hosted")],
    )
    assert measure(register).critical_share_of(1) == Share(0.0, 0.0)


@pytest.mark.parametrize(
    "uses",
    [[], [use(1, 1, "")], [use(1, 1, "other_host")], [use(1, 99)]],
    ids=["no component", "no run mode", "no host", "a component that is missing"],
)
def test_what_is_not_entered_is_never_a_small_share(uses: list[object]) -> None:
    register = tables(systems=[system(1)], vendors=[vendor(1)], components=[component(1, 1)], uses=uses)
    assert measure(register).critical_share_of(1).high == 1.0


def test_loops_gaps_and_missing_rows_are_survived_and_named() -> None:
    register = tables(
        systems=[system(1)],
        vendors=[vendor(1, "One"), vendor(2, "Two", parent=3), vendor(3, "Three", parent=2)],
        components=[component(1, 1)],
        uses=[use(1, 1)],
        contracts=[contract(1, 1, 1), contract(2, 1, 77)],
        subcontractors=[link(1, 1, 2), link(1, 2, 3)],
    )
    kinds = sorted(flaw.kind for flaw in measure(register).flaws)
    # Two and Three are each other's parent; One stands in its own chain; rank 1 is missing; vendor 77 is missing.
    assert kinds == ["dangling", "gap", "loop", "loop"]
    assert find_loops(build_graph(register)) == [["Three", "Two"]]
    assert measure(register).critical_share_of(1).high == 1.0


def test_the_graph_goes_from_the_system_to_the_country() -> None:
    graph = build_graph(three_functions())
    # System 3 is served under contract 3 with Other, which uses Cloud (US) in Ireland.
    assert explain_path(graph, 3, ("vendor", "1")) == ("SYS-3", "3", "3/1/2", "Cloud", "Top")
    assert ("country", "IE") in nx.descendants(graph, ("system", "3"))
    assert explain_path(graph, 1, ("country", "DE")) == ()
    assert explain_path(graph, 9, ("country", "DE")) == ()


def test_the_graph_and_the_reaches_agree() -> None:
    register = three_functions()
    graph = serving_edges(build_graph(register))
    for number, reach in trace_reliances(register).reaches.items():
        below = nx.descendants(graph, ("system", str(number)))
        countries = {name for kind, name in below if kind == "country"}
        assert countries == reach.items[Axis.COUNTRY]
        vendors = {int(name) for kind, name in below if kind == "vendor"}
        assert vendors == reach.items[Axis.VENDOR] | reach.items[Axis.GROUP]


functions = st.lists(
    st.builds(
        Function,
        st.uuids().map(str),
        st.sampled_from([True, None]),
        st.frozensets(st.sampled_from([1, 2, 3])),
        st.booleans(),
    ),
    max_size=5,
)


@given(functions, st.sampled_from([1, 2, 3]))
def test_the_bounds_are_the_least_and_the_most_of_all_completions(found: list[Function], item: int) -> None:
    shares = []
    for critical in product([True, False], repeat=sum(each.is_critical is None for each in found)):
        for joined in product([True, False], repeat=sum(each.is_open and item not in each.items for each in found)):
            is_critical, joins = iter(critical), iter(joined)
            counted = [
                (
                    True if each.is_critical else next(is_critical),
                    item in each.items or (each.is_open and next(joins)),
                )
                for each in found
            ]
            on = [rests for counts, rests in counted if counts]
            shares.append(sum(on) / len(on) if on else 0.0)
    share = ShareTable(found).share_of(item)
    assert share == Share(round(min(shares), 4), round(max(shares), 4))


def with_alternatives(*alternatives: object, **rows: object) -> Tables:
    """System 1 on Model 1 of Lab (group Lab), run by Cloud (group Top)."""
    return tables(
        systems=[system(1)],
        vendors=[
            vendor(1, "Top"),
            vendor(2, "Cloud", parent=1),
            vendor(3, "Lab"),
            vendor(4, "Cousin", parent=1),
            vendor(5, "Free"),
            vendor(6, "Dark", parent_status="unknown"),
        ],
        components=[component(1, 3), component(2, 5), component(3, 5, held=True), component(4, 3)],
        uses=[use(1, 1, "other_host", 2)],
        evaluations=alternatives,
        **rows,
    )


def test_a_substitute_that_runs_only_in_the_same_group_hides_a_common_root() -> None:
    # Model 2 is published by Free, but both companies that run it belong to Top, as does the host in use.
    register = with_alternatives(evaluation(1, 2), offers=[offer(2, 2), offer(2, 4), offer(2, 5, "gateway")])
    measured = measure(register)
    assert measured.hidden_root_of(1) is True
    assert measured.roots[0].common == ("Top",)


def test_a_second_host_outside_the_group_takes_the_common_root_away() -> None:
    register = with_alternatives(evaluation(1, 2), offers=[offer(2, 2), offer(2, 4), offer(2, 5)])
    measured = measure(register)
    assert measured.hidden_root_of(1) is False
    assert measured.roots[0].common == ()


def test_weights_that_can_be_held_need_no_host() -> None:
    assert measure(with_alternatives(evaluation(1, 3), offers=[offer(3, 2)])).hidden_root_of(1) is False


def test_another_model_of_the_same_publisher_ends_at_the_publisher() -> None:
    measured = measure(with_alternatives(evaluation(1, 4), offers=[offer(4, 5)]))
    assert measured.hidden_root_of(1) is True
    assert measured.roots[0].common == ("Lab",)


def test_the_same_closed_model_at_another_host_still_ends_at_its_publisher() -> None:
    measured = measure(with_alternatives(offers=[offer(1, 2), offer(1, 5)]))
    assert measured.hidden_root_of(1) is True
    assert measured.roots[0].shared == (("Model 1 at Free", ("Lab",)),)


def test_what_stands_behind_an_alternative_may_not_be_known() -> None:
    in_the_dark = with_alternatives(evaluation(1, 2), offers=[offer(2, 6)])
    assert measure(in_the_dark).hidden_root_of(1) is None
    assert measure(with_alternatives(evaluation(1, 2))).hidden_root_of(1) is None, "nobody is known to run it"


def test_a_failed_old_or_partly_passed_substitute_is_no_alternative() -> None:
    old = TODAY.replace(year=2025)  # a year ago to the day: no longer within 12 months
    register = with_alternatives(
        evaluation(1, 2, result="failed"),
        evaluation(1, 3, evaluated_on=old),
        evaluation(1, 4, result="partly"),
    )
    assert measure(register).hidden_root_of(1) is None
    assert measure(register).roots == ()


def test_a_host_whose_offer_has_ended_is_no_alternative() -> None:
    register = with_alternatives(evaluation(1, 2), offers=[offer(2, 5, retires_on=TODAY), offer(2, 4)])
    assert measure(register).roots[0].common == ("Top",)


@pytest.mark.django_db
def test_the_register_is_read_in_a_constant_number_of_queries(django_assert_num_queries: object) -> None:
    for _ in range(3):
        scenes.make_vendor_chatbot()
    with django_assert_num_queries(QUERIES - 1):  # type: ignore[operator]  # pytest-django's fixture has no public type
        measured = read_concentration(TODAY)  # without data flows, of which it reads none
    assert len(measured.reliances.tables.systems) == 3
    assert measured.to_json()["systems"] == 3


def test_systems_that_rest_in_the_same_way_share_one_reach_and_count_each() -> None:
    # Of three systems two use and contract alike; the third's contract with the same vendor names a sub-contractor.
    register = tables(
        systems=[system(number) for number in (1, 2, 3)],
        vendors=[vendor(10), vendor(11, country="IE")],
        components=[component(1, 10)],
        uses=[use(number, 1) for number in (1, 2, 3)],
        contracts=[contract(100 + number, number, 10) for number in (1, 2, 3)],
        subcontractors=[link(103, 11)],
    )
    reliances = trace_reliances(register)
    assert reliances.reaches[1] is reliances.reaches[2]
    assert reliances.reaches[3].items[Axis.VENDOR] == {10, 11}
    assert [times for _, times in reliances.distinct] == [2, 1]
    found = {entry.name: entry.systems for entry in measure(register).shares[Axis.COUNTRY]}
    assert found == {"US": 3, "IE": 1}
