"""Maximum fines in words: the law's formula and what it comes to. Unknown is never zero, and no sum is made."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext

from audit.reports.exposure import Fine
from audit.reports.stored import told
from audit.reports.wording import number, say, short_day

_MILLION: Final = 1_000_000


def money(value: float, currency: str) -> str:
    """Give an amount: ``EUR 15 million``, ``EUR 7.5 million``, ``KRW 500,000``."""
    if abs(value) < _MILLION:
        return f"{currency} {number(value)}"
    millions = round(value / _MILLION, 2)
    places = next(places for places in (0, 1, 2) if round(millions, places) == millions)
    return say("{currency} {number} million", currency=currency, number=number(millions, places))


def tell_formula(fine: Fine) -> str:
    """Give the law's formula; in the pack's own words where it names no amount."""
    if fine.fixed is None:
        return told(fine.text) if fine.text else gettext("the law names no amount")
    fixed = money(fine.fixed, fine.currency)
    if fine.percent is None or not fine.which:
        return say("up to {amount}", amount=fixed)
    percent = number(fine.percent, 0 if fine.percent == int(fine.percent) else 1)
    if fine.which == "higher":
        return say(
            "up to {amount} or {percent} % of the worldwide turnover, the higher of the two",
            amount=fixed,
            percent=percent,
        )
    if fine.which == "lower":
        return say(
            "up to {amount} or {percent} % of the worldwide turnover, the lower of the two",
            amount=fixed,
            percent=percent,
        )
    return say(
        "up to {amount} or {percent} % of the worldwide turnover; which one counts depends on our size",
        amount=fixed,
        percent=percent,
    )


def tell_amount(fine: Fine) -> str:
    """Give what the formula comes to on the facts known: an amount, or how far it can be told."""
    low, high = fine.low, fine.high
    if fine.fixed is None:
        return gettext("no ceiling in the act")
    if low is None and high is None:
        return gettext("not told: turnover and size are not known")
    if low is not None and high is None:
        return say("at least {low}; more where the turnover is not known", low=money(low, fine.currency))
    if low is None and high is not None:
        return say("at most {high}; less may apply", high=money(high, fine.currency))
    if low is not None and high is not None and low != high:
        return say("{low} to {high}", low=money(low, fine.currency), high=money(high, fine.currency))
    return money(high or 0.0, fine.currency)


def tell_notes(fine: Fine) -> tuple[str, ...]:
    """Give what stands beside a fine: from when it can be imposed, and what the law leaves open for public bodies."""
    notes = [say("no fine before {day}", day=short_day(fine.applies_from))] if fine.applies_from else []
    return (*notes, *([told(fine.note)] if fine.note else []))
