"""An import adds all systems or none, and each tells in the history where it came from."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from governance.imports.checking import DryRun, check_table
from governance.imports.columns import match_headers
from governance.imports.reading import read_table
from governance.imports.register import read_known
from governance.imports.saving import import_systems
from governance.models import AISystem, AuditEvent, Component, LegalEntity, SystemComponent

pytestmark = pytest.mark.django_db
TEXT = b"""Reference;Name;Legal entity;Purpose;Owner;Stage;In service since;Components;How it is run
SYS-101;Chatbot;Example Bank AG;Answers;Service;In service;01.03.2025;GPT-4;vendor_api
SYS-102;Search;Example Bank AG;Finds;IT;Idea;;;
"""


@pytest.fixture
def register() -> Component:
    LegalEntity.objects.create(name="Example Bank AG", country="DE")
    return Component.objects.create(key="gpt-4", name="GPT-4", kind="model")


def try_out(content: bytes = TEXT) -> DryRun:
    table = read_table(content)
    return check_table(table, match_headers(table.headers), read_known())


def test_all_rows_are_added_with_what_they_say(register: Component) -> None:
    systems = import_systems(dry_run=try_out(), file_name="list.csv", content=TEXT, actor="anna")
    assert [system.reference for system in systems] == ["SYS-101", "SYS-102"]
    chatbot = AISystem.objects.get(reference="SYS-101")
    assert (chatbot.stage, str(chatbot.in_service_on)) == ("on_market_or_in_service", "2025-03-01")
    assert chatbot.is_critical_function is None  # the file does not say
    use = SystemComponent.objects.get()
    assert (use.system, use.component, use.is_primary, use.run_mode) == (chatbot, register, True, "vendor_api")


def test_the_history_names_person_file_and_row(register: Component) -> None:
    import_systems(dry_run=try_out(), file_name="list.csv", content=TEXT, actor="anna")
    events = AuditEvent.objects.filter(object_type="aisystem").order_by("id")
    assert [(event.actor, event.action) for event in events] == [("anna", "imported")] * 2
    assert events[1].changes["imported_from"][1].startswith("row 3 of list.csv, SHA-256 ")


def test_nothing_is_saved_when_the_register_changed_in_between(register: Component) -> None:
    run = try_out()
    entity = LegalEntity.objects.get()
    AISystem.objects.create(
        reference="SYS-102", name="Other", legal_entity=entity, purpose="x", owner="x", stage="idea"
    )
    with pytest.raises(IntegrityError):
        import_systems(dry_run=run, file_name="list.csv", content=TEXT, actor="anna")
    assert list(AISystem.objects.values_list("name", flat=True)) == ["Other"]
    assert not SystemComponent.objects.exists()
    assert not AuditEvent.objects.filter(action="imported").exists()


def test_a_dry_run_with_problems_is_never_carried_out(register: Component) -> None:
    run = try_out(TEXT.replace(b"Idea", b"Ideal case"))
    assert len(run.planned) == 1
    with pytest.raises(ValueError, match="without problems"):
        import_systems(dry_run=run, file_name="list.csv", content=TEXT, actor="anna")
    assert not AISystem.objects.exists()
