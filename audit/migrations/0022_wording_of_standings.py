"""A standing says by which words of the packs its findings are written."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0021_outcomes_stored_once'),
    ]

    operations = [
        migrations.AddField(
            model_name='standing',
            name='wording_sha256',
            field=models.CharField(blank=True, editable=False, help_text='Hash of the outcome with what the packs say of it, to see that its findings are worded as before.', max_length=64),
        ),
    ]
