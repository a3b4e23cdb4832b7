"""Each group may do exactly what its people need."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def member_of(group: str) -> User:
    user = User.objects.create_user(group, password="a long passphrase")
    user.groups.add(Group.objects.get(name=group))
    return user


def test_an_auditor_sees_everything_and_changes_nothing() -> None:
    codes = member_of("auditor").get_all_permissions()
    assert {"governance.view_aisystem", "governance.view_auditevent", "audit.view_report"} <= codes
    assert {code for code in codes if ".view_" not in code} == set()


def test_an_officer_edits_the_register_and_not_the_history_users_or_outcomes() -> None:
    officer = member_of("officer")
    assert officer.has_perms(["governance.change_aisystem", "governance.add_controlstatus", "audit.request_assessment"])
    for forbidden in ("governance.change_auditevent", "auth.change_user", "audit.change_assessment"):
        assert not officer.has_perm(forbidden)


def test_a_risk_analyst_responds_and_requests_but_leaves_the_register_alone() -> None:
    analyst = member_of("risk_analyst")
    assert analyst.has_perms(["audit.change_finding", "audit.request_report", "audit.request_assessment"])
    assert not analyst.has_perm("governance.change_aisystem")


def test_an_administrator_runs_users_and_schedules_but_cannot_rewrite_history() -> None:
    administrator = member_of("administrator")
    assert administrator.has_perms(["auth.add_user", "django_celery_beat.change_periodictask"])
    assert not administrator.has_perm("governance.delete_auditevent")


def test_setting_up_again_repairs_a_group_and_doubles_nothing() -> None:
    Group.objects.get(name="auditor").permissions.clear()
    call_command("setup_groups", verbosity=0)
    assert Group.objects.count() == 4
    assert member_of("auditor").has_perm("governance.view_aisystem")
