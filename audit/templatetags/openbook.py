"""The figures of Openbook for templates of admin, pages and reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django import template
from django.utils.safestring import SafeString, mark_safe

from audit.reports import figures

register = template.Library()


def _drawn(drawing: str) -> SafeString:
    return mark_safe(drawing)  # noqa: S308 - the figures escape every text they are given


@register.simple_tag
def interval_bar(
    low: float | None,
    high: float | None,
    band: str,
    title: str,
    *,
    width: float = 320,
    labels: bool = True,
    scale: float = 1.0,
) -> SafeString:
    """Give the interval bar of a score; ``title`` names what is judged."""
    return _drawn(figures.interval_bar(low, high, band=band, title=title, width=width, labels=labels, scale=scale))


@register.simple_tag
def timeline(
    moments: Iterable[figures.Moment], as_of: date, title: str, *, width: float = 482, scale: float = 1.0
) -> SafeString:
    """Give the line of time of some days around the as-of day."""
    return _drawn(figures.timeline(moments, as_of=as_of, title=title, width=width, scale=scale))


@register.simple_tag
def data_flow_diagram(steps: Sequence[figures.Step], *, width: float = 482, scale: float = 1.0) -> SafeString:
    """Give the diagram of a system's data flows."""
    return _drawn(figures.data_flow_diagram(steps, width=width, scale=scale))


@register.simple_tag
def exit_time_bar(
    exit_low: float | None,
    exit_high: float | None,
    available_low: float | None,
    available_high: float | None,
    *,
    scale: float = 1.0,
) -> SafeString:
    """Give the days an exit takes beside the days there are."""
    return _drawn(figures.exit_time_bar(exit_low, exit_high, available_low, available_high, scale=scale))
