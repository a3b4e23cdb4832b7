"""Management's response to a finding, recorded in the history."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from audit.models import Finding
from audit.reports.wording import short_day
from governance.services.recording import record_event

_FIELDS = ("response", "response_text", "owner", "due_on", "response_by", "response_on")


class FindingClosedError(ValueError):
    """The finding is closed; there is nothing left to respond to."""


@transaction.atomic
def respond_to_finding(
    *,
    finding_id: int,
    response: str,
    text: str,
    owner: str,
    due_on: date | None,
    responded_by: str,
    responded_on: date,
) -> Finding:
    """Record the response to an open finding and give the finding back; the same response again records nothing.

    Raises ``Finding.DoesNotExist``, and ``FindingClosedError`` when the finding has been closed.
    """
    finding = Finding.objects.select_for_update().get(pk=finding_id)
    if finding.closed_on is not None:
        raise FindingClosedError(f"The finding “{finding.title}” was closed on {short_day(finding.closed_on)}.")
    before = {name: getattr(finding, name) for name in _FIELDS}
    finding.response, finding.response_text = response, text
    finding.owner, finding.due_on = owner, due_on
    if all(getattr(finding, name) == before[name] for name in _FIELDS[:4]):
        return finding
    finding.response_by, finding.response_on = responded_by, responded_on
    finding.save(update_fields=_FIELDS)
    changes = {
        name: (before[name], getattr(finding, name)) for name in _FIELDS if getattr(finding, name) != before[name]
    }
    record_event(actor=responded_by, action="responded", instance=finding, changes=changes)
    return finding
