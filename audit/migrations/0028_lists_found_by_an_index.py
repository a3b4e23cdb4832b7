"""The list of findings in the order of an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two indexes of findings."""

    dependencies = [
        ("audit", "0027_runs_know_what_they_heard"),
        ("governance", "0011_events_are_numbered_in_a_row"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                condition=models.Q(("closed_on__isnull", True)),
                fields=["rating", "opened_on", "id", "area", "response", "closed_on"],
                name="finding_open",
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                condition=models.Q(("closed_on__isnull", False)),
                fields=["rating", "opened_on", "id", "area", "response", "closed_on"],
                name="finding_closed",
            ),
        ),
    ]
