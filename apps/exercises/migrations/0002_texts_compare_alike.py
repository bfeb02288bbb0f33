from django.db import migrations, models

import apps.core.texts
from apps.core.migrations._existing_rows import fill_in_text_columns


class Migration(migrations.Migration):

    dependencies = [
        ('exercises', '0001_initial'),
        ('places', '0002_texts_compare_alike'),
    ]

    operations = [
        migrations.AddField(
            model_name='exercise',
            name='edition_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='exercise',
            name='edition_order',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='exercise',
            name='name_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='exercise',
            name='name_order',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='exercise',
            name='objective_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='exercise',
            name='objective_order',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='exercise',
            name='series_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='exercise',
            name='series_order',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='exercise',
            name='summary_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='exercise',
            name='summary_order',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='exercisecitation',
            name='note_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='exercisecitation',
            name='page_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='exercisecitation',
            name='section_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='exercisecitation',
            name='value_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='exerciseexternalid',
            name='value_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='exercisename',
            name='name_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='exercisename',
            name='used_by_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddIndex(
            model_name='exercise',
            index=models.Index(fields=['name_folded'], name='exercise_name_folded'),
        ),
        migrations.AddIndex(
            model_name='exercise',
            index=models.Index(fields=['name_order'], name='exercise_name_order'),
        ),
        migrations.AddIndex(
            model_name='exerciseexternalid',
            index=models.Index(fields=['value_folded'], name='exerciseexternal_value_folded'),
        ),
        migrations.AddIndex(
            model_name='exercisename',
            index=models.Index(fields=['name_folded'], name='exercisename_name_folded'),
        ),
        migrations.RunPython(fill_in_text_columns("exercises"), migrations.RunPython.noop),
    ]
