"""The data protection impact assessment of a controller: GDPR Art. 35 and 36."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models

from governance.choices import ResidualRisk
from governance.models.base import one_of
from governance.models.law.elements import Content, Element, Need
from governance.models.law.records import LawRecord


def _rests_on_interest(content: Content) -> bool:
    return content.get("rests_on_legitimate_interest") is True


def _has_officer(content: Content) -> bool:
    return content.get("has_dpo") is not False


def _stays_high(content: Content) -> bool:
    return content.get("residual_risk") == ResidualRisk.HIGH


DPIA_ELEMENTS: Final = (
    Element(
        "(a)",
        "What is done, and what for",
        "GDPR Art. 35(7)(a)",
        "A systematic description: which data of whom, from where, through which steps, to whom, for how long, and for "
        "which purposes. Where it rests on a legitimate interest, that interest.",
        (
            Need("operations", "the description of the processing"),
            Need("purposes", "the purposes"),
            Need("rests_on_legitimate_interest", "whether it rests on a legitimate interest"),
            Need("legitimate_interest", "the legitimate interest", when=_rests_on_interest),
        ),
    ),
    Element(
        "(b)",
        "Need and proportion",
        "GDPR Art. 35(7)(b)",
        "Why the purposes need this processing, and why it is not more than they need: fewer data, a milder way, a "
        "shorter time.",
        (Need("necessity", "whether it is necessary and proportionate"),),
    ),
    Element(
        "(c)",
        "Risks to people",
        "GDPR Art. 35(7)(c)",
        "What could happen to the persons whose data they are, how likely it is and how grave.",
        (Need("risks", "the risks to the persons"),),
    ),
    Element(
        "(d)",
        "Measures",
        "GDPR Art. 35(7)(d)",
        "What is done about each risk: safeguards, security, and how it can be shown that data are protected.",
        (
            Need("measures", "the measures against the risks"),
            Need("residual_risk", "how high the risk stays with them"),
        ),
    ),
    Element(
        "Art. 35(2)",
        "Advice of the protection officer",
        "GDPR Art. 35(2)",
        "The controller asks the data protection officer for advice, where there is one.",
        (
            Need("has_dpo", "whether there is a data protection officer"),
            Need("dpo_advice", "the officer’s advice", when=_has_officer),
            Need("dpo_advised_on", "the day of the advice", when=_has_officer),
        ),
    ),
    Element(
        "Art. 35(9)",
        "Views of the persons",
        "GDPR Art. 35(9)",
        "Where it is appropriate, the persons or those who speak for them are asked. If they were not, say why.",
        (
            Need("views_sought", "whether the persons were asked"),
            Need("views", "what they said, or why they were not asked"),
        ),
    ),
    Element(
        "Art. 36",
        "Prior consultation",
        "GDPR Art. 36(1)",
        "Asked only if the risk stays high: the supervisory authority is consulted before the processing.",
        (
            Need("residual_risk", "how high the risk stays, which decides it"),
            Need("consulted_on", "the day the authority was consulted", when=_stays_high),
            Need("consulted_authority", "the authority", when=_stays_high),
        ),
    ),
)


class DataProtectionAssessment(LawRecord):
    """One version of the assessment that a controller makes before processing (Art. 35(7), 35(11), 36)."""

    ELEMENTS: ClassVar[tuple[Element, ...]] = DPIA_ELEMENTS
    FOLLOW_UP: ClassVar[frozenset[str]] = LawRecord.FOLLOW_UP | {"consultation_answer"}
    NOT_CARRIED_OVER: ClassVar[frozenset[str]] = LawRecord.NOT_CARRIED_OVER | {"dpo_advised_on"}
    SHORT_NAME: ClassVar[str] = "DPIA"

    operations = models.TextField(blank=True, verbose_name="the processing, step by step")
    purposes = models.TextField(blank=True)
    rests_on_legitimate_interest = models.BooleanField(
        null=True, blank=True, verbose_name="rests on a legitimate interest", help_text="GDPR Art. 6(1)(f)."
    )
    legitimate_interest = models.TextField(blank=True)
    necessity = models.TextField(blank=True, verbose_name="necessity and proportionality")
    risks = models.TextField(blank=True, verbose_name="risks to the persons")
    measures = models.TextField(blank=True, verbose_name="measures, safeguards and security")
    provider_information = models.TextField(
        blank=True,
        verbose_name="information of the provider that was used",
        help_text="The instructions for use of a high-risk system are to be used for this (AI Act Art. 26(9)).",
    )
    residual_risk = models.CharField(
        max_length=10,
        choices=ResidualRisk.choices,
        blank=True,
        verbose_name="risk that stays",
        help_text="With all measures taken. If it stays high, the authority must be consulted first (Art. 36).",
    )
    has_dpo = models.BooleanField(null=True, blank=True, verbose_name="there is a data protection officer")
    dpo_advice = models.TextField(blank=True, verbose_name="advice of the officer")
    dpo_advised_on = models.DateField(null=True, blank=True, verbose_name="advised on")
    views_sought = models.BooleanField(null=True, blank=True, verbose_name="the persons were asked")
    views = models.TextField(blank=True, verbose_name="what they said, or why they were not asked")
    consulted_on = models.DateField(null=True, blank=True, verbose_name="authority consulted on")
    consulted_authority = models.CharField(max_length=200, blank=True, verbose_name="authority")
    consultation_answer = models.TextField(blank=True, verbose_name="answer of the authority")

    class Meta(LawRecord.Meta):
        verbose_name = "data protection impact assessment"
        constraints = (
            *LawRecord.Meta.constraints,
            one_of("residual_risk", ResidualRisk, name="%(class)s_risk_known", blank=True),
        )
