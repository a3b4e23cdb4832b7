"""Reports of several kinds: their subject, their day and their parameters stand on the row."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


def fill_day_and_series(apps, _schema_editor):
    """Give each report there is the day of its assessment, and the series of its system."""
    reports = apps.get_model("audit", "Report")
    for report in reports.objects.select_related("assessment").iterator():
        report.as_of = report.assessment.as_of
        report.series = f"{report.kind}/system:{report.system_id}/{report.language}"
        report.save(update_fields=["as_of", "series"])


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0009_chunks_of_runs'),
        ('governance', '0006_data_information'),
    ]

    operations = [
        migrations.AddField('report', 'organisation', models.ForeignKey(blank=True, help_text='The company at the top of the group that a vendor report is about.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='governance.vendor')),
        migrations.AddField('report', 'as_of', models.DateField(help_text='The day for which it is made.', null=True)),
        migrations.AddField('report', 'parameters', models.JSONField(blank=True, default=dict, help_text='What its kind asks for beside subject and day; canonical.')),
        migrations.AddField('report', 'series', models.CharField(blank=True, db_index=True, help_text='Kind, subject and language; its versions share it.', max_length=200)),
        migrations.AlterField('report', 'system', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='governance.aisystem')),
        migrations.AlterField('report', 'assessment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='audit.assessment')),
        migrations.AlterField('report', 'kind', models.CharField(choices=[('system_audit', 'System audit report'), ('portfolio', 'Portfolio report'), ('vendor', 'Vendor report'), ('decision_memo', 'Decision memo'), ('change', 'Change report')], default='system_audit', max_length=20)),
        migrations.RunPython(fill_day_and_series, migrations.RunPython.noop),
        migrations.AlterField('report', 'as_of', models.DateField(help_text='The day for which it is made.')),
        migrations.RemoveConstraint('report', 'report_kind_known'),
        migrations.AddConstraint('report', models.CheckConstraint(condition=Q(kind__in=['system_audit', 'portfolio', 'vendor', 'decision_memo', 'change']), name='report_kind_known')),
        migrations.AddConstraint('report', models.CheckConstraint(condition=~Q(kind='system_audit') | Q(system__isnull=False, assessment__isnull=False), name='report_of_system_has_its_system', violation_error_message='A system audit report names its system and the assessment it is made from.')),
        migrations.AddConstraint('report', models.CheckConstraint(condition=~Q(kind='vendor') | Q(organisation__isnull=False), name='report_of_vendor_has_its_vendor', violation_error_message='A vendor report names the organisation it is about.')),
    ]
