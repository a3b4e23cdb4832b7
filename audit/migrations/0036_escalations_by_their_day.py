"""Finds the escalations of the last days by an index."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the index."""

    dependencies: ClassVar = [("audit", "0035_standings_agree_with_themselves")]

    operations: ClassVar = [
        migrations.AddIndex("escalation", models.Index(fields=["raised_on"], name="escalation_raised")),
    ]
