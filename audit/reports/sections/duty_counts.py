"""How many duties are in force with which outcome, come later or wait for an answer: of a system and its entity."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext

from audit.reports.outcome import Duty, Regulation
from audit.reports.wording import in_words, listing, long_day, say_count, sentence


def in_force(regulation: Regulation, outcome: str) -> list[Duty]:
    """Give the system's duties in force with one outcome; those of its legal entity are judged on its own sheet."""
    return [duty for duty in regulation.duties if duty.in_force and duty.outcome == outcome and not duty.of_entity]


def of_entity(regulation: Regulation, outcome: str) -> list[Duty]:
    """Give the duties in force with one outcome that bind the legal entity as a whole."""
    return [duty for duty in regulation.duties if duty.in_force and duty.outcome == outcome and duty.of_entity]


def _count_outcomes(regulation: Regulation, select: Callable[[Regulation, str], list[Duty]]) -> tuple[int, str]:
    """Give how many duties there are, and with which outcome in words."""
    satisfied, unmet, unknown = (
        len(select(regulation, outcome)) for outcome in ("satisfied", "not_satisfied", "undetermined")
    )
    outcomes = [
        say_count("one satisfied", "{number} satisfied", satisfied) if satisfied else "",
        say_count("one not satisfied", "{number} not satisfied", unmet) if unmet else "",
        say_count("one not determined for want of a record", "{number} not determined for want of a record", unknown)
        if unknown
        else "",
    ]
    return satisfied + unmet + unknown, listing(outcomes)


def tell_duties(regulation: Regulation, as_of: date) -> list[str]:
    """Give how many duties are in force with which outcome, come later, or wait for an answer: a sentence for each."""
    coming = sorted(duty.applies_from for duty in regulation.duties if duty.applies_from and duty.applies_from > as_of)
    sentences = [gettext("No duty is in force.")]
    total, outcomes = _count_outcomes(regulation, in_force)
    if total:
        told_total = say_count(
            "one duty is in force: {outcomes}.", "{number} duties are in force: {outcomes}.", total, outcomes=outcomes
        )
        sentences = [sentence(told_total)]
    total, outcomes = _count_outcomes(regulation, of_entity)
    if total:
        told_total = say_count(
            "one more binds the legal entity as a whole and is judged on its own sheet: {outcomes}.",
            "{number} more bind the legal entity as a whole and are judged on its own sheet: {outcomes}.",
            total,
            outcomes=outcomes,
        )
        sentences.append(sentence(told_total))
    if coming:
        later = say_count(
            "one more comes into force, on {day}.", "{number} more come into force, the next on {day}.", len(coming),
            day=long_day(coming[0]),
        )  # fmt: skip
        sentences.append(sentence(later))
    if regulation.undetermined:
        sentences.append(_still_open(regulation))
    return sentences


def _still_open(regulation: Regulation) -> str:
    """Say of how many duties it is open whether they apply; findings count those of the system alone."""
    still_open = say_count(
        "whether one other applies is open.", "whether {number} others apply is open.", len(regulation.undetermined)
    )
    of_bank = sum(duty.of_entity for duty in regulation.undetermined)
    if of_bank:
        still_open = say_count(
            "whether {all} others apply is open, one of them of the legal entity as a whole.",
            "whether {all} others apply is open, {number} of them of the legal entity as a whole.",
            of_bank,
            all=in_words(len(regulation.undetermined)),
        )
    return sentence(still_open)
