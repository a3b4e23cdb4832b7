"""A third language is one file: a report in it has no English word that nobody typed, and keeps its layout."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import Model
from django.utils import translation

from audit.models import ReportStatus
from audit.reports.records import ReportRecords, read_records
from audit.reports.render import html_for
from audit.reports.view import build_view
from audit.reports.wording import shorten_commits, tidy_source
from audit.services.reporting import request_report
from governance.models import AISystem
from tests.audit.reports.example import make_empty_records, make_records
from tests.audit.reports.golden import CASES
from tests.audit.reports.layout import list_pages, list_texts
from tests.messages.extracting import ROOT
from tests.messages.leaks import find_leaks, list_typed
from tests.messages.pseudo import CODE, pseudo, write_pseudo_language

_DERIVED = frozenset({"title", "condition", "criterion", "cause", "effect", "recommendation", "closed_because", "key"})
SYSTEMS = 4
PACKS = tuple(path.parent.name for path in (ROOT / "audit/rulepacks").glob("*/pack.yaml"))


@pytest.fixture(scope="module")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder in which the language of our own making was written."""
    folder = tmp_path_factory.mktemp("languages")
    write_pseudo_language(folder)
    return folder


@pytest.fixture
def third_language(catalogues: Path, settings: Any) -> Iterator[None]:
    """Speak the language of our own making."""
    settings.LOCALE_PATHS = [catalogues]
    with translation.override(CODE):
        yield


def rows_of(records: ReportRecords) -> Iterator[Model]:
    """Give all rows that the report is made of."""
    system = records.system
    yield from (system, system.legal_entity, records.report)
    for use in records.uses:
        yield from (each for each in (use.component, use.component.vendor, use.host, use.component.own_work_of) if each)
    for dependency in records.dependencies:
        yield from (dependency, dependency.vendor)
        if dependency.vendor.ultimate_parent:
            yield dependency.vendor.ultimate_parent
    for offer in records.offers:
        yield from (offer, offer.company)
    yield from (link.vendor for link in records.subcontractors)
    for rows in (records.artefacts, records.evaluations, records.flows, records.controls, records.evidence):
        yield from rows
    yield from (each.component for each in records.evaluations)
    yield from records.events


def printed(records: ReportRecords) -> str:
    records.report.language = CODE
    return html_for(build_view(records))


def test_the_language_is_the_message_in_other_letters_and_longer() -> None:
    assert pseudo("short by {days}").startswith("схорт бы {days}")
    assert len(pseudo("What could not be concluded")) > 1.3 * len("What could not be concluded")
    assert pseudo("Give <b>this</b>").startswith("Гиве <b>тхис</b>")


@pytest.mark.parametrize("make", [make_records, make_empty_records])
@pytest.mark.usefixtures("third_language")
def test_no_english_leaks_from_the_example(make: Callable[[], ReportRecords]) -> None:
    records = make()
    law = records.outcome.regulation
    outcome = [duty.title for duty in law.duties] + [duty.title for duty in law.undetermined]
    ways = [text for way in records.outcome.exit.ways for text in (way.title, *way.blocked_by)]
    sources = [str(entry.get("source")) for entry in records.facts.values() if isinstance(entry, dict)]
    reasons = [str(entry.get("not_applicable")) for entry in records.facts.values() if isinstance(entry, dict)]
    closed = [finding.closed_because.partition(": ")[2] for finding in records.findings]
    packs = [text for pack in records.packs for text in pack.content.values()] + [
        name for name, _ in records.outcome.packs
    ]
    typed = [
        *list_typed(rows_of(records)),
        *list_typed(records.findings),
        *outcome,
        *ways,
        *sources,
        *reasons,
        *packs,
        *closed,
    ]
    leaks = find_leaks(printed(records), typed)
    assert leaks == [], "\n".join(leaks)


@pytest.mark.usefixtures("third_language")
def test_sentences_two_fifths_longer_stay_within_the_page() -> None:
    records = make_records()
    records.report.language = CODE
    pages = list_pages(build_view(records))
    beyond = [
        f"page {number}: {box.text}"
        for number, page in enumerate(pages, 1)
        for box in list_texts(page)
        if not 0 <= box.position_x <= box.position_x + box.width <= page.margin_width()
    ]
    assert beyond == []


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(set(CASES) - {"system_audit"}))
@pytest.mark.usefixtures("third_language")
def test_no_english_leaks_from_another_kind(kind: str) -> None:
    page = html_for(CASES[kind](CODE))
    rows = [row for model in apps.get_app_config("governance").get_models() for row in model._default_manager.all()]
    leaks = find_leaks(page, [*list_typed(rows), *PACKS, "ada"])
    assert leaks == [], "\n".join(leaks)


@pytest.mark.django_db
@pytest.mark.usefixtures("third_language")
def test_no_english_leaks_from_the_demonstration_bank() -> None:
    with translation.override("en"):
        for command in ("load_catalogue", "load_demo"):
            call_command(command, verbosity=0)
    systems = list(AISystem.objects.filter(is_fictional=True).order_by("reference").values_list("pk", flat=True))
    leaks: dict[str, None] = {}
    for system in systems[:SYSTEMS]:
        with translation.override("en"):
            report = request_report(system_id=system, status=ReportStatus.DRAFT, requested_by="officer", language=CODE)
        records = read_records(report.pk)
        typed = [*list_typed(rows_of(records)), *list_typed(records.findings, besides=_DERIVED), *PACKS]
        with translation.override(CODE):
            typed += [tidy(text) for text in typed for tidy in (shorten_commits, tidy_source)]
        leaks.update(dict.fromkeys(find_leaks(printed(records), typed)))
    assert not leaks, "\n".join(leaks)
