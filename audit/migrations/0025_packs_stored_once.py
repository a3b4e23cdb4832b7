"""Stores the packs of assessments once for all that were made by them, and keeps what a run writes together."""

from __future__ import annotations

from typing import ClassVar, Final

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Abs

# The databases move the rows by themselves, as with the outcomes.
STORE_EACH_ONCE: Final = """
    INSERT INTO audit_packsetrecord (sha256, content)
    SELECT packs_hash, packs FROM audit_assessment
    WHERE id IN (SELECT MIN(id) FROM audit_assessment GROUP BY packs_hash)
    ORDER BY id
"""
REFER_TO_IT: Final = """
    UPDATE audit_assessment SET pack_set_id =
    (SELECT stored.id FROM audit_packsetrecord AS stored WHERE stored.sha256 = audit_assessment.packs_hash)
"""
COPY_IT_BACK: Final = """
    UPDATE audit_assessment SET
    packs = (SELECT stored.content FROM audit_packsetrecord AS stored WHERE stored.id = pack_set_id),
    packs_hash = (SELECT stored.sha256 FROM audit_packsetrecord AS stored WHERE stored.id = pack_set_id)
"""


def _refer(*, is_optional: bool) -> models.ForeignKey[object, object]:
    return models.ForeignKey(
        db_index=False,
        null=is_optional,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="audit.packsetrecord",
    )


class Migration(migrations.Migration):
    """Moves the packs, and can move them back; the defaults are there for the way back only."""

    dependencies: ClassVar = [("audit", "0024_facts_as_tags")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="PackSetRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sha256",
                    models.CharField(
                        max_length=64,
                        unique=True,
                        help_text="SHA-256 of the canonical JSON of the packs and the engine's version.",
                    ),
                ),
                ("content", models.JSONField(help_text='{"eu_ai_act": "2026.11.1+sha256:…"}')),
            ],
            options={"verbose_name": "set of rule packs"},
        ),
        migrations.RemoveConstraint("assessment", "assessment_once_for_the_same_input"),
        migrations.RemoveIndex("assessment", "assessment_by_packs"),
        migrations.AddField("assessment", "pack_set", _refer(is_optional=True)),
        migrations.RunSQL([STORE_EACH_ONCE, REFER_TO_IT], COPY_IT_BACK),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField("assessment", "packs", models.JSONField(default=dict)),
                migrations.AlterField("assessment", "packs_hash", models.CharField(default="", max_length=64)),
            ]
        ),
        migrations.RemoveField("assessment", "packs"),
        migrations.RemoveField("assessment", "packs_hash"),
        migrations.AlterField("assessment", "pack_set", _refer(is_optional=False)),
        migrations.AddConstraint(
            "assessment",
            models.UniqueConstraint(
                fields=["pack_set", "as_of", "system", "fact_sheet"], name="assessment_once_for_the_same_input"
            ),
        ),
        migrations.AddIndex("assessment", models.Index(Abs("pack_set"), "id", name="assessment_by_packs")),
    ]
