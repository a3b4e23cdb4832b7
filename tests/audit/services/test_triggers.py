"""When a system is judged again: each kind of change, another pack, a day that comes, the schedule, and on request."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from celery import current_app
from django.core.management import call_command
from django.db import models
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from audit.engine.assess import PackSet
from audit.models import Assessment, ReassessmentRun, Standing, WorkState
from audit.rulepacks import load_packs
from audit.services import due
from audit.services.assessing import request_assessment
from audit.services.due import find_due
from audit.services.marking import find_reached
from audit.services.reassessing import assess_all
from governance.models import AISystem, ControlStatus, Evidence, Subcontractor, Vendor
from governance.services.registering import save_row
from tests.audit.scenes import (
    TODAY,
    contract,
    flow,
    make_component,
    make_own_model,
    make_system,
    make_vendor,
    make_vendor_chatbot,
    offer,
    use,
)

pytestmark = pytest.mark.django_db


def record_evidence(system: AISystem) -> Evidence:
    return Evidence(
        reference="EV-9", title="Audit report", kind="record", grade="verified", issued_on=TODAY, system=system
    )


def record_control(system: AISystem) -> ControlStatus:
    return ControlStatus(system=system, obligation="eu_ai_act.art_4.ai_literacy", status="met", recorded_on=TODAY)


def change_system(system: AISystem) -> models.Model:
    system.is_critical_function = True
    return system


def change_component(system: AISystem) -> models.Model:
    component = system.uses.get().component
    component.version = "5"
    return component


def change_vendor(system: AISystem) -> models.Model:
    vendor = system.dependencies.get().vendor
    vendor.country = "CN"
    return vendor


def change_contract(system: AISystem) -> models.Model:
    agreement = system.dependencies.get()
    agreement.notice_days = 90
    return agreement


CHANGES: list[Callable[[AISystem], models.Model]] = [
    change_system,
    change_component,
    change_vendor,
    change_contract,
    record_evidence,
    record_control,
]


@pytest.mark.parametrize("change", CHANGES, ids=[each.__name__ for each in CHANGES])
def test_a_change_in_the_register_has_its_systems_judged_again_and_no_other(
    change: Callable[[AISystem], models.Model],
    sent: list[tuple[str, int]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    system = make_vendor_chatbot()[0]
    for _ in range(2):
        make_vendor_chatbot()
    make_own_model()
    assess_all(as_of=TODAY, requested_by="test")
    sent.clear()
    with django_capture_on_commit_callbacks(execute=True):
        save_row(instance=change(system), actor="ada")
    assert set(sent) == {("audit.tasks.assess_system", system.pk)}
    assert list(Standing.objects.filter(is_dirty=True).values_list("system_id", flat=True)) == [system.pk]
    assert find_due(as_of=TODAY) == [system.pk]


def test_a_new_version_of_a_pack_makes_every_system_due(monkeypatch: pytest.MonkeyPatch) -> None:
    systems = [make_vendor_chatbot()[0], make_own_model()[0]]
    assess_all(as_of=TODAY, requested_by="test")
    assert find_due(as_of=TODAY) == []
    now = load_packs()
    hashes = {**now.hashes, "eu_ai_act": "2099.1.1+sha256:" + "0" * 64}
    newer = PackSet(now.regulatory, now.lock_in, now.transparency, hashes)
    monkeypatch.setattr(due, "load_packs", lambda: newer)
    assert find_due(as_of=TODAY) == sorted(system.pk for system in systems)


def test_the_day_until_which_an_outcome_holds_makes_it_due() -> None:
    system, other = make_vendor_chatbot()[0], make_own_model()[0]
    contract(system, make_vendor(), end_on=TODAY + timedelta(days=400), notice_days=30)
    assess_all(as_of=TODAY, requested_by="test")
    until = dict(Standing.objects.values_list("system_id", "valid_until"))
    first = min(day for day in until.values() if day is not None)
    assert find_due(as_of=first - timedelta(days=1)) == []
    assert find_due(as_of=first) == sorted(key for key, day in until.items() if day == first)
    assert other.pk in until


def test_the_schedule_that_officers_edit_names_the_task_that_starts_a_run(sent: list[tuple[str, int]]) -> None:
    system = make_system()
    current_app.loader.import_default_modules()
    lines = PeriodicTask.objects.filter(task="audit.tasks.reassess_due")
    assert lines.count() == 2  # at night, and every hour
    current_app.tasks[lines[0].task].run()
    assert find_due(as_of=timezone.localdate()) == [system.pk]
    run = ReassessmentRun.objects.get()
    assert (run.systems_due, run.requested_by) != (0, "")
    assert run.due_ids == [system.pk]


def test_on_request_a_system_is_judged_though_nothing_changed(
    sent: list[tuple[str, int]], django_capture_on_commit_callbacks: Any
) -> None:
    system, other = make_system(), make_system()
    assess_all(as_of=TODAY, requested_by="test")
    sent.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert request_assessment(system_ids=[system.pk], requested_by="ada") == 1
    assert sent == [("audit.tasks.assess_system", system.pk)]
    assert Standing.objects.get(system=system).state == WorkState.QUEUED
    assert Standing.objects.get(system=other).state == WorkState.DONE


def test_on_the_command_line_what_is_due_is_judged() -> None:
    system = make_system()
    call_command("reassess", stdout=StringIO(), stderr=StringIO())
    assert Assessment.objects.get().system == system


class Graph:
    """A random register, with what each system rests on directly kept beside it."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.parents: dict[int, int | None] = {}
        self.rests_on: dict[int, set[int]] = defaultdict(set)
        self.vendors = self._make_vendors(self.chance.randint(3, 12))
        self.systems = [make_system() for _ in range(self.chance.randint(2, 8))]
        for system in self.systems:
            for _ in range(self.chance.randint(0, 4)):
                self.chance.choice([self._contract, self._chain, self._flow, self._host, self._publish, self._offer])(
                    system
                )

    def _make_vendors(self, number: int) -> list[Vendor]:
        made: list[Vendor] = []
        for _ in range(number):
            parent = self.chance.choice([None, None, *made])  # a chain of any depth
            status = {"parent_status": "named", "ultimate_parent": parent} if parent else {}
            made.append(make_vendor(**status))
            self.parents[made[-1].pk] = parent.pk if parent else None
        return made

    def _pick(self, system: AISystem) -> Vendor:
        vendor = self.chance.choice(self.vendors)
        self.rests_on[system.pk].add(vendor.pk)
        return vendor

    def _contract(self, system: AISystem) -> None:
        contract(system, self._pick(system))

    def _chain(self, system: AISystem) -> None:
        agreement = contract(system, self._pick(system))
        for rank in range(1, self.chance.randint(2, 4)):
            vendor = self.chance.choice(self.vendors)
            if not agreement.subcontractors.filter(vendor=vendor).exists():
                self.rests_on[system.pk].add(vendor.pk)
                Subcontractor.objects.create(dependency=agreement, vendor=vendor, rank=rank)

    def _flow(self, system: AISystem) -> None:
        flow(system, to_vendor=self._pick(system))

    def _host(self, system: AISystem) -> None:
        use(system, make_component(), host=self._pick(system))

    def _publish(self, system: AISystem) -> None:
        use(system, make_component(vendor=self._pick(system)))

    def _offer(self, system: AISystem) -> None:
        component = make_component()
        use(system, component)
        offer(component, self._pick(system))

    def reached_by(self, vendor: int) -> set[int]:
        """By following the parents upwards from what each system rests on: the other way round than the product."""
        return {
            system for system, rests_on in self.rests_on.items() if any(self._is_above(vendor, low) for low in rests_on)
        }

    def _is_above(self, high: int, low: int | None) -> bool:
        while low is not None:
            if low == high:
                return True
            low = self.parents[low]
        return False


@pytest.mark.parametrize("seed", range(40))
def test_one_change_of_a_vendor_reaches_all_that_depend_on_it_through_any_depth_and_nothing_else(seed: int) -> None:
    graph = Graph(seed)
    for vendor in graph.vendors:
        assert find_reached("vendor", {vendor.pk}) == graph.reached_by(vendor.pk), f"seed {seed}, {vendor}"


def test_the_random_registers_are_deep_and_both_reach_and_spare() -> None:
    """Else the test above would show nothing."""
    graphs = [Graph(seed) for seed in range(40)]
    depths = [sum(1 for vendor in graph.vendors if graph.parents[vendor.pk]) for graph in graphs]
    reached = [len(graph.reached_by(vendor.pk)) for graph in graphs for vendor in graph.vendors]
    assert max(depths) >= 5
    assert {0, 1, 2, 3} <= set(reached)
