"""What is no law is told as such where a reader meets the duty: on the system's page and in the calendar."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.services.assessing import assess_now
from governance.models import AISystem
from tests.audit.scenes import TODAY


def test_guidance_is_no_law_on_any_page(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)  # Guideline E-23 is still to come
    system = bank["chatbot"]
    system.answers = {
        **system.answers,
        "jur.uk_ss123_firm": True,
        "jur.uk_internal_model_approval": True,
        "jur.osfi_frfi": True,
    }
    system.save()
    assess_now(system_id=system.pk, as_of=TODAY, requested_by="officer")
    client = sign_in("auditor")
    page = client.get(reverse("system", args=[system.pk])).content.decode()
    duties = page[page.index('id="duties"') :]
    assert "PRA SS1/23, Principles 1 to 5 [guidance, not law]</a>" in duties
    findings = page[page.index('id="findings"') :]
    assert "PRA SS1/23, Principles 1 to 5 [guidance, not law]" in findings
    calendar = client.get(reverse("calendar")).content.decode()
    assert "Guideline E-23 (2027) [guidance, not law]" in calendar
