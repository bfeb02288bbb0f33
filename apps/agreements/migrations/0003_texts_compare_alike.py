from django.db import migrations, models

import apps.core.texts
from apps.core.migrations._existing_rows import fill_in_text_columns


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0002_holds'),
        ('places', '0002_texts_compare_alike'),
    ]

    operations = [
        migrations.AddField(
            model_name='agreement',
            name='name_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='agreement',
            name='name_order',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='agreement',
            name='summary_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='agreement',
            name='summary_order',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='agreement',
            name='termination_rule_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='agreement',
            name='termination_rule_order',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='agreementcitation',
            name='note_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='agreementcitation',
            name='page_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='agreementcitation',
            name='section_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='agreementcitation',
            name='value_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='agreementexternalid',
            name='value_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='agreementname',
            name='name_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='agreementname',
            name='used_by_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='party',
            name='note_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='provision',
            name='number_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='provision',
            name='subject_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(fields=['name_folded'], name='agreement_name_folded'),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(fields=['name_order'], name='agreement_name_order'),
        ),
        migrations.AddIndex(
            model_name='agreementexternalid',
            index=models.Index(fields=['value_folded'], name='agreementexterna_value_folded'),
        ),
        migrations.AddIndex(
            model_name='agreementname',
            index=models.Index(fields=['name_folded'], name='agreementname_name_folded'),
        ),
        migrations.RunPython(fill_in_text_columns("agreements"), migrations.RunPython.noop),
    ]
