"""Words for what moved, in mails and on pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils import timezone

from audit.engine.facts import JsonValue
from audit.reports.wording import long_day
from audit.selectors.reading import read_day
from audit.services.news import wording
from audit.services.news.escalating import Overdue, measure_overdue
from audit.services.news.wording import group_changes, name_because

register = template.Library()


@register.filter
def rating_word(rating: str) -> str:
    """A rating as it stands in a sentence."""
    return wording.rating_word(rating)


@register.filter
def stored_day(text: str) -> str:
    """A day as it was stored, in full."""
    return long_day(read_day(text), text)


@register.filter
def in_words(changes: Sequence[Mapping[str, JsonValue]]) -> list[dict[str, JsonValue]]:
    """Changes as they were stored, with their words."""
    return group_changes(changes)


@register.filter
def news_word(what: str) -> str:
    """What became of a finding."""
    return wording.finding_word(what) or what


@register.filter
def overdue(finding: Mapping[str, Any]) -> Overdue | None:
    """How overdue a finding is today, given as a row; none while it is not, or is closed."""
    if finding.get("closed_on"):
        return None
    return measure_overdue(
        due_on=finding.get("due_on"), accepted_until=finding.get("accepted_until"), as_of=timezone.localdate()
    )


@register.filter
def with_questions(text: str) -> str:
    """What closed or opened a finding, with facts by their questions."""
    return name_because(text)
