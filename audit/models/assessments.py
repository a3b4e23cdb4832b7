"""What was judged, from which facts and by which packs; and the latest outcome of each system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Abs

from audit.engine.canonical import hash_canonical
from audit.models.results import is_whole, read_result
from audit.models.work import LeasedWork
from governance.models import AISystem
from governance.models.base import name_day

IS_NEW: Final = Q(has_news=True, told_assessment=None)
HAS_MOVED: Final = Q(has_news=True, told_assessment__isnull=False)
"""Standings of which nobody was told yet, and those that moved since people were told. Their index holds them alone."""


_FILTERED: Final = ("aia_class", "openness_status", "lock_in_band", "transparency_band", "exposure_band")


class FactSheetRecord(models.Model):
    """A fact sheet with its controls as canonical JSON, stored once by its SHA-256."""

    sha256 = models.CharField(max_length=64, unique=True)
    content = models.JSONField(help_text='{"facts": {…}, "controls": {…}} as the machine’s door takes it.')

    class Meta:
        verbose_name = "fact sheet"

    def __str__(self) -> str:
        return self.sha256[:12]


class OutcomeRecord(models.Model):
    """What assessments keep of their results as canonical JSON, stored once by its SHA-256.

    A system that is judged every day has the same outcome on nearly all of them.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    content = models.JSONField(help_text="The part of the result that is kept (audit.engine.brief).")

    class Meta:
        verbose_name = "outcome"

    def __str__(self) -> str:
        return self.sha256[:12]


class RulePackRecord(models.Model):
    """A rule pack as it was when it was used, stored once by its SHA-256, so that old results stay recomputable."""

    pack = models.CharField(max_length=50)
    version = models.CharField(max_length=30)
    sha256 = models.CharField(max_length=64, unique=True)
    content = models.JSONField()
    first_used_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "rule pack"
        ordering = ("pack", "-first_used_at")

    def __str__(self) -> str:
        return f"{self.pack} {self.version}"


class PackSetRecord(models.Model):
    """The packs and the engine's version by which assessments were made, stored once by their SHA-256."""

    sha256 = models.CharField(
        max_length=64, unique=True, help_text="SHA-256 of the canonical JSON of the packs and the engine's version."
    )
    content = models.JSONField(help_text='{"eu_ai_act": "2026.11.1+sha256:…"}')
    names = models.JSONField(
        default=dict, blank=True, editable=False, help_text="The rules, answers and facts in the order of the packs."
    )
    is_everywhere = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="No system is left whose latest outcome is older than the first by these packs.",
    )

    class Meta:
        verbose_name = "set of rule packs"

    def __str__(self) -> str:
        return self.sha256[:12]


class Assessment(models.Model):
    """An immutable outcome: a pure function of the fact sheet, the packs and the day.

    The outcome is stored and hashed, once for all assessments that came to it; ``result`` is the whole result with
    its explanations, which the same inputs give again.
    """

    # Found by the first column of an index below; nobody looks for the assessments of a sheet or an outcome.
    system = models.ForeignKey(AISystem, on_delete=models.PROTECT, related_name="assessments", db_index=False)
    as_of = models.DateField()
    fact_sheet = models.ForeignKey(
        FactSheetRecord, on_delete=models.PROTECT, related_name="assessments", db_index=False
    )
    pack_set = models.ForeignKey(PackSetRecord, on_delete=models.PROTECT, related_name="+", db_index=False)
    engine = models.CharField(max_length=20)
    outcome_record = models.ForeignKey(OutcomeRecord, on_delete=models.PROTECT, related_name="+", db_index=False)
    outcome_sha256 = models.CharField(max_length=64, help_text="SHA-256 of the canonical JSON of ``outcome``.")
    valid_until = models.DateField(
        null=True, blank=True, help_text="The first day on which time alone could change it."
    )
    trigger = models.CharField(max_length=200, help_text="Who or what asked for it.")
    created_at = models.DateTimeField(auto_now_add=True)

    _result: dict[str, Any] | None = None

    class Meta:
        ordering = ("-id",)
        permissions = (("request_assessment", "Can request an assessment"),)
        constraints = (
            models.UniqueConstraint(
                # In the order in which a run writes them: its new entries stand together.
                fields=["pack_set", "as_of", "system", "fact_sheet"],
                name="assessment_once_for_the_same_input",
            ),
        )
        indexes = (
            models.Index(fields=["system", "-as_of", "-id"], name="assessment_latest"),
            # Of an expression: a planner without figures would take a plain one for all that names the packs.
            models.Index(Abs("pack_set"), "id", name="assessment_by_packs"),
        )

    def __str__(self) -> str:
        return f"{self.system} as of {name_day(self.as_of)}"

    @property
    def packs(self) -> dict[str, str]:
        """The packs by name, each as version and hash; who reads many asks for ``pack_set`` with them."""
        content: dict[str, str] = self.pack_set.content
        return content

    @property
    def packs_hash(self) -> str:
        """SHA-256 of the canonical JSON of the packs and the engine's version."""
        return self.pack_set.sha256

    @property
    def outcome(self) -> dict[str, Any]:
        """What is kept of the result; who reads many asks for ``outcome_record`` with them."""
        content: dict[str, Any] = self.outcome_record.content
        return content

    @property
    def result(self) -> dict[str, Any]:
        """The whole result as the machine's door gives it (DESIGN §3); computed on the first reading."""
        if self._result is None:
            self._result = read_result(self)
        return self._result

    @property
    def result_sha256(self) -> str:
        """SHA-256 of the canonical JSON of ``result``."""
        return self.outcome_sha256 if is_whole(self.outcome) else hash_canonical(self.result)

    def read_sheet(self) -> Mapping[str, Any]:
        """The facts and controls it was made from."""
        content: Mapping[str, Any] = self.fact_sheet.content
        return content

    def read_packs(self) -> Mapping[str, Mapping[str, Any]]:
        """The content of its packs as they were when it was made, by name."""
        wanted = [identity.rpartition("sha256:")[2] for identity in self.packs.values()]
        return dict(RulePackRecord.objects.filter(sha256__in=wanted).values_list("pack", "content"))


