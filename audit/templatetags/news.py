"""Words for what moved, in mails and on pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import template

from audit.engine.facts import JsonValue
from audit.services.news.wording import FINDINGS, RATINGS, name_facts_in, tell_change

register = template.Library()


@register.filter
def rating_word(rating: str) -> str:
    """A rating as it stands in a sentence."""
    return RATINGS.get(rating, rating)


@register.filter
def in_words(changes: Sequence[Mapping[str, JsonValue]]) -> list[dict[str, JsonValue]]:
    """Changes as they were stored, with their words."""
    return [tell_change(change) for change in changes]


@register.filter
def news_word(what: str) -> str:
    """What became of a finding."""
    return FINDINGS.get(what, what)


@register.filter
def with_questions(text: str) -> str:
    """A text with facts by their questions."""
    return name_facts_in(text)
