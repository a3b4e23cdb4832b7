"""Loading the catalogue: as often as one likes, all or nothing, never over an officer's correction."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import models

from governance.catalogue.loading import load_catalogue
from governance.catalogue.mapping import Columns, component_columns, digest, read_columns
from governance.catalogue.reading import Catalogue, read_catalogue
from governance.catalogue.report import LoadReport, Outcome
from governance.models import AuditEvent, Component, ComponentArtefact, HostOffer, Vendor
from governance.signals import register_changed

pytestmark = pytest.mark.django_db
WHOLE = read_catalogue()
SMALL_KEYS = ("gpt-4", "bard", "scikit-learn")


def small(**changed: object) -> Catalogue:
    """Three components; ``changed`` alters GPT-4."""
    components = {key: WHOLE.components[key] for key in SMALL_KEYS}
    components["gpt-4"] = components["gpt-4"].model_copy(update=changed)
    return Catalogue(WHOLE.vendors, components)


def outcomes(report: LoadReport) -> set[Outcome]:
    return {row.outcome for row in report.rows}


def test_a_component_arrives_with_its_vendor_dossier_hosts_and_sources() -> None:
    load_catalogue(small())
    gpt = Component.objects.get(key="gpt-4")
    assert gpt.vendor is not None
    assert gpt.vendor.name == "OpenAI"
    assert gpt.artefacts.count() == 17
    assert gpt.released_on == date(2023, 3, 14)
    assert gpt.host_offers.get(company__name="Microsoft").retires_on == date(2025, 6, 6)
    assert all(fact["source"] and fact["grade"] for fact in gpt.facts)
    assert {"licence", "released", "governance"} <= {detail["topic"] for detail in gpt.details}


def test_a_renamed_assistant_and_a_community_library_arrive_as_such() -> None:
    load_catalogue(small())
    bard = Component.objects.get(key="bard")
    assert (bard.renamed_to, bard.renamed_on, bard.artefacts.count()) == ("Gemini", date(2024, 2, 8), 0)
    assert Component.objects.get(key="scikit-learn").vendor is None


def test_vendors_name_their_parents() -> None:
    load_catalogue(small())
    parent = Vendor.objects.get(name="Google").ultimate_parent
    assert parent is not None
    assert parent.legal_name == "Alphabet Inc."
    assert Vendor.objects.get(name="Microsoft").parent_status == "none"
    assert Vendor.objects.get(name="OpenAI").parent_status == "unknown", "no source names one"


def test_a_second_load_changes_nothing() -> None:
    load_catalogue(small())
    assert outcomes(load_catalogue(small())) == {Outcome.UNCHANGED}


def test_a_dry_run_tells_everything_and_leaves_nothing() -> None:
    report = load_catalogue(small(), dry_run=True)
    assert outcomes(report) == {Outcome.ADDED}
    assert not Component.objects.exists()
    assert not Vendor.objects.exists()


def test_a_new_version_of_the_catalogue_changes_what_nobody_corrected() -> None:
    load_catalogue(small())
    report = load_catalogue(small(summary="Something else."))
    changed = [row for row in report.rows if row.outcome is Outcome.CHANGED]
    assert [(row.label, row.fields) for row in changed] == [("component gpt-4", ("summary",))]


def test_an_officers_correction_of_a_field_is_kept() -> None:
    load_catalogue(small())
    Component.objects.filter(key="gpt-4").update(licence_raw="Our own agreement", corrected_fields=["licence_raw"])
    report = load_catalogue(small(summary="Something else."))
    row = next(row for row in report.rows if row.label == "component gpt-4")
    assert (row.fields, row.kept) == (("summary",), ("licence_raw",))
    gpt = Component.objects.get(key="gpt-4")
    assert (gpt.licence_raw, gpt.summary) == ("Our own agreement", "Something else.")
    assert any("kept in licence_raw" in line for line in report.lines())


def test_an_officers_correction_of_a_part_or_a_host_is_kept() -> None:
    load_catalogue(small())
    ComponentArtefact.objects.filter(component__key="gpt-4", part="Datasets").update(note="We asked the vendor.")
    HostOffer.objects.filter(component__key="gpt-4", company__name="OpenAI").update(retires_on=date(2027, 1, 1))
    report = load_catalogue(small())
    kept = {row.label for row in report.rows if row.outcome is Outcome.KEPT}
    assert kept == {"component gpt-4: Datasets", "component gpt-4: host OpenAI gpt-4-0613"}
    assert HostOffer.objects.get(component__key="gpt-4", company__name="OpenAI").retires_on == date(2027, 1, 1)


def test_the_size_of_a_context_arrives_with_its_source_and_an_officers_stays() -> None:
    load_catalogue(small())
    offer = HostOffer.objects.get(component__key="gpt-4", company__name="OpenAI")
    assert (offer.context_tokens, offer.is_checked) == (8192, True)
    assert offer.source
    assert offer.source_on == date(2026, 10, 15), "the day of its source, as the file has it"
    HostOffer.objects.filter(pk=offer.pk).update(context_tokens=32_000)
    report = load_catalogue(small())
    kept = [row.label for row in report.rows if row.outcome is Outcome.KEPT]
    assert kept == ["component gpt-4: host OpenAI gpt-4-0613"]
    assert HostOffer.objects.get(pk=offer.pk).context_tokens == 32_000


def test_a_row_written_before_a_column_was_there_is_not_taken_for_an_officers() -> None:
    load_catalogue(small())
    for offer in HostOffer.objects.filter(component__key="gpt-4"):
        earlier = {
            name: value for name, value in columns_of(offer).items() if name not in ("context_tokens", "is_checked")
        }
        offer.catalogue_digest = digest(earlier)
        offer.context_tokens = offer.is_checked = None
        offer.save()
    report = load_catalogue(small())
    assert {row.outcome for row in report.rows if isinstance(row.instance, HostOffer)} == {Outcome.CHANGED}
    assert HostOffer.objects.get(component__key="gpt-4", company__name="OpenAI").context_tokens == 8192


def columns_of(offer: HostOffer) -> Columns:
    identity = {"id", "component_id", "company_id", "model_id", "source", "catalogue_digest"}
    names = [field.attname for field in offer._meta.concrete_fields if field.attname not in identity]
    return read_columns(offer, dict.fromkeys(names))


def test_what_an_officer_entered_before_the_catalogue_knew_it_is_kept() -> None:
    Vendor.objects.create(name="OpenAI", country="IE")
    load_catalogue(small())
    vendor = Vendor.objects.get(name="OpenAI")
    assert vendor.country.code == "IE", "entered by an officer, though the catalogue says US"
    assert vendor.legal_name == "OpenAI OpCo, LLC", "what was empty is filled in"
    assert vendor.corrected_fields == ["country"]
    assert load_catalogue(small()).count()["changed"] == 0


def test_what_was_entered_under_another_key_is_the_same_component() -> None:
    entry = small().components["scikit-learn"]
    mine = Component.objects.create(
        key="scikit-learn-from-a-bill",
        name=entry.name,
        version=entry.version,
        kind="library",
        licence_raw="Our reading",
    )
    load_catalogue(small())
    mine.refresh_from_db()
    assert Component.objects.filter(name=entry.name).count() == 1
    assert (mine.key, mine.licence_raw, mine.licence_id) == (
        "scikit-learn-from-a-bill",
        "Our reading",
        entry.licence.spdx,
    )
    assert outcomes(load_catalogue(small())) == {Outcome.UNCHANGED, Outcome.KEPT}


def test_what_the_catalogue_drops_goes_and_what_an_officer_added_stays() -> None:
    load_catalogue(small())
    gpt, openai = Component.objects.get(key="gpt-4"), Vendor.objects.get(name="OpenAI")
    HostOffer.objects.create(component=gpt, company=openai, role="host", model_id="our-contract", source="contract")
    load_catalogue(small(hosts=[]))
    assert list(gpt.host_offers.values_list("model_id", flat=True)) == ["our-contract"]


def test_what_was_added_or_changed_is_announced_once_after_commit(
    django_capture_on_commit_callbacks: pytest.FixtureRequest,
) -> None:
    heard: list[tuple[str, list[int]]] = []

    def listen(kind: str, ids: list[int], **_: object) -> None:
        heard.append((kind, ids))

    register_changed.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator] # pytest-django's fixture
            load_catalogue(small())
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator] # pytest-django's fixture
            load_catalogue(small())
    finally:
        register_changed.disconnect(listen)
    assert [kind for kind, _ in heard] == ["vendor", "component"]
    assert heard[1][1] == sorted(Component.objects.values_list("pk", flat=True))


def test_the_command_loads_all_and_prints_the_totals() -> None:
    out = StringIO()
    call_command("load_catalogue", stdout=out)
    assert "0 changed, 0 unchanged, 0 kept, 0 removed" in out.getvalue()
    assert Component.objects.count() == 50
    assert AuditEvent.objects.filter(actor="catalogue", object_type="component").count() == 50
    again = StringIO()
    call_command("load_catalogue", stdout=again)
    assert again.getvalue().startswith("0 added, 0 changed")


def test_a_further_load_prints_what_it_changed_and_what_it_left_to_an_officer() -> None:
    call_command("load_catalogue", stdout=StringIO())
    Component.objects.filter(key="gpt-4").update(summary="Ours.", corrected_fields=["summary"])
    Component.objects.filter(key="bard").update(summary="An earlier catalogue said so.")
    out = StringIO()
    call_command("load_catalogue", stdout=out)
    kept, changed, totals = sorted(out.getvalue().splitlines(), key=lambda line: "kept in" not in line)
    assert kept == "kept      component gpt-4: an officer's correction is kept in summary"
    assert changed == "changed   component bard: summary"
    assert totals.startswith("0 added, 1 changed")


@pytest.mark.parametrize("model", [Vendor, Component, ComponentArtefact, HostOffer])
def test_every_text_fits_its_column_on_a_database_that_checks(model: type[models.Model]) -> None:
    load_catalogue(WHOLE)
    limits = {field.attname: field.max_length for field in model._meta.concrete_fields if field.max_length}
    too_long = [
        f"{row}: {name}"
        for row in model._default_manager.all()
        for name, limit in limits.items()
        if len(str(getattr(row, name))) > limit
    ]
    assert too_long == []


def test_the_commands_dry_run_lists_each_row_and_saves_nothing() -> None:
    out = StringIO()
    call_command("load_catalogue", "--dry-run", stdout=out)
    assert "added     component gpt-4\n" in out.getvalue()
    assert not Component.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_very_large_number_is_kept_as_every_database_gives_it_back() -> None:
    # 8.1e+23 is a whole number; PostgreSQL's jsonb has no other way to keep it.
    facts = component_columns(read_catalogue().components["llama-2-70b"], None)["facts"]
    assert isinstance(facts, list)
    [flop] = [fact["value"] for fact in facts if fact["key"] == "model.training_flop"]
    assert (flop, type(flop)) == (810_000_000_000_000_000_000_000, int)
