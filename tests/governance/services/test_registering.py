"""Each change of the register is recorded with its fields before and after."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from governance.models import AuditEvent, Component, ComponentArtefact, Evidence, Vendor
from governance.services.registering import delete_row, save_row

pytestmark = pytest.mark.django_db


def test_a_new_row_is_recorded_with_all_it_holds() -> None:
    event = save_row(instance=Vendor(name="Nordlicht"), actor="anna")
    assert event is not None
    assert (event.action, event.object_type, event.actor) == ("added", "vendor", "anna")
    assert event.changes["name"] == [None, "Nordlicht"]


def test_only_changed_fields_are_recorded() -> None:
    vendor = Vendor.objects.create(name="Nordlicht")
    vendor.legal_name = "Nordlicht GmbH"
    event = save_row(instance=vendor, actor="anna")
    assert event is not None
    assert event.changes == {"legal_name": ["", "Nordlicht GmbH"]}


def test_saving_without_a_change_records_nothing() -> None:
    vendor = Vendor.objects.create(name="Nordlicht")
    assert save_row(instance=vendor, actor="anna") is None
    assert not AuditEvent.objects.exists()


def test_a_deleted_row_leaves_what_it_held_in_the_history() -> None:
    vendor = Vendor.objects.create(name="Nordlicht", legal_name="Nordlicht GmbH")
    event = delete_row(instance=vendor, actor="anna")
    assert event.action == "deleted"
    assert event.changes["legal_name"] == ["Nordlicht GmbH", None]
    assert not Vendor.objects.exists()


def test_an_officers_correction_keeps_the_catalogue_away_from_that_field() -> None:
    component = Component.objects.create(key="m", name="Mistral-7B", kind="model")
    component.licence_id = "Apache-2.0"
    save_row(instance=component, actor="anna", is_correction=True)
    component.refresh_from_db()
    assert component.corrected_fields == ["licence_id"]


def test_a_corrected_part_of_the_dossier_is_noted_on_its_component() -> None:
    component = Component.objects.create(key="m", name="Mistral-7B", kind="model")
    artefact = ComponentArtefact.objects.create(component=component, part="Model card")
    artefact.availability = "available"
    save_row(instance=artefact, actor="anna", is_correction=True)
    component.refresh_from_db()
    assert component.corrected_fields == ["artefacts.Model card"]


def test_an_uploaded_file_gets_its_sha_256(settings: Settings, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path
    content = b"We keep inputs for 30 days."
    evidence = Evidence(
        reference="EV-001",
        title="Terms",
        kind="contract",
        grade="verified",
        issued_on=date(2026, 1, 1),
        file=SimpleUploadedFile("terms.txt", content),
    )
    save_row(instance=evidence, actor="anna")
    assert evidence.sha256 == hashlib.sha256(content).hexdigest()
