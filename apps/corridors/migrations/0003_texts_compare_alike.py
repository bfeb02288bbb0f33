from django.db import migrations, models

import apps.core.texts
from apps.core.migrations._existing_rows import fill_in_text_columns


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0003_texts_compare_alike'),
        ('corridors', '0002_holds'),
    ]

    operations = [
        migrations.AddField(
            model_name='corridor',
            name='geometry_source_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='corridor',
            name='geometry_source_order',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='corridor',
            name='name_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='corridor',
            name='name_order',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='corridor',
            name='summary_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='corridor',
            name='summary_order',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='corridorcitation',
            name='note_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='corridorcitation',
            name='page_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='corridorcitation',
            name='section_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='corridorcitation',
            name='value_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='corridorexternalid',
            name='value_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='corridorname',
            name='name_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='corridorname',
            name='used_by_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='stop',
            name='branch_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddIndex(
            model_name='corridor',
            index=models.Index(fields=['name_folded'], name='corridor_name_folded'),
        ),
        migrations.AddIndex(
            model_name='corridor',
            index=models.Index(fields=['name_order'], name='corridor_name_order'),
        ),
        migrations.AddIndex(
            model_name='corridorexternalid',
            index=models.Index(fields=['value_folded'], name='corridorexternal_value_folded'),
        ),
        migrations.AddIndex(
            model_name='corridorname',
            index=models.Index(fields=['name_folded'], name='corridorname_name_folded'),
        ),
        migrations.RunPython(fill_in_text_columns("corridors"), migrations.RunPython.noop),
    ]
