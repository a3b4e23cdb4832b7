"""The fundamental-rights impact assessment of a deployer: AI Act Art. 27."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models

from governance.models.law.elements import Element, Need
from governance.models.law.records import LawRecord

FRIA_ELEMENTS: Final = (
    Element(
        "(a)",
        "Our processes",
        "AI Act Art. 27(1)(a)",
        "In which of our processes the system is used, and for what within its intended purpose: where it comes in, "
        "what it gives, who decides with it.",
        (Need("processes", "the processes in which it is used"),),
        letter="a",
    ),
    Element(
        "(b)",
        "Period and frequency",
        "AI Act Art. 27(1)(b)",
        "From when until when it is meant to be used, and how often: each case, daily, some thousand times a year.",
        (Need("period", "the period of use"), Need("frequency", "how often it is used")),
        letter="b",
    ),
    Element(
        "(c)",
        "Persons and groups affected",
        "AI Act Art. 27(1)(c)",
        "Which kinds of people and groups the use is likely to affect here, those not in front of it included: "
        "applicants, their families, people who are often judged wrongly.",
        (Need("affected", "the persons and groups affected"),),
        letter="c",
    ),
    Element(
        "(d)",
        "Risks of harm",
        "AI Act Art. 27(1)(d)",
        "Which harm each of these groups could suffer, with what the provider tells under Art. 13 taken into account: "
        "refusal without reason, unequal treatment, loss of privacy, no way to be heard.",
        (
            Need("risks", "the risks of harm to them"),
            Need("provider_information", "which information of the provider was taken into account"),
        ),
        letter="d",
    ),
    Element(
        "(e)",
        "Human oversight",
        "AI Act Art. 27(1)(e)",
        "How people oversee it in fact, following the instructions for use: who, with what authority, and when.",
        (Need("oversight", "how human oversight is carried out"),),
        letter="e",
    ),
    Element(
        "(f)",
        "Measures if harm occurs",
        "AI Act Art. 27(1)(f)",
        "What is done when such a risk comes true, who decides about it in the house, and how people can complain.",
        (
            Need("measures", "the measures if the risks come true"),
            Need("governance", "who decides about it in the house"),
            Need("complaints", "how people can complain"),
        ),
        letter="f",
    ),
)


class FundamentalRightsAssessment(LawRecord):
    """One version of the assessment that a deployer makes before the first use (Art. 27(1), (2)).

    ``elsewhere`` says of an element that it stands in another assessment: ``{"a": {"in": "dpia", "section": "3.2"}}``.
    """

    ELEMENTS: ClassVar[tuple[Element, ...]] = FRIA_ELEMENTS
    FOLLOW_UP: ClassVar[frozenset[str]] = LawRecord.FOLLOW_UP | {
        "notified_on",
        "notified_to",
        "is_exempt_from_notice",
        "exemption_reason",
    }
    NOT_CARRIED_OVER: ClassVar[frozenset[str]] = LawRecord.NOT_CARRIED_OVER | {"notified_on"}
    SHORT_NAME: ClassVar[str] = "FRIA"

    template_version = models.CharField(
        max_length=100,
        blank=True,
        verbose_name="template",
        help_text="Which questionnaire was filled in, and its version: the AI Office’s (Art. 27(5)) or our own.",
    )
    processes = models.TextField(blank=True, verbose_name="our processes")
    period = models.CharField(max_length=500, blank=True, verbose_name="period of use")
    frequency = models.CharField(max_length=500, blank=True, verbose_name="how often")
    affected = models.TextField(blank=True, verbose_name="persons and groups affected")
    risks = models.TextField(blank=True, verbose_name="risks of harm")
    provider_information = models.TextField(
        blank=True,
        verbose_name="information of the provider taken into account",
        help_text="The instructions for use and their version; or that we built it ourselves and what we took instead.",
    )
    oversight = models.TextField(blank=True, verbose_name="human oversight")
    measures = models.TextField(blank=True, verbose_name="measures if the risks come true")
    governance = models.TextField(blank=True, verbose_name="who decides in the house")
    complaints = models.TextField(blank=True, verbose_name="how people can complain")
    elsewhere = models.JSONField(default=dict, blank=True)
    dpia = models.ForeignKey(
        "governance.DataProtectionAssessment",
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="used_by",
        verbose_name="data protection impact assessment",
        help_text="The one that elements refer to (Art. 27(4)). Only a final and complete one counts.",
    )
    earlier = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="used_by",
        verbose_name="earlier assessment",
        help_text="Of a similar case (Art. 27(2)). It counts if final, complete, and relying on no other itself.",
    )
    provider_assessment = models.CharField(
        max_length=500,
        blank=True,
        verbose_name="provider’s assessment",
        help_text="Title, version and day of the impact assessment that the provider made (Art. 27(2)).",
    )
    why_similar = models.TextField(
        blank=True, verbose_name="why the case is similar", help_text="Needed to rely on an assessment made before."
    )
    notified_on = models.DateField(
        null=True,
        blank=True,
        verbose_name="authority notified on",
        help_text="When the results went to the market surveillance authority, with the filled-in template "
        "(Art. 27(3)). Empty: not notified yet.",
    )
    notified_to = models.CharField(max_length=200, blank=True, verbose_name="authority")
    is_exempt_from_notice = models.BooleanField(
        default=False,
        verbose_name="exempt from notifying",
        help_text="Only where the authority allowed the system for exceptional reasons (Art. 46(1)).",
    )
    exemption_reason = models.CharField(max_length=500, blank=True, verbose_name="why exempt")

    class Meta(LawRecord.Meta):
        verbose_name = "fundamental-rights impact assessment"
