"""The reminders that nobody has seen in the order of an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index of reminders."""

    dependencies = [
        ("audit", "0029_sheets_know_when_they_were_read"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(
                condition=models.Q(("seen_at__isnull", True)),
                fields=["on", "system", "what"],
                name="reminder_unseen",
            ),
        ),
    ]
