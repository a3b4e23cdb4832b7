"""One change reaches every system that depends on it, through any depth of chain, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audit.models import Standing, WorkState
from audit.services.marking import find_reached, mark_dirty
from governance.models import AISystem, ComponentArtefact, ControlStatus, EvaluationRecord, Evidence, Subcontractor
from tests.audit.scenes import (
    contract,
    flow,
    make_component,
    make_entity,
    make_own_model,
    make_system,
    make_vendor,
    make_vendor_chatbot,
    offer,
    use,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bystanders() -> list[AISystem]:
    """Systems with rows of every kind that none of the changes below concerns."""
    system, component, vendor = make_vendor_chatbot()
    offer(component, vendor)
    return [system, make_own_model()[0], make_system()]


def evidence(**about: Any) -> Evidence:
    number = Evidence.objects.count()
    return Evidence.objects.create(
        reference=f"EV-{number}", title="x", kind="record", grade="verified", issued_on=date(2026, 1, 1), **about
    )


def test_a_vendor_reaches_systems_by_contract_host_publisher_flow_offer_and_sub_contract() -> None:
    vendor = make_vendor()
    by_contract, by_host, by_publisher, by_flow, by_offer, by_chain = (make_system() for _ in range(6))
    contract(by_contract, vendor)
    use(by_host, make_component(), host=vendor)
    use(by_publisher, make_component(vendor=vendor))
    flow(by_flow, to_vendor=vendor)
    offered = make_component()
    use(by_offer, offered)
    offer(offered, vendor)
    Subcontractor.objects.create(dependency=contract(by_chain, make_vendor()), vendor=vendor, rank=3)
    expected = {by_contract.id, by_host.id, by_publisher.id, by_flow.id, by_offer.id, by_chain.id}
    assert find_reached("vendor", {vendor.id}) == expected


def test_a_parent_reaches_the_systems_of_its_whole_group() -> None:
    parent = make_vendor()
    daughter = make_vendor(parent_status="named", ultimate_parent=parent)
    granddaughter = make_vendor(parent_status="named", ultimate_parent=daughter)
    system = make_system()
    contract(system, granddaughter)
    assert find_reached("vendor", {parent.id}) == {system.id}


def test_a_component_reaches_those_who_use_it_and_those_who_tested_it_as_a_substitute() -> None:
    component = make_component()
    user, tester = make_system(), make_system()
    use(user, component)
    EvaluationRecord.objects.create(
        component=component,
        system=tester,
        purpose="chat",
        evaluated_by="us",
        evaluated_on=date(2026, 1, 1),
        result="passed",
        is_substitute=True,
    )
    part = ComponentArtefact.objects.create(component=component, part="Datasets")
    hosted = offer(component, make_vendor())
    assert find_reached("component", {component.id}) == {user.id, tester.id}
    assert find_reached("componentartefact", {part.id}) == {user.id, tester.id}
    assert find_reached("hostoffer", {hosted.id}) == {user.id, tester.id}


def test_rows_of_one_system_reach_that_system() -> None:
    system = make_system()
    dependency = contract(system, make_vendor())
    sub = Subcontractor.objects.create(dependency=dependency, vendor=make_vendor())
    rows: list[tuple[str, int]] = [
        ("aisystem", system.id),
        ("vendordependency", dependency.id),
        ("subcontractor", sub.id),
        ("dataflow", flow(system).id),
        ("systemcomponent", use(system, make_component()).id),
    ]
    for kind, row_id in rows:
        assert find_reached(kind, {row_id}) == {system.id}, kind


def test_a_chain_reaches_the_systems_that_could_move_to_its_vendor() -> None:
    system, _, vendor = make_vendor_chatbot()
    elsewhere, model, _ = make_vendor_chatbot()
    offer(model, vendor)  # the other system could move to this company, and so to whom it uses
    sub = Subcontractor.objects.create(dependency=system.dependencies.get(), vendor=make_vendor())
    make_vendor_chatbot()
    assert find_reached("subcontractor", {sub.id}) == {system.id, elsewhere.id}


def test_a_legal_entity_reaches_its_systems_and_those_that_use_its_own_work() -> None:
    entity = make_entity()
    own = make_system(legal_entity=entity)
    user_of_its_model = make_system()
    use(user_of_its_model, make_component(own_work_of=entity))
    assert find_reached("legalentity", {entity.id}) == {own.id, user_of_its_model.id}


def test_evidence_reaches_what_it_is_about_and_the_controls_it_supports() -> None:
    entity = make_entity()
    of_entity, with_component, with_vendor, with_control = (
        make_system(legal_entity=entity),
        make_system(),
        make_system(),
        make_system(),
    )
    component, vendor = make_component(), make_vendor()
    use(with_component, component)
    contract(with_vendor, vendor)
    assert find_reached("evidence", {evidence(component=component).id}) == {with_component.id}
    assert find_reached("evidence", {evidence(vendor=vendor).id}) == {with_vendor.id}
    assert find_reached("evidence", {evidence(legal_entity=entity).id}) == {of_entity.id}
    control = ControlStatus.objects.create(
        system=with_control, obligation="x.y", status="met", recorded_on=date(2026, 1, 1)
    )
    supporting = evidence()
    control.evidence.add(supporting)
    assert find_reached("evidence", {supporting.id}) == {with_control.id}
    assert find_reached("controlstatus", {control.id}) == {with_control.id}


def test_an_unknown_kind_and_a_row_that_is_gone_reach_nothing() -> None:
    assert find_reached("auditevent", {1}) == set()
    assert find_reached("vendor", {999_999}) == set()


def test_marking_queues_the_system_and_raises_its_serial_each_time(bystanders: list[AISystem]) -> None:
    system = make_system()
    assert mark_dirty(kind="aisystem", ids=[system.id]) == [system.id]
    mark_dirty(kind="aisystem", ids=[system.id])
    standing = Standing.objects.get(system=system)
    assert (standing.is_dirty, standing.state, standing.dirty_serial) == (True, WorkState.QUEUED, 2)
    assert standing.dirty_since is not None
    assert not Standing.objects.filter(system__in=bystanders).exists()
