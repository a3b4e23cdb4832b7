"""Management responds to findings; a risk is accepted by one person and confirmed by another."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.models import Finding
from audit.services.accepting import AcceptanceError, confirm_acceptance, propose_acceptance
from audit.services.assessing import assess_now
from governance.models import AuditEvent
from tests.governance.admin.scenes import make_system, sign_in

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 20)
RESPONSE = {
    "response": "agree",
    "response_text": "We draft an exit plan.",
    "owner": "Head of IT",
    "due_on": "2099-03-31",
}


@pytest.fixture
def finding() -> Finding:
    assessment = assess_now(system_id=make_system().pk, as_of=DAY, requested_by="officer")
    Finding.objects.all().delete()
    return Finding.objects.create(
        system=assessment.system,
        key="lock_in:no_exit_plan",
        area="lock_in",
        rating="high",
        title="There is no exit plan",
        condition="No exit plan is written down.",
        criterion="DORA Art. 28(8)",
        opened_on=DAY,
        opened_by=assessment,
        last_seen_by=assessment,
    )


def post(client: Any, finding: Finding, **typed: str) -> Any:
    return client.post(f"/admin/audit/finding/{finding.pk}/change/", {**RESPONSE, **typed})


def test_a_risk_analyst_responds_and_it_is_recorded(finding: Finding) -> None:
    assert post(sign_in("risk_analyst"), finding).status_code == 302
    finding.refresh_from_db()
    assert (finding.response, finding.owner, finding.response_by) == ("agree", "Head of IT", "risk_analyst")
    assert AuditEvent.objects.filter(action="responded", object_id=str(finding.pk)).exists()


def test_an_incomplete_response_says_all_that_is_missing(finding: Finding) -> None:
    analyst = sign_in("risk_analyst")
    errors = post(analyst, finding, owner="", due_on="").context["adminform"].form.errors
    assert errors == {"owner": ["Say who acts."], "due_on": ["Say until when."]}
    errors = post(analyst, finding, response="disagree", response_text="").context["adminform"].form.errors
    assert errors == {"response_text": ["Say why not, or what is done instead."]}
    errors = post(analyst, finding, due_on="2026-11-19").context["adminform"].form.errors
    assert "20 Nov 2026" in str(errors["due_on"])


def test_a_risk_is_accepted_only_when_a_second_person_confirms(finding: Finding) -> None:
    anna, ben = sign_in("risk_analyst", "anna"), sign_in("risk_analyst", "ben")
    until = (timezone.localdate() + timedelta(days=90)).isoformat()
    assert post(anna, finding, accept_until=until).status_code == 302
    finding.refresh_from_db()
    assert finding.accepted_until is None
    refused = post(anna, finding, confirm="on")
    assert "second person" in str(refused.context["adminform"].form.errors["confirm"])
    assert post(ben, finding, confirm="on").status_code == 302
    finding.refresh_from_db()
    assert finding.accepted_until == date.fromisoformat(until)
    assert (finding.accepted_by, finding.acceptance_confirmed_by) == ("anna", "ben")


def test_nothing_is_confirmed_that_nobody_proposed_and_no_past_day_is_accepted(finding: Finding) -> None:
    anna = sign_in("risk_analyst", "anna")
    errors = post(anna, finding, confirm="on").context["adminform"].form.errors
    assert "Nobody has proposed" in str(errors["confirm"])
    errors = post(anna, finding, accept_until="2020-01-01").context["adminform"].form.errors
    assert "after today" in str(errors["accept_until"])


def test_the_services_refuse_the_same_whatever_door_is_used(finding: Finding) -> None:
    with pytest.raises(AcceptanceError, match="Nobody has proposed"):
        confirm_acceptance(finding_id=finding.pk, confirmed_by="ben")
    propose_acceptance(finding_id=finding.pk, until=date(2027, 1, 31), proposed_by="anna", as_of=DAY)
    with pytest.raises(AcceptanceError, match="second person"):
        confirm_acceptance(finding_id=finding.pk, confirmed_by="anna")
    with pytest.raises(AcceptanceError, match="not after today"):
        propose_acceptance(finding_id=finding.pk, until=DAY, proposed_by="anna", as_of=DAY)
    Finding.objects.update(closed_on=DAY)
    with pytest.raises(AcceptanceError, match="closed on 2026-11-20"):
        confirm_acceptance(finding_id=finding.pk, confirmed_by="ben")


def test_a_new_proposal_ends_the_acceptance_that_stood(finding: Finding) -> None:
    propose_acceptance(finding_id=finding.pk, until=date(2027, 1, 31), proposed_by="anna", as_of=DAY)
    confirm_acceptance(finding_id=finding.pk, confirmed_by="ben")
    changed = propose_acceptance(finding_id=finding.pk, until=date(2027, 6, 30), proposed_by="ben", as_of=DAY)
    assert changed.accepted_until is None


def test_a_closed_finding_is_history(finding: Finding) -> None:
    Finding.objects.update(closed_on=DAY, closed_because="a fact changed")
    analyst = sign_in("risk_analyst")
    assert analyst.get(f"/admin/audit/finding/{finding.pk}/change/").status_code == 200
    assert post(analyst, finding).status_code == 403


def test_an_auditor_reads_a_finding(finding: Finding) -> None:
    auditor = sign_in("auditor")
    page = auditor.get(f"/admin/audit/finding/{finding.pk}/change/").content.decode()
    assert "No exit plan is written down." in page
    assert "accept_until" not in page
    assert post(auditor, finding).status_code == 403
