"""The demonstration bank can be edited as it is: opening a page and saving it changes nothing and is not refused."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from governance.models import AISystem, AuditEvent
from tests.governance.admin.scenes import errors_of, read_form, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_every_system_of_the_demonstration_is_saved_as_it_stands() -> None:
    call_command("load_catalogue", verbosity=0)
    call_command("load_demo", verbosity=0)
    officer = sign_in("officer")
    recorded = AuditEvent.objects.count()
    systems = list(AISystem.objects.all())
    assert len(systems) == 15
    for system in systems:
        address = f"/admin/governance/aisystem/{system.pk}/change/"
        response = officer.post(address, read_form(officer, address))
        assert response.status_code == 302, (system, dict(errors_of(response)))
    assert AuditEvent.objects.count() == recorded
