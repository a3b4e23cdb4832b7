"""A chatbot whose transfer abroad loses and regains its basis, run after run: what the tests of the news share."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from audit.models import Movement, ReassessmentRun, Subscription
from audit.services.marking import mark_dirty
from audit.services.news.digesting import tell_run
from audit.services.reassessing import assess_all
from governance.models import AISystem
from tests.audit.scenes import TODAY

OWNER = "owner@bank.example"


def run(as_of: date = TODAY) -> ReassessmentRun:
    """Reassess what is due, without telling anybody yet."""
    return ReassessmentRun.objects.get(pk=assess_all(as_of=as_of, requested_by="test").run_id)


def run_and_tell(as_of: date = TODAY) -> ReassessmentRun:
    made = run(as_of)
    tell_run(run_id=made.pk)
    made.refresh_from_db()
    return made


def set_transfer(system: AISystem, tool: str) -> None:
    """A transfer to the US without a basis is a grave finding; with standard clauses it is none."""
    system.data_flows.update(transfer_tool=tool)
    mark_dirty(kind="aisystem", ids=[system.pk])


def make_person(name: str = "ada", **columns: Any) -> User:
    made: User = get_user_model().objects.create_user(name, email=f"{name}@bank.example", **columns)
    return made


def subscribe(person: User, **columns: Any) -> Subscription:
    return Subscription.objects.create(user=person, **columns)


def what_moved(made: ReassessmentRun) -> list[Movement]:
    return list(Movement.objects.filter(run=made))
