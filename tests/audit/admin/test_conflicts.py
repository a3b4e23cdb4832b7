"""Where sources disagree all of them are shown with their days, and an officer may say which one counts, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from audit.snapshots.openness import judge_entered
from governance.admin.rows import digest_entry
from governance.admin.sources import shorten
from governance.catalogue.loading import load_catalogue
from governance.catalogue.reading import Catalogue, read_catalogue
from governance.models import AuditEvent, Component
from tests.governance.admin.scenes import read_form, sign_in

pytestmark = pytest.mark.django_db

WHOLE = read_catalogue()
# Two sources give two licences for the weights of GPT-Neo (facts/seeds.md).
NEO = "gpt-neo-2-7b"
REASON = "The licence file in the repository is the publisher’s own."


@pytest.fixture
def component() -> Component:
    return load()


def load(**changed: object) -> Component:
    entry = WHOLE.components[NEO].model_copy(update=changed)
    load_catalogue(Catalogue(WHOLE.vendors, {NEO: entry}))
    return Component.objects.get(key=NEO)


def address_of(component: Component) -> str:
    return f"/admin/governance/component/{component.pk}/change/"


def first_conflict(component: Component) -> Any:
    return next(each for each in component.conflicts if "licence" in each["field"])


def decide(client: Client, component: Component, opinion: Any, reason: str) -> Any:
    prefix = f"conflict_decisions-{digest_entry(first_conflict(component))}"
    data = read_form(client, address_of(component))
    data |= {f"{prefix}-choice": digest_entry(opinion) if opinion else "", f"{prefix}-reason": reason}
    return client.post(address_of(component), data)


def in_words(day: str | None) -> str:
    read = datetime.strptime(day, "%Y-%m-%d") if day else None  # noqa: DTZ007 - a day has no zone
    return f"{read.day} {read:%b %Y}" if read else "no day"


def test_all_sides_of_each_conflict_stand_on_the_page_with_source_and_day(component: Component) -> None:
    page = sign_in("officer").get(address_of(component)).content.decode()
    assert component.conflicts
    for conflict in component.conflicts:
        for opinion in conflict["values"]:
            assert escape(shorten(opinion["source"])) in page
            assert opinion["on"] or opinion["read_on"]
            assert f", {in_words(opinion['on'])}" in page or f", read on {in_words(opinion['read_on'])}" in page


def test_a_decision_is_kept_with_its_reason_its_day_and_who_took_it(component: Component) -> None:
    opinion = first_conflict(component)["values"][0]
    assert decide(sign_in("officer"), component, opinion, REASON).status_code == 302
    component.refresh_from_db()
    [decision] = component.conflict_decisions
    assert (decision["value"], decision["source"]) == (opinion["value"], opinion["source"])
    assert (decision["reason"], decision["by"]) == (REASON, "officer")
    assert decision["on"]
    assert AuditEvent.objects.filter(actor="officer").get().changes == {
        "conflict_decisions": [[], component.conflict_decisions]
    }


def test_the_dossier_tells_the_decision_beside_what_the_sources_say(component: Component) -> None:
    opinion = first_conflict(component)["values"][0]
    decide(sign_in("officer"), component, opinion, REASON)
    component.refresh_from_db()
    result = judge_entered(component, component.artefacts.all())
    assert result is not None
    told = [each.says for each in result.contradictions if each.kind == "sources_disagree" and "Here" in each.says]
    assert len(told) == 1
    assert f"Here “{opinion['value']}” counts ({opinion['source']}): {REASON}" in told[0]
    assert all(each["value"] in told[0] for each in first_conflict(component)["values"]), "the others stay visible"


def test_a_decision_without_a_reason_and_a_reason_without_a_decision_are_refused(component: Component) -> None:
    officer, opinion = sign_in("officer"), first_conflict(component)["values"][0]
    refused = decide(officer, component, opinion, "")
    assert "Say why this one counts; the others stay on the page beside it." in refused.content.decode()
    refused = decide(officer, component, None, REASON)
    assert "A reason is given; choose which one counts, or clear the reason." in refused.content.decode()
    component.refresh_from_db()
    assert component.conflict_decisions == []


def test_a_decision_can_be_withdrawn(component: Component) -> None:
    officer = sign_in("officer")
    decide(officer, component, first_conflict(component)["values"][0], REASON)
    component.refresh_from_db()
    decide(officer, component, None, "")
    component.refresh_from_db()
    assert component.conflict_decisions == []


def test_no_load_of_the_catalogue_touches_a_decision_not_even_when_its_source_is_gone(component: Component) -> None:
    officer = sign_in("officer")
    decide(officer, component, first_conflict(component)["values"][0], REASON)
    component.refresh_from_db()
    decided = component.conflict_decisions
    assert load().conflict_decisions == decided
    without = load(conflicts=[])
    assert without.conflict_decisions == decided
    # Saving the page keeps what no source says any more, too.
    officer.post(address_of(without), read_form(officer, address_of(without)) | {"summary": "Changed."})
    without.refresh_from_db()
    assert (without.summary, without.conflict_decisions) == ("Changed.", decided)


def test_a_saved_page_on_which_nothing_was_decided_records_nothing(component: Component) -> None:
    officer = sign_in("officer")
    before = AuditEvent.objects.count()
    assert officer.post(address_of(component), read_form(officer, address_of(component))).status_code == 302
    component.refresh_from_db()
    assert component.conflict_decisions == []
    assert component.corrected_fields == []
    assert AuditEvent.objects.count() == before


def test_an_auditor_reads_conflicts_and_decisions(component: Component) -> None:
    decide(sign_in("officer"), component, first_conflict(component)["values"][0], REASON)
    page = sign_in("auditor").get(address_of(component)).content.decode()
    assert REASON.rstrip(".") in page
    assert "conflict_decisions-" not in page
