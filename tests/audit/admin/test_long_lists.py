"""The officers' lists of what there is most of: found in an index, page by page."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Assessment, Finding, ReassessmentRun
from audit.services.assessing import assess_now
from tests.audit.scenes import TODAY, make_own_model, make_vendor_chatbot

pytestmark = pytest.mark.django_db
GRAVEST_FIRST = ["very_high", "high", "moderate", "low"]


@pytest.fixture
def client() -> Client:
    """An administrator."""
    client = Client()
    client.force_login(User.objects.create_superuser("root"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_pages_of_findings_hold_each_once_the_gravest_first(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    # Of 1.1 million findings the first page took a second, the last one thirty.
    monkeypatch.setattr("audit.admin.findings.FindingAdmin.list_per_page", 2)
    for system in (make_vendor_chatbot()[0], make_own_model()[0]):
        assess_now(system_id=system.pk, as_of=TODAY, requested_by="test")
    expected = sorted(
        Finding.objects.filter(closed_on=None), key=lambda row: (GRAVEST_FIRST.index(row.rating), row.opened_on, row.pk)
    )
    shown: list[int] = []
    for page in range(1, -(-len(expected) // 2) + 1):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(reverse("admin:audit_finding_changelist"), {"p": str(page)})
        shown += [row.pk for row in response.context["cl"].result_list]
        assert not any("CASE WHEN" in each["sql"] and "LIMIT" in each["sql"] for each in queries)
    assert shown == [row.pk for row in expected]
    assert len(expected) > 6
    assert len({row.rating for row in expected}) > 1
    area = expected[0].area
    narrowed = client.get(reverse("admin:audit_finding_changelist"), {"area__exact": area, "q": expected[0].title})
    assert expected[0].pk in {row.pk for row in narrowed.context["cl"].result_list}
    assert {row.area for row in narrowed.context["cl"].result_list} == {area}
    by_title = client.get(reverse("admin:audit_finding_changelist"), {"o": "2", "q": "e"})
    titles = [row.title for row in by_title.context["cl"].result_list]
    assert titles == sorted(titles)


def test_assessments_are_searched_by_their_systems(client: Client) -> None:
    # Of 2.1 million assessments the list took 3.3 s, and a search 8.5 s.
    chatbot, own = make_vendor_chatbot()[0], make_own_model()[0]
    for system in (chatbot, own):
        assess_now(system_id=system.pk, as_of=TODAY, requested_by="test")
    for word in (chatbot.reference, own.name.split()[0]):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(reverse("admin:audit_assessment_changelist"), {"q": word})
        found = [row.system_id for row in response.context["cl"].result_list]
        assert found == [row.pk for row in (own, chatbot) if word in f"{row.reference} {row.name}"]
        assert not any('MIN("audit_assessment"' in each["sql"] for each in queries), "no look at all of their days"
    nothing = client.get(reverse("admin:audit_assessment_changelist"), {"q": "no-such-system"})
    assert list(nothing.context["cl"].result_list) == []
    assert Assessment.objects.count() == 2


def test_the_list_of_runs_reads_no_ids_of_systems(client: Client) -> None:
    ReassessmentRun.objects.create(as_of=TODAY, due_ids=[1, 2, 3])
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("admin:audit_reassessmentrun_changelist")).status_code == 200
    assert not any('"due_ids"' in each["sql"] for each in queries)
