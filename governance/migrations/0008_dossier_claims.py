from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0006_data_information'),
    ]

    operations = [
        migrations.AddField(
            model_name='component',
            name='conflict_decisions',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='component',
            name='index_answers',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='hostoffer',
            name='context_tokens',
            field=models.PositiveIntegerField(blank=True, help_text='The most that the company takes in one request.', null=True, verbose_name='context, in tokens'),
        ),
        migrations.AddField(
            model_name='hostoffer',
            name='is_checked',
            field=models.BooleanField(blank=True, help_text='No: taken over from another list, and not checked here.', null=True, verbose_name='looked up in its source'),
        ),
        migrations.AddConstraint(
            model_name='hostoffer',
            constraint=models.CheckConstraint(condition=models.Q(('context_tokens__isnull', True), ('context_tokens__gt', 0), _connector='OR'), name='hostoffer_context_positive', violation_error_message='A context has at least one token; leave it empty if it is not known.'),
        ),
    ]
