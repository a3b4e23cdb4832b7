"""Holds what standings say of news and marks to what they say of assessments, and finds those with news by an index."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Apart from the rows it checks: PostgreSQL alters no table whose rows were changed in the same transaction."""

    dependencies: ClassVar = [("audit", "0034_news_beside_what_was_told")]

    operations: ClassVar = [
        migrations.AddIndex("standing", models.Index(fields=["id"], condition=Q(has_news=True), name="standing_news")),
        migrations.AddConstraint(
            "standing",
            models.CheckConstraint(
                condition=Q(has_news=True) | Q(told_assessment=None), name="standing_told_of_the_latest_or_has_news"
            ),
        ),
        migrations.AddConstraint(
            "standing",
            models.CheckConstraint(
                condition=Q(assessment__isnull=False) | Q(is_dirty=True), name="standing_judged_or_marked"
            ),
        ),
    ]
