"""When the file of a report was deleted by the retention policy."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0017_scenarios'),
    ]

    operations = [
        migrations.AddField('report', 'file_deleted_at', models.DateTimeField(blank=True, editable=False, help_text='When the retention policy deleted the file; its hashes stay.', null=True)),
    ]
