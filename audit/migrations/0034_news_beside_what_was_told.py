"""Notes on the standing whether there are news, and what people know only where there are.

A system that is judged again and comes out as before is then written on PostgreSQL without touching an index.
"""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F


def _note_news(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("audit", "Standing").objects
    told = rows.filter(told_assessment=F("assessment"))
    told.update(has_news=False, told_assessment=None)
    rows.filter(assessment=None, is_dirty=False).update(is_dirty=True)


def _note_told(apps: Any, schema_editor: Any) -> None:
    apps.get_model("audit", "Standing").objects.filter(has_news=False).update(told_assessment=F("assessment"))


class Migration(migrations.Migration):
    """Drops the indexes over both assessments, and can make them again."""

    dependencies: ClassVar = [("audit", "0033_digests_beside_standings")]

    operations: ClassVar = [
        migrations.RemoveIndex("standing", "standing_new"),
        migrations.RemoveIndex("standing", "standing_news"),
        migrations.AddField(
            "packsetrecord",
            "is_everywhere",
            models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                help_text="No system is left whose latest outcome is older than the first by these packs.",
            ),
        ),
        migrations.AddField(
            "standing",
            "has_news",
            models.BooleanField(
                db_default=True,
                default=True,
                editable=False,
                help_text="Its outcome or a finding moved since people were told.",
            ),
        ),
        migrations.AlterField(
            "standing",
            "assessment",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="audit.assessment",
            ),
        ),
        migrations.AlterField(
            "standing",
            "told_assessment",
            models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                help_text="The outcome that people know, where that is not the latest one.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="audit.assessment",
            ),
        ),
        migrations.RunPython(_note_news, _note_told),
    ]
