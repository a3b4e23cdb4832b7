"""The figures of Openbook for templates of admin, pages and reports."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from audit.reports import figures

register = template.Library()


@register.simple_tag
def interval_bar(
    low: float | None, high: float | None, band: str, title: str, *, width: float = 320, labels: bool = True
) -> SafeString:
    """Give the interval bar of a score; ``title`` names what is judged. All text in it is escaped by the figure."""
    drawing = figures.interval_bar(low, high, band=band, title=title, width=width, labels=labels)
    return mark_safe(drawing)  # noqa: S308 - the figure escapes every text it is given
