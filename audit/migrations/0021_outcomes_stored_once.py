"""Stores each outcome once by its hash, as fact sheets are, and drops two indexes that nobody needs."""

from __future__ import annotations

from typing import ClassVar, Final

import django.db.models.deletion
from django.db import migrations, models

# The databases move the rows by themselves: an outcome never passes through Python, whatever the portfolio's size.
STORE_EACH_ONCE: Final = """
    INSERT INTO audit_outcomerecord (sha256, content)
    SELECT outcome_sha256, outcome FROM audit_assessment
    WHERE id IN (SELECT MIN(id) FROM audit_assessment GROUP BY outcome_sha256)
    ORDER BY id
"""
REFER_TO_IT: Final = """
    UPDATE audit_assessment SET outcome_record_id =
    (SELECT stored.id FROM audit_outcomerecord AS stored WHERE stored.sha256 = audit_assessment.outcome_sha256)
"""
COPY_IT_BACK: Final = """
    UPDATE audit_assessment SET outcome =
    (SELECT stored.content FROM audit_outcomerecord AS stored WHERE stored.id = audit_assessment.outcome_record_id)
"""


class Migration(migrations.Migration):
    """Moves the outcomes, and can move them back.

    The large column goes before any step for which SQLite writes the table anew. Its default is there for the way
    back only, where the column is added before it is filled.
    """

    dependencies: ClassVar = [("audit", "0020_grounds")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="OutcomeRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("content", models.JSONField(help_text="The part of the result that is kept (audit.engine.brief).")),
            ],
            options={"verbose_name": "outcome"},
        ),
        migrations.AddField(
            "assessment",
            "outcome_record",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="audit.outcomerecord",
            ),
        ),
        migrations.RunSQL([STORE_EACH_ONCE, REFER_TO_IT], COPY_IT_BACK),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "assessment",
                    "outcome",
                    models.JSONField(
                        default=dict, help_text="The part of the result that is kept (audit.engine.brief)."
                    ),
                ),
            ]
        ),
        migrations.RemoveField("assessment", "outcome"),
        migrations.AlterField(
            "assessment",
            "outcome_record",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="audit.outcomerecord",
            ),
        ),
        migrations.AlterField(
            "assessment",
            "system",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assessments",
                to="governance.aisystem",
            ),
        ),
        migrations.AlterField(
            "assessment",
            "fact_sheet",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assessments",
                to="audit.factsheetrecord",
            ),
        ),
    ]
