"""What systems rest on is kept between runs, and what is due or new is found by indexes that hold nothing else."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0019_outcomes_beside_standings'),
        ('governance', '0009_law_records'),
    ]

    operations = [
        migrations.CreateModel(
            name='FunctionGround',
            fields=[
                ('function', models.CharField(max_length=600, primary_key=True, serialize=False)),
                ('content', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='Ground',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('content', models.JSONField(help_text='As audit.portfolio.figures.ground writes it.')),
                ('systems', models.PositiveIntegerField(default=0, help_text='How many systems have it.')),
                ('stamp', models.CharField(blank=True, help_text='The portfolio’s figures for these systems.', max_length=40)),
                ('has_moved', models.BooleanField(default=True, help_text='Whether a system may have been judged by another stamp; the next run looks.')),
            ],
        ),
        migrations.CreateModel(
            name='GroundLedger',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.BigIntegerField(default=0)),
                ('vendors_sha256', models.CharField(blank=True, help_text='Of the vendors and their groups.', max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='SystemGround',
            fields=[
                ('system_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('function', models.CharField(blank=True, help_text='Folded, to be compared; empty: it stands alone.', max_length=600)),
                ('is_stale', models.BooleanField(default=True, help_text='Whether the register moved since it was looked at.')),
            ],
        ),
        migrations.AlterField(
            model_name='standing',
            name='is_dirty',
            field=models.BooleanField(default=True),
        ),
        migrations.AlterField(
            model_name='standing',
            name='next_date_on',
            field=models.DateField(blank=True, db_index=True, null=True),
        ),
        migrations.AddIndex(
            model_name='assessment',
            index=models.Index(django.db.models.functions.text.Lower('packs_hash'), models.F('id'), name='assessment_by_packs'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(condition=models.Q(('closed_on', None), ('due_on__isnull', False)), fields=['due_on'], name='finding_due'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(condition=models.Q(('accepted_until__isnull', False), ('closed_on', None)), fields=['accepted_until'], name='finding_accepted'),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(condition=models.Q(('is_dirty', True)), fields=['system'], name='standing_dirty'),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(condition=models.Q(('told_assessment', None)), fields=['id'], name='standing_new'),
        ),
        migrations.AddIndex(
            model_name='standing',
            index=models.Index(condition=models.Q(('assessment__lt', models.F('told_assessment')), ('assessment__gt', models.F('told_assessment')), _connector='OR'), fields=['id'], name='standing_news'),
        ),
        migrations.AddField(
            model_name='systemground',
            name='ground',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.ground'),
        ),
        migrations.AddIndex(
            model_name='systemground',
            index=models.Index(fields=['ground'], name='systemground_ground'),
        ),
        migrations.AddIndex(
            model_name='systemground',
            index=models.Index(fields=['function', 'ground'], name='systemground_function'),
        ),
        migrations.AddIndex(
            model_name='systemground',
            index=models.Index(condition=models.Q(('is_stale', True)), fields=['system_id'], name='systemground_stale'),
        ),
    ]
