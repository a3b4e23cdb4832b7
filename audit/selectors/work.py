"""What is under way for a system: its assessment and its reports, as one state that a page can watch."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from audit.models import Report, Standing, WorkState

_UNDER_WAY = (WorkState.QUEUED, WorkState.RUNNING)


@dataclass(frozen=True, slots=True)
class Work:
    """``mark`` changes whenever something begins, ends or fails; ``text`` says what is going on now."""

    mark: str
    text: str
    is_working: bool
    error: str


def read_work(system_id: int) -> Work:
    """Read the state with two queries."""
    standing = Standing.objects.filter(system=system_id).values_list("state", "assessment_id", "error").first()
    reports = list(Report.objects.filter(system=system_id).order_by("-id").values_list("id", "number", "state")[:10])
    state, assessment_id, error = standing or (WorkState.IDLE, None, "")
    texts = []
    if state in _UNDER_WAY:
        texts.append("Being assessed now." if state == WorkState.RUNNING else "Waiting to be assessed.")
    for _, number, report_state in reports:
        if report_state in _UNDER_WAY:
            texts.append(f"Report {number} is being made.")
    seen = repr((state, assessment_id, [(key, report_state) for key, _, report_state in reports]))
    return Work(
        mark=hashlib.sha256(seen.encode()).hexdigest()[:16],
        text=" ".join(texts),
        is_working=bool(texts),
        error=error if state == WorkState.FAILED else "",
    )
