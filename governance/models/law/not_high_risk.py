"""Why a use listed in Annex III is said not to be high-risk, with its registration: AI Act Art. 6(3), 6(4), 49(2)."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models

from governance.choices import FilterCondition
from governance.models.law.elements import Content, Element, Need, is_no
from governance.models.law.records import LawRecord


def _detects_deviation(content: Content) -> bool:
    conditions = content.get("conditions")
    return isinstance(conditions, list | tuple) and FilterCondition.DETECTS_DEVIATION in conditions


NOT_HIGH_RISK_ELEMENTS: Final = (
    Element(
        "the listed use",
        "The listed use",
        "AI Act Art. 6(2), Annex III",
        "Which point of Annex III the system falls under, and what it is intended for.",
        (
            Need("annex_points", "the point of Annex III"),
            Need("intended_purpose", "the intended purpose"),
        ),
    ),
    Element(
        "the condition",
        "The condition relied on",
        "AI Act Art. 6(3), second subparagraph, (a) to (d)",
        "At least one of the four must be fulfilled. Say why, from what the system does in fact.",
        (
            Need("conditions", "which of the conditions (a) to (d) is relied on"),
            Need("condition_reason", "why it is fulfilled"),
            Need("human_review", "how a person reviews it properly, as (c) asks", when=_detects_deviation),
        ),
    ),
    Element(
        "no significant risk",
        "No significant risk of harm",
        "AI Act Art. 6(3), first subparagraph",
        "Why it poses no significant risk to health, safety or fundamental rights, and does not materially influence "
        "the outcome of decisions.",
        (
            Need("materially_influences", "that it does not materially influence decisions", holds=is_no),
            Need("risk_reason", "why it poses no significant risk"),
        ),
    ),
    Element(
        "no profiling",
        "No profiling",
        "AI Act Art. 6(3), third subparagraph",
        "A listed system that profiles people is always high-risk; no condition helps then.",
        (
            Need("profiles_people", "that it does not profile people", holds=is_no),
            Need("profiling_reason", "how we know that it does not"),
        ),
    ),
    Element(
        "the document",
        "The document",
        "AI Act Art. 6(4)",
        "Where the written assessment lies, so that it can be handed to an authority that asks.",
        (Need("document_reference", "where the written assessment lies"),),
    ),
)


class NotHighRiskAssessment(LawRecord):
    """One version of the provider’s assessment that a listed system is not high-risk (Art. 6(4))."""

    ELEMENTS: ClassVar[tuple[Element, ...]] = NOT_HIGH_RISK_ELEMENTS
    FOLLOW_UP: ClassVar[frozenset[str]] = LawRecord.FOLLOW_UP | {
        "registered_on",
        "registration_number",
        "requested_on",
        "requested_by",
        "provided_on",
    }
    NOT_CARRIED_OVER: ClassVar[frozenset[str]] = LawRecord.NOT_CARRIED_OVER | {
        "requested_on",
        "requested_by",
        "provided_on",
    }
    SHORT_NAME: ClassVar[str] = "Art. 6(3) assessment"

    annex_points = models.JSONField(default=list, blank=True, verbose_name="points of Annex III")
    intended_purpose = models.TextField(blank=True)
    conditions = models.JSONField(default=list, blank=True, verbose_name="conditions relied on")
    condition_reason = models.TextField(blank=True, verbose_name="why it is fulfilled")
    human_review = models.TextField(
        blank=True,
        verbose_name="human review",
        help_text="Only for (c): it must not replace or influence a person’s assessment without proper human review.",
    )
    materially_influences = models.BooleanField(
        null=True, blank=True, verbose_name="its output materially influences decisions"
    )
    risk_reason = models.TextField(blank=True, verbose_name="why there is no significant risk")
    profiles_people = models.BooleanField(null=True, blank=True, verbose_name="it profiles people")
    profiling_reason = models.TextField(blank=True, verbose_name="how we know")
    document_reference = models.CharField(
        max_length=500, blank=True, verbose_name="reference of the document", help_text="Number, version, place."
    )
    registered_on = models.DateField(
        null=True,
        blank=True,
        verbose_name="registered on",
        help_text="In the EU database, with what Annex VIII section B asks (Art. 49(2)). Empty: not registered yet.",
    )
    registration_number = models.CharField(max_length=100, blank=True)
    requested_on = models.DateField(
        null=True, blank=True, verbose_name="an authority asked for it on", help_text="Art. 6(4), last sentence."
    )
    requested_by = models.CharField(max_length=200, blank=True, verbose_name="which authority")
    provided_on = models.DateField(null=True, blank=True, verbose_name="handed over on")

    class Meta(LawRecord.Meta):
        verbose_name = "assessment under Art. 6(3)"
        verbose_name_plural = "assessments under Art. 6(3)"
