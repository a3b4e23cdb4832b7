"""Template tags for the pages on lock-in: shares, margins, plans and money in words."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from audit.portfolio.shares import Share
from audit.portfolio.stress.filed import Span
from audit.portfolio.ways_out import Way
from audit.reports.figures import colours, svg
from audit.reports.figures.bars import hatching
from audit.reports.wording import days_between, margin, short_day
from audit.views.concentration import country_name, say_share
from governance.admin.sources import shorten
from governance.choices import TransferTool

register = template.Library()

_PLANS = {
    "tested": "tested",
    "untested": "never walked",
    "missing": "no plan",
    "unknown": "not known",
}
_BAR = 150.0


@register.filter
def share_word(share: Share) -> str:
    """A share in per cent, with its bounds."""
    return say_share(share)


@register.simple_tag
def share_bar(share: Share, title: str) -> SafeString:
    """A share as a bar: solid what is certain, hatched what is possible; a share is a length and has no band."""
    low, high = _BAR * share.low, _BAR * share.high
    parts = [
        svg.element("rect", x=0, y=0, width=_BAR, height=8, fill=colours.TRACK),
        svg.element("rect", x=0, y=0, width=low, height=8, fill=colours.ACCENT),
        hatching(low, 0, high - low, 8, colour=colours.ACCENT),
    ]
    drawing = svg.document(_BAR, 8, title=f"{title}: {say_share(share)}", parts=parts)
    return mark_safe(drawing)  # noqa: S308 - the figure escapes its texts itself


@register.filter
def country_word(code: str) -> str:
    """A country's name."""
    return country_name(code) if code else "not known"


@register.filter
def margin_word(span: Span | None) -> str:
    """A margin: short by so many days, or so many to spare."""
    return "not known" if span is None else margin(span.low, span.high)


@register.filter
def way_days(way: Way) -> str:
    """How long a way out takes."""
    return "–" if way.days is None else days_between(*way.days)


@register.filter
def way_cost(way: Way) -> str:
    """What a year of a way out costs at today's volume; the price alone where the volume is not known."""
    if way.cost is not None:
        return f"{way.cost.currency} {way.cost.amount:,.0f}"
    if way.price is not None:
        return f"{way.price.sent:f} in, {way.price.received:f} out".replace(".000000", "") + f" {way.price.unit}"
    return "not known"


@register.filter
def way_basis(way: Way) -> str:
    """From which price list of which day, or which hardware it would take."""
    if way.price is not None:
        dated = f", {short_day(way.price.source_on)}" if way.price.source_on else ""
        return f"{shorten(way.price.source) if way.price.source else 'no source'}{dated}"
    if way.hardware is not None:
        cards = "1 card" if way.hardware.cards == 1 else f"{way.hardware.cards} cards"
        return f"about {way.hardware.memory_gb:g} GB of memory, {cards} of 80 GB; a rule of thumb"
    return ""


@register.filter
def span_word(span: Span) -> str:
    """An interval of days in words."""
    return days_between(span.low, span.high)


@register.simple_tag
def short_by(span: Span | None) -> SafeString:
    """The days that are missing; "in time" where none are."""
    if span is None:
        return format_html('<span class="tag unknown">{}</span>', "not known")
    if span.high <= 0:
        return format_html("<span>{}</span>", "in time")
    tone = "very-high" if span.low > 0 else "high"
    word = days_between(span.low, span.high) if span.low > 0 else f"up to {days_between(span.high, span.high)}"
    return format_html('<span class="tag {}">{}</span>', tone, word)


@register.filter
def plan_word(state: str) -> str:
    """The state of an exit plan."""
    return _PLANS.get(state, state)


@register.filter
def assets_word(assets: tuple[str, ...] | None) -> str:
    """The assets that would be lost."""
    if assets is None:
        return "not known"
    return ", ".join(asset.replace("_", " ") for asset in assets) or "none"


@register.filter
def tool_word(tool: str) -> str:
    """The transfer tool."""
    labels: dict[str, Any] = dict(TransferTool.choices)
    return str(labels.get(tool, tool))


@register.filter
def amount(value: float | None) -> str:
    """Money in whole units, with separators."""
    return "–" if value is None else f"{value:,.0f}"
