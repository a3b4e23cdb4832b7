"""Puts the digests of open findings beside the standings, which every run writes twice."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import django.db.models.deletion
from django.db import migrations, models

PUT_BESIDE: Final = """
    INSERT INTO audit_findingsdigest (standing_id, lines)
    SELECT id, findings_digest FROM audit_standing WHERE findings_digest <> '' ORDER BY id
"""
PUT_BACK: Final = """
    UPDATE audit_standing SET findings_digest =
    COALESCE((SELECT beside.lines FROM audit_findingsdigest AS beside WHERE beside.standing_id = audit_standing.id), '')
"""


def _close_up(apps: Any, schema_editor: Any) -> None:
    """SQLite drops a column in place: only a table written anew has its shorter rows close together."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor._remake_table(apps.get_model("audit", "Standing"))  # as any change of a column does


class Migration(migrations.Migration):
    """Moves the digests, and can move them back."""

    dependencies: ClassVar = [("audit", "0032_pack_sets_know_their_order")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="FindingsDigest",
            fields=[
                (
                    "standing",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="findings_digest",
                        serialize=False,
                        to="audit.standing",
                    ),
                ),
                ("lines", models.TextField(help_text="The key of each open finding with a hash of its texts.")),
            ],
        ),
        migrations.RunSQL(PUT_BESIDE, PUT_BACK),
        migrations.RemoveField("standing", "findings_digest"),
        migrations.RunPython(_close_up, migrations.RunPython.noop),
    ]
