"""The dimensions on which open and closed AI are compared, each told from the facts of a choice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from audit.engine.facts import Fact, JsonValue, Value
from audit.portfolio.comparison.comparing import Comparison, Judged, serving_company
from audit.portfolio.comparison.rounding import round_score
from audit.portfolio.costs import BREAK_EVEN, Price, cost_of_year, find_break_even, find_price
from audit.portfolio.hardware import estimate_hardware
from audit.portfolio.stress.sentences import write_day
from audit.portfolio.tables import ComponentRow, UseRow
from governance.choices import LICENCE_FLAGS, EvaluationResult, RunMode
from governance.services.places import write_country
from governance.vocabulary import load_vocabulary

NOT_KNOWN: Final = "Not known."
LIMITS: Final = frozenset({"user_threshold", "revenue_threshold", "territory"})
"""Flags of a licence that come with a figure or a place."""
_FLAGS: Final = {
    **{limit: limit.replace("_", " ") for limit in LIMITS},
    **{flag: f"{label[0].lower()}{label[1:]}" for flag, label in LICENCE_FLAGS},
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What one choice comes to on one dimension. ``is_known`` is false where the register tells nothing."""

    dimension: str
    says: tuple[str, ...]
    is_known: bool

    def to_json(self) -> dict[str, JsonValue]:
        """As plain data."""
        return {"dimension": self.dimension, "says": [*self.says], "known": self.is_known}


def describe(comparison: Comparison, judged: Judged) -> tuple[Entry, ...]:
    """All dimensions of one choice, in the order of the memo."""
    entries = []
    for name, tell in _DIMENSIONS:
        says = tuple(tell(comparison, judged))
        entries.append(Entry(name, says or (NOT_KNOWN,), bool(says)))
    return tuple(entries)


def component_of(judged: Judged) -> ComponentRow:
    """The component of a choice."""
    return judged.tables.component[judged.choice.component_id]


def use_of(judged: Judged) -> UseRow | None:
    """The use of the component by the system, with its volume."""
    system_id = next(iter(judged.register.systems))
    uses = judged.tables.uses_of.get(system_id, ())
    return next((use for use in uses if use.component_id == judged.choice.component_id), None)


def price_of(comparison: Comparison, judged: Judged) -> Price | None:
    """The dated price at the company that would run it."""
    company = serving_company(judged)
    offers = judged.tables.offers_of.get(judged.choice.component_id, ())
    return None if company is None else find_price(offers, company, comparison.as_of)


