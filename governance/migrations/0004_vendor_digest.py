"""Add what the catalogue wrote of a vendor, so that an officer's own entry is told apart from it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("governance", "0003_component_details")]

    operations = [
        migrations.AddField(
            model_name="vendor",
            name="catalogue_digest",
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
    ]
