from django.db import migrations, models

import apps.core.texts
from apps.core.migrations._existing_rows import fill_in_text_columns


class Migration(migrations.Migration):

    dependencies = [
        ('actors', '0002_holds'),
    ]

    operations = [
        migrations.AddField(
            model_name='actor',
            name='name_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='actor',
            name='name_order',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='actor',
            name='summary_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='actor',
            name='summary_order',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='actorcitation',
            name='note_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='actorcitation',
            name='page_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='actorcitation',
            name='section_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='actorcitation',
            name='value_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='actorexternalid',
            name='value_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='actorname',
            name='name_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='actorname',
            name='used_by_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='membership',
            name='name_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='membership',
            name='name_order',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='membership',
            name='summary_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='membership',
            name='summary_order',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='membershipcitation',
            name='note_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='membershipcitation',
            name='page_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='membershipcitation',
            name='section_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='membershipcitation',
            name='value_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddField(
            model_name='membershipexternalid',
            name='value_folded',
            field=apps.core.texts.BytewiseTextField(null=True),
        ),
        migrations.AddIndex(
            model_name='actor',
            index=models.Index(fields=['name_folded'], name='actor_name_folded'),
        ),
        migrations.AddIndex(
            model_name='actor',
            index=models.Index(fields=['name_order'], name='actor_name_order'),
        ),
        migrations.AddIndex(
            model_name='actorexternalid',
            index=models.Index(fields=['value_folded'], name='actorexternalid_value_folded'),
        ),
        migrations.AddIndex(
            model_name='actorname',
            index=models.Index(fields=['name_folded'], name='actorname_name_folded'),
        ),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(fields=['name_folded'], name='membership_name_folded'),
        ),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(fields=['name_order'], name='membership_name_order'),
        ),
        migrations.AddIndex(
            model_name='membershipexternalid',
            index=models.Index(fields=['value_folded'], name='membershipextern_value_folded'),
        ),
        migrations.RunPython(fill_in_text_columns("actors"), migrations.RunPython.noop),
    ]
