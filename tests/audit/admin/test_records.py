"""Assessments, runs and reports are read, never written; the schedule is an administrator's."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django_celery_beat.models import PeriodicTask

from audit.models import Assessment, ReassessmentRun
from audit.services.assessing import assess_now
from tests.governance.admin.scenes import make_system, sign_in

pytestmark = pytest.mark.django_db


def test_an_assessment_shows_its_packs_and_nobody_changes_it() -> None:
    assess_now(system_id=make_system().pk, as_of=date(2026, 11, 20), requested_by="officer")
    assessment = Assessment.objects.get()
    administrator = sign_in("administrator")
    page = f"/admin/audit/assessment/{assessment.pk}/"
    assert "eu_ai_act" in administrator.get(f"{page}change/").content.decode()
    assert administrator.post(f"{page}change/", {"engine": "2"}).status_code == 403
    assert administrator.post(f"{page}delete/", {"post": "yes"}).status_code == 403


def test_a_run_says_which_system_failed_and_why() -> None:
    run = ReassessmentRun.objects.create(
        as_of=date(2026, 11, 20), systems_due=3, systems_done=2, failures={"7": "Boom"}
    )
    page = sign_in("auditor").get(f"/admin/audit/reassessmentrun/{run.pk}/change/").content.decode()
    assert "System 7: Boom" in page


@pytest.mark.parametrize("group", ["administrator", "officer"])
def test_officers_edit_the_schedule_on_a_page_without_inline_scripts(group: str) -> None:
    line = PeriodicTask.objects.earliest("pk")
    page = sign_in(group).get(f"/admin/django_celery_beat/periodictask/{line.pk}/change/").content.decode()
    assert 'name="crontab"' in page
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page) == []


@pytest.mark.parametrize("group", ["risk_analyst", "auditor"])
def test_others_do_not_see_the_schedule(group: str) -> None:
    assert sign_in(group).get("/admin/django_celery_beat/periodictask/").status_code == 403
