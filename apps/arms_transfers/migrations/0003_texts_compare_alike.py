from django.db import migrations, models

import apps.core.texts
from apps.core.migrations._existing_rows import fill_in_text_columns


class Migration(migrations.Migration):

    dependencies = [
        ('actors', '0003_texts_compare_alike'),
        ('agreements', '0003_texts_compare_alike'),
        ('arms_transfers', '0002_aggregates_stay_beside_lines'),
    ]

    operations = [
        migrations.AddField(
            model_name='armstransfer',
            name='name_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='armstransfer',
            name='name_order',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='armstransfer',
            name='share_of_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='armstransfer',
            name='share_of_order',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='armstransfer',
            name='summary_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='armstransfer',
            name='summary_order',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='armstransfer',
            name='weapon_description_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='armstransfer',
            name='weapon_description_order',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='armstransfer',
            name='weapon_designation_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='armstransfer',
            name='weapon_designation_order',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='armstransfercitation',
            name='note_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='armstransfercitation',
            name='page_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='armstransfercitation',
            name='section_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='armstransfercitation',
            name='value_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='armstransferexternalid',
            name='value_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddIndex(
            model_name='armstransfer',
            index=models.Index(fields=['name_folded'], name='armstransfer_name_folded'),
        ),
        migrations.AddIndex(
            model_name='armstransfer',
            index=models.Index(fields=['name_order'], name='armstransfer_name_order'),
        ),
        migrations.AddIndex(
            model_name='armstransferexternalid',
            index=models.Index(fields=['value_folded'], name='armstransferexte_value_folded'),
        ),
        migrations.RunPython(fill_in_text_columns("arms_transfers"), migrations.RunPython.noop),
    ]