def in_words(key: str, value: Value) -> str:
    """A value by its label in the vocabulary, a country by its name."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return _day(value)
    fact = load_vocabulary().facts[key]
    name = write_country if fact.type in ("iso2", "list[iso2]") else fact.label_of
    if isinstance(value, tuple):
        return ", ".join(map(name, value)) or "none"
    return name(str(value))


def _facts(judged: Judged, *keys: str) -> Iterator[str]:
    for key in keys:
        fact: Fact | None = judged.sheet.get(key)
        if fact is not None and fact.applies:
            question = load_vocabulary().facts[key].question
            yield f"{question} {in_words(key, fact.value)[:1].upper()}{in_words(key, fact.value)[1:]}."


def _accessibility(_comparison: Comparison, judged: Judged) -> Iterator[str]:
    yield from _facts(judged, "open.status", "lock.access_mode", "lock.licence_terms")


def _collaboration(_comparison: Comparison, judged: Judged) -> Iterator[str]:
    component = judged.register.components[judged.choice.component_id]
    publisher = judged.tables.vendor.get(component.vendor_id or 0)
    if publisher is not None:
        yield f"Published by {publisher.name}."
    elif component.own_work_of_id is not None:
        yield "Our own work."


def _transparency(_comparison: Comparison, judged: Judged) -> Iterator[str]:
    score = judged.assessment.transparency.score
    yield f"Between {round_score(score.low)} and {round_score(score.high)} of 100, where 100 is opaque."


def _cost(comparison: Comparison, judged: Judged) -> Iterator[str]:
    price, use, hosting = price_of(comparison, judged), use_of(judged), judged.choice.hosting
    if price is not None:
        dated = f"{price.source or 'no source'}, {_day(price.source_on)}"
        yield f"{_plain(price.sent)} sent and {_plain(price.received)} received, {price.unit} ({dated})."
        cost = cost_of_year(use, price) if use is not None else None
        if cost is None:
            yield "The cost of a year is not known: the volume is not entered."
        else:
            yield f"{cost.amount:,.2f} {cost.currency} a year at today's volume."
    if judged.choice.run_mode == RunMode.SELF_HOSTED:
        needed = estimate_hardware(component_of(judged).label)
        if needed is not None:
            yield f"Memory of about {needed.memory_gb:g} GB at 16 bits: {needed.cards} cards of 80 GB, by its name."
    if hosting is not None:
        yield (
            f"{hosting.fixed:,.2f} {hosting.currency} a year whatever the volume (hardware {hosting.hardware:,.2f}, "
            f"staff {hosting.staff:,.2f}, licence {hosting.licence:,.2f}), {_plain(hosting.running)} for each unit "
            f"({hosting.source}, {_day(hosting.source_on)})."
        )
        yield from _break_even(comparison, judged)


def _day(day: date | None) -> str:
    return "no day" if day is None else write_day(day.isoformat())


def _plain(amount: Decimal) -> str:
    """A price without zeros that tell nothing."""
    return f"{amount.normalize():f}"


def _break_even(comparison: Comparison, judged: Judged) -> Iterator[str]:
    """From which volume running it ourselves is cheaper than what is in use."""
    hosting, price, use = judged.choice.hosting, price_of(comparison, comparison.present), use_of(comparison.present)
    if hosting is None or price is None:
        return
    sent = use.yearly_volume_in if use is not None else None
    received = use.yearly_volume_out if use is not None else None
    total = (sent or Decimal(0)) + (received or Decimal(0))
    if sent is None or received is None or total == 0:
        yield "The break-even volume is not known: today's volume is not entered."
    elif price.currency != hosting.currency:
        yield f"The break-even volume is not known: prices in {price.currency} and {hosting.currency}."
    else:
        volume = find_break_even(price, hosting, sent / total)
        shown = (
            "There is none" if volume is None else f"It is {volume:,.0f} {price.quantity} a year; today {total:,.0f}"
        )
        yield f"{BREAK_EVEN[:1].upper()}{BREAK_EVEN[1:]}. {shown}."


def _support(_comparison: Comparison, judged: Judged) -> Iterator[str]:
    yield from _facts(judged, "lock.version_pinning", "trans.change_log", "horizon.retirement_date")


def _security(_comparison: Comparison, judged: Judged) -> Iterator[str]:
    yield from _facts(judged, "trans.independent_audit", "trans.incident_disclosure", "trans.audit_right")


def _customisation(_comparison: Comparison, judged: Judged) -> Iterator[str]:
    keys = ("lock.weights_obtainable", "lock.inference_code_open", "lock.proprietary_features")
    yield from _facts(judged, *keys)


def _privacy(_comparison: Comparison, judged: Judged) -> Iterator[str]:
    company = serving_company(judged)
    if judged.choice.run_mode == RunMode.SELF_HOSTED and company is None:
        yield "Data stay on our own machines."
    elif company is not None:
        vendor = judged.register.vendors[company]
        yield f"Data go to {vendor.name}; country{_country(vendor.country)}."
    yield from _facts(judged, "data.transfer_countries", "data.vendor_trains_on_data")


def _country(code: str) -> str:
    return f": {write_country(code)}" if code else " not known"


def _performance(comparison: Comparison, judged: Judged) -> Iterator[str]:
    """What was measured for this purpose; nothing else says how well it would do."""
    for row in judged.tables.evaluations_of.get(comparison.system_id, ()):
        if row.component_id == judged.choice.component_id and row.evaluated_on <= comparison.as_of:
            yield f"{EvaluationResult(row.result).label} on {_day(row.evaluated_on)}: {row.purpose}."


def _time(comparison: Comparison, judged: Judged) -> Iterator[str]:
    if judged is comparison.present:
        yield "In use."
        return
    days = comparison.present.assessment.lock_in.exit_time
    yield f"Between {days.low} and {days.high} days to leave what is in use, with choosing, porting and validating."


def _law(comparison: Comparison, judged: Judged) -> Iterator[str]:
    present = comparison.present
    flags = judged.register.components[judged.choice.component_id].licence_flags
    if flags:
        yield f"Licence: {', '.join(map(name_flag, sorted(flags)))}."
    if judged is present:
        yield f"{len(judged.duties)} obligations apply, {len(judged.undecided)} are undecided."
        return
    for says, ids in (
        ("Obligations that come", judged.duties - present.duties),
        ("Obligations that fall away", present.duties - judged.duties - judged.undecided),
        ("Obligations that become undecided", judged.undecided - present.undecided),
    ):
        if ids:
            yield f"{says}: {', '.join(sorted(ids))}."
    if (judged.duties, judged.undecided) == (present.duties, present.undecided):
        yield "The same obligations as today."


def name_flag(flag: str) -> str:
    """A licence's flag in words, with what it is limited to behind a colon: ``user threshold: 700,000,000``."""
    name, _, limit = flag.partition(":")
    words = _FLAGS.get(name, name.replace("_", " "))
    return f"{words}: {f'{int(limit):,}' if limit.isdecimal() else limit}" if limit else words


def _dependence(_comparison: Comparison, judged: Judged) -> Iterator[str]:
    fact = judged.sheet.get("conc.critical_share")
    if fact is not None and isinstance(fact.value, int | float):
        yield f"{100 * fact.value:.0f} % of the critical functions would rest on the same group."
    yield from _facts(judged, "conc.hidden_root", "ict.subcontracting", "trans.subprocessors_listed")


def _lock_in(_comparison: Comparison, judged: Judged) -> Iterator[str]:
    score = judged.assessment.lock_in.score
    yield f"Between {round_score(score.low)} and {round_score(score.high)} of 100, where 100 cannot be left."


_Teller = Callable[[Comparison, Judged], Iterator[str]]
_DIMENSIONS: Final[tuple[tuple[str, _Teller], ...]] = (
    ("Accessibility", _accessibility),
    ("Collaboration and innovation", _collaboration),
    ("Transparency", _transparency),
    ("Cost", _cost),
    ("Updates and support", _support),
    ("Security", _security),
    ("Customisation", _customisation),
    ("Privacy and data location", _privacy),
    ("Performance for this purpose", _performance),
    ("Time to deliver", _time),
    ("Legal exposure", _law),
    ("Dependence on others", _dependence),
    ("Lock-in", _lock_in),
)
