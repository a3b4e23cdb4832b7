"""Management's response to a finding, recorded in the history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from audit.models import Finding, Response
from audit.reports.wording import short_day
from governance.services.recording import record_event

_FIELDS = ("response", "response_text", "owner", "due_on", "response_by", "response_on")


class FindingClosedError(ValueError):
    """The finding is closed; there is nothing left to respond to."""


def find_response_problems(
    *, response: str, text: str, owner: str, due_on: date | None, opened_on: date
) -> dict[str, str]:
    """What is missing in a response, or cannot be, by its part: ``text``, ``owner`` and ``due_on``."""
    problems: dict[str, str] = {}
    if response in (Response.AGREE, Response.PARTLY):
        problems |= {} if owner else {"owner": "Say who acts."}
        problems |= {} if due_on else {"due_on": "Say until when."}
    if response in (Response.PARTLY, Response.DISAGREE) and not text:
        problems["text"] = "Say why not, or what is done instead."
    if due_on and due_on < opened_on:
        found_on = short_day(opened_on)
        problems["due_on"] = f"This lies before the finding was made on {found_on}; give a later day."
    return problems


def find_problems_in_form(given: Mapping[str, Any], finding: Finding) -> dict[str, str]:
    """The same of what a form of the finding's columns was given, by the column. Any: whatever its fields clean to."""
    problems = find_response_problems(
        response=given.get("response") or "",
        text=given.get("response_text") or "",
        owner=given.get("owner") or "",
        due_on=given.get("due_on"),
        opened_on=finding.opened_on,
    )
    return {"response_text" if part == "text" else part: message for part, message in problems.items()}


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
