"""The band of legal exposure, and what a system says of the duties of its legal entity."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns of the standing; the next run fills them, as the rule packs have changed with them."""

    dependencies = [
        ("audit", "0014_outcomes_of_assessments"),
    ]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="exposure_band",
            field=models.CharField(
                blank=True,
                db_index=True,
                help_text="The band of legal exposure; empty: not told by the packs.",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="standing",
            name="entity_duties",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text="What it says of the duties of its legal entity: rule@day, or rule? while that is open.",
                max_length=600,
            ),
        ),
    ]
