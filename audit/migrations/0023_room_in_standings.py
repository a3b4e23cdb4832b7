"""Leaves room beside each standing on PostgreSQL: a row that is claimed and released stays on its page."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def _fill(percent: int) -> Any:
    def run(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"ALTER TABLE audit_standing SET (fillfactor = {percent})")

    return run


class Migration(migrations.Migration):
    dependencies = [("audit", "0022_wording_of_standings")]
    operations = [migrations.RunPython(_fill(50), _fill(100))]
