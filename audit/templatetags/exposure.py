"""Maximum fines as pages show them."""

from __future__ import annotations

from django import template

from audit.reports import fines
from audit.reports.citations import cite
from audit.reports.exposure import Fine

register = template.Library()


@register.filter
def formula(fine: Fine) -> str:
    """The law's formula of a maximum fine."""
    told = fines.tell_formula(fine)
    return told[:1].upper() + told[1:]


@register.filter
def amount(fine: Fine) -> str:
    """What the formula comes to on the facts known."""
    return fines.tell_amount(fine)


@register.filter
def fine_notes(fine: Fine) -> tuple[str, ...]:
    """From when it can be imposed, and what the law leaves open."""
    return fines.tell_notes(fine)


@register.filter
def fine_basis(fine: Fine) -> str:
    """The provision it rests on, with the name people use for the act."""
    return cite(f"{fine.act}, {fine.basis}")