class Standing(LeasedWork):
    """The latest outcome of one system in one narrow row, and the state of its reassessment.

    Lists filter and sort on these columns. ``is_dirty`` says that facts changed since the latest assessment;
    the state, lease and error are those of the assessing task, of which one at most runs for a system.
    """

    system = models.OneToOneField(AISystem, on_delete=models.CASCADE, related_name="standing")
    # No index names it: PostgreSQL then writes a row that is judged anew, and comes out as before, where it stands.
    assessment = models.ForeignKey(
        Assessment, null=True, blank=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    has_news = models.BooleanField(
        default=True,
        db_default=True,
        editable=False,
        help_text="Its outcome or a finding moved since people were told.",
    )
    told_assessment = models.ForeignKey(
        Assessment,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The outcome that people know, where that is not the latest one.",
    )
    as_of = models.DateField(null=True, blank=True)
    aia_class = models.CharField(max_length=40, blank=True, help_text="Empty: undecided.")
    possible_classes = models.CharField(max_length=300, blank=True, help_text="Comma-separated.")
    aia_roles = models.CharField(max_length=200, blank=True)
    annex_iii_points = models.CharField(max_length=60, blank=True)
    art_5_points = models.CharField(max_length=60, blank=True, help_text="Prohibited practices, comma-separated.")
    class_on_go_live = models.CharField(max_length=40, blank=True, help_text="Only before it is in service.")
    go_live_points = models.CharField(max_length=60, blank=True, help_text="Points of Annex III once in service.")
    is_grandfathered = models.BooleanField(
        null=True, help_text="Spared until a significant change (AI Act, Art. 111(2)); empty: not known."
    )
    high_risk_from = models.DateField(null=True, blank=True, help_text="The day the duties of high-risk systems start.")
    openness_status = models.CharField(max_length=20, blank=True)
    lock_in_low = models.FloatField(null=True, blank=True)
    lock_in_high = models.FloatField(null=True, blank=True)
    lock_in_band = models.CharField(max_length=12, blank=True)
    transparency_low = models.FloatField(null=True, blank=True)
    transparency_high = models.FloatField(null=True, blank=True)
    transparency_band = models.CharField(max_length=12, blank=True)
    exposure_band = models.CharField(
        max_length=12, blank=True, help_text="The band of legal exposure; empty: not told by the packs."
    )
    entity_duties = models.CharField(
        max_length=600,
        blank=True,
        editable=False,
        help_text="What it says of the duties of its legal entity: rule@day, or rule? while that is open.",
    )
    duties_in_force_unmet = models.PositiveIntegerField(default=0)
    duties_in_force_unknown = models.PositiveIntegerField(default=0)
    outcome_sha256 = models.CharField(
        max_length=64, blank=True, editable=False, help_text="That of the latest assessment, to see whether it moved."
    )
    wording_sha256 = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="Hash of the outcome with what the packs say of it, to see that its findings are worded as before.",
    )
    open_findings = models.PositiveIntegerField(default=0)
    completeness = models.FloatField(
        null=True, blank=True, help_text="Share of the questions that still matter which are answered, 0-1."
    )
    next_date_on = models.DateField(null=True, blank=True, db_index=True)
    next_date_what = models.CharField(max_length=200, blank=True)
    valid_until = models.DateField(null=True, blank=True, db_index=True)
    concentration = models.CharField(
        max_length=40,
        blank=True,
        editable=False,
        help_text="The portfolio’s figures that it was judged by, to see when another system’s change moves them.",
    )
    basis_sha256 = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="Hash of all that the outcome and its findings were made of, to see that nothing of it moved.",
    )
    read_on = models.DateField(
        null=True, blank=True, editable=False, help_text="When the rows were last read and had that hash."
    )
    is_dirty = models.BooleanField(default=True)
    dirty_since = models.DateTimeField(null=True, blank=True)
    dirty_serial = models.BigIntegerField(
        default=0, help_text="Raised by each change, so that a change during an assessment is not lost."
    )

    class Meta:
        verbose_name = "standing"
        indexes = (
            # Not by ``db_index``, which gives texts a second index on PostgreSQL, to be written at each assessment.
            *(models.Index(fields=[column], name=f"standing_{column}") for column in _FILTERED),
            models.Index(fields=["system"], condition=Q(is_dirty=True), name="standing_dirty"),
            models.Index(fields=["id"], condition=Q(has_news=True), name="standing_news"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(has_news=True) | Q(told_assessment=None), name="standing_told_of_the_latest_or_has_news"
            ),
            # So what was never judged is found among what is marked.
            models.CheckConstraint(
                condition=Q(assessment__isnull=False) | Q(is_dirty=True), name="standing_judged_or_marked"
            ),
        )

    def __str__(self) -> str:
        return f"Standing of {self.system}"

    def read_assessment(self) -> Assessment | None:
        """The latest assessment with all that its result is made from, in one query; none before the first."""
        rows = Assessment.objects.select_related("fact_sheet", "outcome_record", "pack_set")
        return rows.filter(pk=self.assessment_id).first() if self.assessment_id is not None else None
