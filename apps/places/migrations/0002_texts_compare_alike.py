from django.db import migrations, models

import apps.core.texts
from apps.core.migrations._existing_rows import fill_in_text_columns


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='place',
            name='name_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='place',
            name='name_order',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='place',
            name='summary_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='place',
            name='summary_order',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='placecitation',
            name='note_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='placecitation',
            name='page_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='placecitation',
            name='section_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='placecitation',
            name='value_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='placeexternalid',
            name='value_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='placename',
            name='name_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='placename',
            name='used_by_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddIndex(
            model_name='place',
            index=models.Index(fields=['name_folded'], name='place_name_folded'),
        ),
        migrations.AddIndex(
            model_name='place',
            index=models.Index(fields=['name_order'], name='place_name_order'),
        ),
        migrations.AddIndex(
            model_name='placeexternalid',
            index=models.Index(fields=['value_folded'], name='placeexternalid_value_folded'),
        ),
        migrations.AddIndex(
            model_name='placename',
            index=models.Index(fields=['name_folded'], name='placename_name_folded'),
        ),
        migrations.RunPython(fill_in_text_columns("places"), migrations.RunPython.noop),
    ]
