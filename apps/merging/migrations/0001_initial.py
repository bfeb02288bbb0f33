"""The pairs come over from apps.core, with their table as it is."""

import apps.core.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0002_pairs_move_to_merging'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='NotDuplicate',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('type', models.CharField(help_text='The endpoint of both records.', max_length=50)),
                        ('first', models.CharField(help_text='The slug that comes first by its letters.', max_length=120)),
                        ('second', models.CharField(help_text='The other slug.', max_length=120)),
                        ('reason', apps.core.fields.PlainTextField(help_text='How one knows.', max_length=500)),
                        ('at', models.DateTimeField(auto_now_add=True)),
                        ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'db_table': 'core_notduplicate',
                        'ordering': ['-at', '-id'],
                        'constraints': [models.UniqueConstraint(fields=('type', 'first', 'second'), name='pair_stands_once'), models.CheckConstraint(condition=models.Q(('first', models.F('second')), _negated=True), name='pair_of_two')],
                    },
                ),
            ]
        ),
    ]
