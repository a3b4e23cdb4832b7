"""The figures of /metrics are those of the rows, whichever process answers, and not for everybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from audit.models import Finding, ReassessmentRun, Report, Standing
from audit.services.marking import mark_dirty
from audit.services.watching.figures import write_figures
from audit.services.watching.heartbeats import SCHEDULER, note_heartbeat
from tests.audit.pages_bank import make_bank, make_report
from tests.audit.scenes import TODAY, make_vendor_chatbot
from tests.audit.services.news.scene import OWNER, run_and_tell, set_transfer

pytestmark = pytest.mark.django_db


def read_figures() -> dict[tuple[str, ...], float]:
    """Each sample by its name and the values of its labels."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(write_figures().decode())
        for sample in family.samples
    }


def test_the_age_of_a_queue_is_that_of_its_longest_waiting_row() -> None:
    first, second = make_vendor_chatbot()[0], make_vendor_chatbot()[0]
    mark_dirty(kind="aisystem", ids=[first.pk, second.pk])
    Standing.objects.filter(system=first).update(requested_at=timezone.now() - timedelta(seconds=90))
    figures = read_figures()
    assert 90 <= figures["openbook_queue_age_seconds", "assessment"] < 120
    assert figures["openbook_work_rows", "assessment", "queued"] == 2
    assert figures["openbook_queue_age_seconds", "report"] == 0
    assert figures["openbook_systems_dirty",] == 2


def test_runs_and_failures_are_counted() -> None:
    make_vendor_chatbot()
    run_and_tell()
    ReassessmentRun.objects.create(as_of=TODAY, state="done", systems_done=4, systems_changed=2, systems_failed=1)
    figures = read_figures()
    assert figures["openbook_runs", "done"] == 2
    assert figures["openbook_systems_reassessed_total",] == 1 + 4
    assert figures["openbook_systems_failed_total",] == 1


def test_the_seconds_of_reports_are_a_histogram() -> None:
    bank = make_bank()
    start = timezone.now()
    for seconds in (0.5, 4, 700):
        report = make_report(bank["chatbot"])
        Report.objects.filter(pk=report.pk).update(started_at=start, finished_at=start + timedelta(seconds=seconds))
    figures = read_figures()
    buckets = {bound: figures["openbook_report_seconds_bucket", bound] for bound in ("1.0", "5.0", "600.0", "+Inf")}
    assert buckets == {"1.0": 1, "5.0": 2, "600.0": 2, "+Inf": 3}
    assert figures["openbook_report_seconds_sum",] == pytest.approx(704.5)


def test_dead_letters_open_and_overdue_findings_are_counted() -> None:
    system = make_vendor_chatbot(owner_email=OWNER)[0]
    run_and_tell()
    set_transfer(system, "none")
    made = run_and_tell()
    made.deliveries.update(state="failed")
    grave = Finding.objects.get(key="data:transfer_without_tool")
    Finding.objects.filter(pk=grave.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    figures = read_figures()
    assert figures["openbook_deliveries_dead",] == 1
    assert figures["openbook_findings_overdue",] == 1
    assert figures["openbook_findings_open", "high"] == Finding.objects.filter(rating="high", closed_on=None).count()


def test_the_scheduler_and_the_packs_are_watched() -> None:
    assert read_figures()["openbook_scheduler_silence_seconds",] == -1
    note_heartbeat(SCHEDULER)
    figures = read_figures()
    assert 0 <= figures["openbook_scheduler_silence_seconds",] < 5
    assert ("openbook_pack_review_days", "eu_ai_act") in figures


class TestWhoMayRead:
    def test_without_a_token_only_this_machine(self, client: Client) -> None:
        assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 200
        assert client.get("/metrics", REMOTE_ADDR="::1").status_code == 200
        assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 401
        # Somebody who comes through a proxy on this machine.
        forwarded = client.get("/metrics", REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "192.0.2.7"})
        assert forwarded.status_code == 401

    def test_behind_a_proxy_without_a_token_nobody(self, client: Client, settings: Any) -> None:
        settings.METRICS_FOR_THIS_MACHINE = False
        assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 401

    def test_with_a_token_whoever_holds_it_from_anywhere_and_nobody_else(self, client: Client, settings: Any) -> None:
        settings.METRICS_TOKEN = "a-long-enough-token-for-metrics"
        good = {"Authorization": "Bearer a-long-enough-token-for-metrics"}
        assert client.get("/metrics", headers=good, REMOTE_ADDR="192.0.2.7").status_code == 200
        for wrong in ({}, {"Authorization": "Bearer other"}, {"Authorization": "a-long-enough-token-for-metrics"}):
            assert client.get("/metrics", headers=wrong, REMOTE_ADDR="127.0.0.1").status_code == 401
