"""The words that pages use for stored values, and the tone that stands beside each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from audit.reports.sections.findings import CONTRADICTION
from audit.reports.wording import name_days
from governance.vocabulary import load_vocabulary


class Word(NamedTuple):
    """A word with the CSS class of its tone; a tone never stands without its word."""

    text: str
    tone: str


BANDS: Final[Mapping[str, Word]] = {
    "low": Word("low", "low"),
    "moderate": Word("moderate", "moderate"),
    "high": Word("high", "high"),
    "very_high": Word("very high", "very-high"),
}
CLASSES: Final[Mapping[str, Word]] = {
    "prohibited": Word("prohibited", "very-high"),
    "prohibited_from_2026_12_02": Word("prohibited soon", "very-high"),
    "high_risk_annex_iii": Word("high-risk", "very-high"),
    "high_risk_annex_i_a": Word("high-risk", "very-high"),
    "high_risk_annex_i_b": Word("high-risk", "very-high"),
    "annex_iii_filtered": Word("filtered out", "moderate"),
    "transparency": Word("transparency", "moderate"),
    "minimal": Word("minimal", "low"),
    "out_of_scope": Word("outside the Act", "plainly"),
}
SHORT_CLASSES: Final[Mapping[str, str]] = {
    "prohibited": "prohibited",
    "prohibited_from_2026_12_02": "prohibited from 2 Dec 2026",
    "high_risk_annex_iii": "high-risk (Annex III)",
    "high_risk_annex_i_a": "high-risk (Annex I A)",
    "high_risk_annex_i_b": "high-risk (Annex I B)",
    "annex_iii_filtered": "filtered out of Annex III",
    "transparency": "transparency",
    "minimal": "minimal",
    "out_of_scope": "outside the Act",
}
"""The classes as they stand in a sentence, told apart."""
CLASS_NOTES: Final[Mapping[str, str]] = {
    "prohibited_from_2026_12_02": "from 2 Dec 2026",
    "high_risk_annex_i_a": "product law, Annex I A",
    "high_risk_annex_i_b": "product law, Annex I B",
    "annex_iii_filtered": "listed in Annex III",
    "transparency": "Art. 50",
}
OPENNESS: Final[Mapping[str, str]] = {
    "open_source": "open source",
    "open_weights": "hybrid: open weights",
    "restricted_weights": "hybrid: restricted weights",
    "closed": "closed",
    "in_house": "in-house",
    "undetermined": "not determined",
    "": "not determined",
}
OPENNESS_FACTS: Final[Mapping[str, str]] = {
    "open.mof_class": "Model Openness Framework",
    "open.osai_score": "Open Source AI Index",
    "open.washing": "Open-washing",
}
OUTCOMES: Final[Mapping[str, Word]] = {
    "not_satisfied": Word("not met", "very-high"),
    "undetermined": Word("no record", "unknown"),
    "satisfied": Word("met", "low"),
    "not_yet_in_force": Word("to come", "plainly"),
    "not_applicable": Word("does not apply", "plainly"),
    "repealed": Word("repealed", "plainly"),
}
"""The outcomes of duties, in the order in which a page shows them."""
_KEY: Final = re.compile(r"\b[a-z]+(?:\.[a-z0-9_]+)+")
GRADES: Final[Mapping[str, str]] = {
    "verified": "verified",
    "documented_by_third_party": "documented by a third party",
    "self_declared": "self-declared",
    "vendor_claimed": "claimed by the vendor",
    "": "not graded",
}
RUN_MODES: Final[Mapping[str, str]] = {
    "self_hosted": "self-hosted",
    "other_host": "other host",
    "vendor_api": "vendor API",
    "embedded_in_product": "product of a vendor",
    "": "not known how it is run",
}


def question_of(key: str) -> str:
    """The question that a fact answers; the key itself when the vocabulary has no such fact."""
    fact = load_vocabulary().facts.get(key)
    return fact.question if fact else key


def name_facts_in(text: str) -> str:
    """A text with each key of a fact replaced by its question in quotation marks."""
    facts = load_vocabulary().facts
    return _KEY.sub(lambda found: f"“{facts[found[0]].question}”" if found[0] in facts else found[0], text)


def tell_stored(text: str, finding_key: str) -> str:
    """A finding's text with the stored choices of its fact by their labels, and with its days in words."""
    fact = load_vocabulary().facts.get(finding_key.removeprefix(CONTRADICTION))
    if fact is None:
        return text
    for choice in fact.choices:
        if "_" in choice.value:
            text = re.sub(rf"(?<![\w.]){re.escape(choice.value)}(?!\w)", f"“{choice.label}”", text)
    return name_days(text)


def spoken_value(key: str, value: object) -> str:
    """A fact's value in words: yes, no, none, or the labels of its choices."""
    fact = load_vocabulary().facts.get(key)
    match value:
        case None:
            return "none"
        case True:
            return "yes"
        case False:
            return "no"
        case list() | tuple():
            return ", ".join(spoken_value(key, item) for item in value) or "none"
        case str() if fact:
            return fact.label_of(value)
        case float():
            return f"{value:g}"
        case _:
            return str(value)
