"""What a list says beside the class: prohibited practices, the class once in service, and the transition rule."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def read_results(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Fill the columns of systems that were assessed before from their latest results."""
    standings: Any = apps.get_model("audit", "Standing")
    judged = standings.objects.filter(assessment__isnull=False)
    for key, law in judged.values_list("pk", "assessment__result__regulatory").iterator():
        starts = (law or {}).get("high_risk_duties_from")
        standings.objects.filter(pk=key).update(
            art_5_points=",".join((law or {}).get("art_5_points") or ())[:60],
            class_on_go_live=(law or {}).get("class_on_go_live") or "",
            is_grandfathered=(law or {}).get("grandfathered_art_111_2"),
            high_risk_from=date.fromisoformat(starts) if starts else None,
        )


class Migration(migrations.Migration):
    """Five columns of the standing."""

    dependencies = [
        ("audit", "0007_basis_of_standings"),
    ]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="art_5_points",
            field=models.CharField(blank=True, help_text="Prohibited practices, comma-separated.", max_length=60),
        ),
        migrations.AddField(
            model_name="standing",
            name="class_on_go_live",
            field=models.CharField(blank=True, help_text="Only before it is in service.", max_length=40),
        ),
        migrations.AddField(
            model_name="standing",
            name="go_live_points",
            field=models.CharField(blank=True, help_text="Points of Annex III once in service.", max_length=60),
        ),
        migrations.AddField(
            model_name="standing",
            name="is_grandfathered",
            field=models.BooleanField(
                help_text="Spared until a significant change (AI Act, Art. 111(2)); empty: not known.", null=True
            ),
        ),
        migrations.AddField(
            model_name="standing",
            name="high_risk_from",
            field=models.DateField(blank=True, help_text="The day the duties of high-risk systems start.", null=True),
        ),
        migrations.RunPython(read_results, migrations.RunPython.noop, elidable=True),
    ]
