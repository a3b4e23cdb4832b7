"""A standing says by itself whether an outcome or a finding moved; who saw an open finding last is not written."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def read_outcomes(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Copy the hash of each latest outcome, and leave who saw an open finding last to its system."""
    standing, assessment = apps.get_model('audit', 'Standing'), apps.get_model('audit', 'Assessment')
    hashes = assessment.objects.filter(pk=OuterRef('assessment_id')).values('outcome_sha256')
    standing.objects.exclude(assessment=None).update(outcome_sha256=Subquery(hashes))
    apps.get_model('audit', 'Finding').objects.filter(closed_on=None).update(last_seen_by=None)


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0018_retention_of_reports'),
    ]

    operations = [
        migrations.AddField('standing', 'outcome_sha256', models.CharField(blank=True, default='', editable=False, help_text='That of the latest assessment, to see whether it moved.', max_length=64), preserve_default=False),
        migrations.AddField('standing', 'findings_digest', models.TextField(blank=True, default='', editable=False, help_text='The open findings by key with a hash of their texts; empty: to be compared with the rows.'), preserve_default=False),
        migrations.AlterField('finding', 'last_seen_by', models.ForeignKey(blank=True, help_text='The last assessment that found it; empty while it is open: then it is the latest of the system.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.assessment')),
        migrations.RunPython(read_outcomes, migrations.RunPython.noop, elidable=True),
    ]
