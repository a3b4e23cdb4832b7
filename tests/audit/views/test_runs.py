"""The pages of reassessments and scenarios: progress, what moved, and buttons that do what they say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Delivery, Hold, ReassessmentRun, Scenario, WorkState
from audit.selectors.runs import name_seconds, read_progress
from audit.services.reassessing import start_run
from audit.services.scenarios.computing import compute_all
from tests.audit.scenes import TODAY, make_system, make_vendor_chatbot
from tests.audit.services.news.scene import OWNER, run_and_tell, set_transfer

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture
def waiting() -> ReassessmentRun:
    """A run over two systems that nobody works on."""
    make_system()
    make_system()
    return start_run(as_of=TODAY, requested_by="night")


def test_the_time_left_is_that_of_the_pace_so_far() -> None:
    now = timezone.now()
    run = ReassessmentRun(state="running", systems_due=100, systems_done=25, started_at=now - timedelta(seconds=50))
    # 25 systems in 50 seconds are 2 seconds each; 75 are left.
    assert read_progress(run, now=now).seconds_left == 150
    run.hold = Hold.PAUSED
    assert read_progress(run, now=now).seconds_left is None
    run.hold, run.systems_done = Hold.NONE, 0
    assert read_progress(run, now=now).seconds_left is None  # nothing to tell it by yet


def test_a_forecast_is_no_more_exact_than_it_can_be() -> None:
    told = [name_seconds(seconds) for seconds in (5, 60, 151, 5000, 7200)]
    assert told == ["less than a minute", "about 1 minute", "about 3 minutes", "about 83 minutes", "about 2 hours"]


def test_the_mark_changes_with_the_state_and_not_with_each_system() -> None:
    run = ReassessmentRun(state="running", systems_due=10)
    first = read_progress(run).mark
    run.systems_done = 5
    assert read_progress(run).mark == first
    run.hold = Hold.PAUSED
    assert read_progress(run).mark != first


def test_progress_is_a_small_answer_from_one_row(
    waiting: ReassessmentRun, sign_in: SignIn, django_assert_num_queries: Any
) -> None:
    client = sign_in("auditor")
    with django_assert_num_queries(5):  # the session, the user, two for the permission, and the row
        answer = client.get(reverse("run_progress", args=[waiting.pk]))
    assert answer.json() == {"done": 0, "due": 2, "left": "", "mark": read_progress(waiting).mark}
    assert len(answer.content) < 100


def test_a_run_is_paused_resumed_and_cancelled_by_buttons(waiting: ReassessmentRun, sign_in: SignIn) -> None:
    client, address = sign_in("officer"), reverse("hold_run", args=[waiting.pk])
    for act, hold in (("pause", Hold.PAUSED), ("resume", Hold.NONE), ("cancel", Hold.CANCELLED)):
        page = client.post(address, {"act": act}, follow=True).content.decode()
        waiting.refresh_from_db()
        assert (waiting.hold, waiting.held_by) == (hold, "officer")
        assert "The reassessment" in page
    assert "cannot be cancelled now" in client.post(address, {"act": "cancel"}, follow=True).content.decode()
    assert client.post(address, {"act": "explode"}).status_code == 404
    assert client.get(address).status_code == 405


def test_a_button_without_its_token_is_refused(waiting: ReassessmentRun, sign_in: SignIn) -> None:
    client = sign_in("officer")
    client.handler.enforce_csrf_checks = True
    assert client.post(reverse("hold_run", args=[waiting.pk]), {"act": "cancel"}).status_code == 403


def test_it_works_without_scripts(waiting: ReassessmentRun, sign_in: SignIn) -> None:
    page = sign_in("officer").get(reverse("run", args=[waiting.pk])).content.decode()
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert '<progress class="run-bar" max="2" value="0"' in page
    assert page.count('<form method="post"') == 3  # pause, cancel, signing out


def test_who_may_not_hold_a_run_sees_no_button(waiting: ReassessmentRun, sign_in: SignIn) -> None:
    page = sign_in("risk_analyst").get(reverse("run", args=[waiting.pk])).content.decode()
    assert "Pause" not in page
    assert "Cancel" not in page


def test_a_page_tells_what_moved_with_before_after_and_cause(sign_in: SignIn) -> None:
    system = make_vendor_chatbot(owner_email=OWNER)[0]
    run_and_tell()
    set_transfer(system, "none")
    made = run_and_tell()
    client = sign_in("officer")
    page = client.get(reverse("run", args=[made.pk])).content.decode()
    assert "New finding: Personal data leave the EEA" in page
    assert "On which legal basis do they go there?" in page  # the fact that moved, by its question
    assert OWNER in page
    page = client.get(reverse("run", args=[run_and_tell().pk])).content.decode()
    assert "Nothing moved: 1 system stands as it did" in page
    listed = client.get(reverse("runs"))
    assert [row.moved for row in listed.context["rows"]] == [0, 1, 0]


def test_the_button_starts_a_run_and_shows_one_that_is_under_way(waiting: ReassessmentRun, sign_in: SignIn) -> None:
    answer = sign_in("risk_analyst").post(reverse("start_reassessment"))
    assert answer["Location"] == reverse("run", args=[waiting.pk])


class TestInTheAdmin:
    def test_a_run_shows_its_bar_and_its_buttons(self, waiting: ReassessmentRun, sign_in: SignIn) -> None:
        client = sign_in("officer")
        page = client.get(reverse("admin:audit_reassessmentrun_change", args=[waiting.pk])).content.decode()
        assert '<progress max="2" value="0"' in page
        address = reverse("admin:audit_reassessmentrun_hold", args=[waiting.pk])
        assert address in page
        client.post(address, {"act": "pause"})
        waiting.refresh_from_db()
        assert waiting.hold == Hold.PAUSED

    def test_who_may_not_hold_a_run_cannot(self, waiting: ReassessmentRun, sign_in: SignIn) -> None:
        client = sign_in("auditor")
        address = reverse("admin:audit_reassessmentrun_hold", args=[waiting.pk])
        assert (
            address not in client.get(reverse("admin:audit_reassessmentrun_change", args=[waiting.pk])).content.decode()
        )
        assert client.post(address, {"act": "cancel"}).status_code == 404

    def test_a_dead_letter_is_sent_again_by_those_who_may(self, sign_in: SignIn) -> None:
        system = make_vendor_chatbot(owner_email=OWNER)[0]
        run_and_tell()
        set_transfer(system, "none")
        run_and_tell()
        Delivery.objects.update(state=WorkState.FAILED, error="The mail server is away.", attempts=8)
        letter = Delivery.objects.get()
        change, again = (reverse(f"admin:audit_delivery_{name}", args=[letter.pk]) for name in ("change", "again"))
        auditor = sign_in("auditor")
        assert again not in auditor.get(change).content.decode()
        assert auditor.post(again).status_code == 404
        officer = sign_in("officer")
        page = officer.get(change).content.decode()
        assert "The mail server is away." in page
        assert "New finding" in page  # the message itself
        officer.post(again)
        letter.refresh_from_db()
        assert (letter.state, letter.attempts, letter.requested_by) == (WorkState.QUEUED, 0, "officer")
        action = {"action": "send_again", "_selected_action": [letter.pk]}
        listed = officer.post(reverse("admin:audit_delivery_changelist"), action, follow=True)
        assert "Only what was given up can be sent again." in listed.content.decode()

    def test_officers_edit_the_schedule(self, sign_in: SignIn) -> None:
        page = sign_in("officer").get(reverse("admin:django_celery_beat_periodictask_changelist"))
        assert "Reassess what is due: night" in page.content.decode()
        assert sign_in("auditor").get(reverse("admin:django_celery_beat_periodictask_changelist")).status_code == 403


class TestSubscriptions:
    def post(self, client: Client, **fields: Any) -> str:
        body = {
            "channel": "email",
            "least_rating": "moderate",
            "scope": "portfolio",
            "escalation_level": 1,
            "is_active": "on",
            "user": client.session["_auth_user_id"],
            **fields,
        }
        return client.post(reverse("admin:audit_subscription_add"), body, follow=True).content.decode()

    def test_an_officer_subscribes_and_the_history_has_it(self, sign_in: SignIn) -> None:
        officer = sign_in("officer")
        self.post(officer, address="risk@bank.example")
        made = self.only()
        assert (made.address, made.user.username) == ("risk@bank.example", "officer")
        assert "risk@bank.example" in repr(self.events())

    def test_a_webhook_inside_is_refused_with_what_would_be_right(self, sign_in: SignIn) -> None:
        page = self.post(sign_in("officer"), channel="webhook", url="https://10.0.0.1/hook")
        assert "OPENBOOK_WEBHOOK_NETWORKS" in page

    def test_the_secret_is_shown_to_those_who_may_change_it_and_a_new_one_ends_it(self, sign_in: SignIn) -> None:
        officer = sign_in("officer")
        self.post(officer, channel="webhook", url="https://hooks.bank.example/openbook")
        made = self.only()
        address = reverse("admin:audit_subscription_change", args=[made.pk])
        assert "obwh_" in officer.get(address).content.decode()
        assert "obwh_" not in sign_in("auditor").get(address).content.decode()
        before = made.salt
        officer.post(address, {
            "user": made.user_id, "channel": "webhook", "url": made.url, "least_rating": "moderate",
            "scope": "portfolio", "escalation_level": 1, "is_active": "on", "new_secret": "on",
        })  # fmt: skip
        assert self.only().salt != before

    def test_a_scope_names_what_it_asks_for(self, sign_in: SignIn) -> None:
        assert "Name the legal entity, or the system" in self.post(
            sign_in("officer"), address="a@b.example", scope="system"
        )

    def only(self) -> Any:
        from audit.models import Subscription

        return Subscription.objects.get()

    def events(self) -> list[Any]:
        from governance.models import AuditEvent

        return list(AuditEvent.objects.filter(object_type="subscription").values_list("changes", flat=True))


class TestScenarios:
    def test_a_day_is_asked_for_and_its_page_tells_what_is_unmet(
        self, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)  # the day asked for is still to come
        make_vendor_chatbot(name="Anna")
        officer = sign_in("officer")
        answer = officer.post(reverse("scenarios"), {"as_of": "2027-12-02"})
        scenario = Scenario.objects.get()
        assert answer["Location"] == reverse("scenario", args=[scenario.pk])
        assert "0 of 1 systems computed" in officer.get(answer["Location"]).content.decode()
        compute_all(scenario)
        page = officer.get(answer["Location"]).content.decode()
        assert "What will be unmet on 2 Dec 2027" in page
        assert "Anna" in page
        assert "It is not what is the case." in page

    def test_today_is_refused_with_the_reason(self, sign_in: SignIn) -> None:
        today = timezone.localdate().isoformat()
        page = sign_in("officer").post(reverse("scenarios"), {"as_of": today}).content.decode()
        assert "is today: what is the case today is reassessed" in page

    @pytest.mark.parametrize("shown", ["unmet", "begun", "class", "failed", "all", "nonsense"])
    def test_each_filter_is_answered(self, shown: str, sign_in: SignIn) -> None:
        scenario = Scenario.objects.create(as_of=TODAY, compared_on=TODAY, state="done")
        address = reverse("scenario", args=[scenario.pk])
        assert sign_in("auditor").get(address, {"show": shown}).status_code == 200
