"""Accepting the risk of a finding until a day: one person proposes, another confirms, and each step is recorded."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from audit.models import Finding
from governance.services.recording import record_event


class AcceptanceError(ValueError):
    """The step is not possible; the text says why and what would be."""


@transaction.atomic
def propose_acceptance(*, finding_id: int, until: date, proposed_by: str, as_of: date) -> Finding:
    """Propose to accept the risk until a day; an acceptance that stood ends.

    Raises ``Finding.DoesNotExist``, and ``AcceptanceError`` for a closed finding or a day that is not to come.
    """
    finding = _find_open(finding_id)
    if until <= as_of:
        raise AcceptanceError(f"{until.isoformat()} is not after today; give a day to come.")
    before = finding.acceptance_proposed_until, finding.accepted_by
    finding.acceptance_proposed_until, finding.accepted_by = until, proposed_by
    finding.accepted_until, finding.acceptance_confirmed_by = None, ""
    finding.save(
        update_fields=["acceptance_proposed_until", "accepted_by", "accepted_until", "acceptance_confirmed_by"]
    )
    changes = {
        "acceptance_proposed_until": (before[0], until),
        "accepted_by": (before[1], proposed_by),
    }
    record_event(actor=proposed_by, action="proposed", instance=finding, changes=changes)
    return finding


@transaction.atomic
def confirm_acceptance(*, finding_id: int, confirmed_by: str) -> Finding:
    """Confirm what another person proposed; from now on the risk counts as accepted until that day.

    Raises ``AcceptanceError`` when nothing is proposed, or when the same person proposed it.
    """
    finding = _find_open(finding_id)
    until = finding.acceptance_proposed_until
    if until is None:
        raise AcceptanceError("Nobody has proposed to accept this risk; a first person has to do that.")
    if finding.accepted_by == confirmed_by:
        raise AcceptanceError("You proposed it yourself; a second person has to confirm.")
    finding.accepted_until, finding.acceptance_confirmed_by = until, confirmed_by
    finding.acceptance_proposed_until = None
    finding.save(update_fields=["accepted_until", "acceptance_confirmed_by", "acceptance_proposed_until"])
    record_event(actor=confirmed_by, action="accepted", instance=finding, changes={"accepted_until": (None, until)})
    return finding


def _find_open(finding_id: int) -> Finding:
    finding = Finding.objects.select_for_update().get(pk=finding_id)
    if finding.closed_on is not None:
        raise AcceptanceError(f"The finding was closed on {finding.closed_on.isoformat()}; there is no risk to accept.")
    return finding
