"""Keeps the outcome of an assessment; its explanations are computed again when somebody reads them."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Renames the columns; a whole result that is stored already stays one."""

    dependencies: ClassVar = [("audit", "0011_permission_to_run_stress")]

    operations: ClassVar = [
        migrations.RenameField("assessment", "result", "outcome"),
        migrations.RenameField("assessment", "result_sha256", "outcome_sha256"),
        migrations.AlterField(
            "assessment",
            "outcome",
            models.JSONField(help_text="The part of the result that is kept (audit.engine.brief)."),
        ),
        migrations.AlterField(
            "assessment",
            "outcome_sha256",
            models.CharField(help_text="SHA-256 of the canonical JSON of ``outcome``.", max_length=64),
        ),
    ]
