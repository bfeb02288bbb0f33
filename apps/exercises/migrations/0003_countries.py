from django.db import migrations

import apps.core.fields
from apps.core.migrations._existing_rows import fill_in_countries


class Migration(migrations.Migration):
    dependencies = [
        ("exercises", "0002_texts_compare_alike"),
        ("places", "0002_texts_compare_alike"),
    ]

    operations = [
        migrations.AddField(
            model_name="exercise",
            name="countries",
            field=apps.core.fields.WordListField(
                blank=True,
                default=list,
                editable=False,
                help_text="Countries in which it is held: those of its places, or of what these are part of; derived.",
            ),
        ),
        migrations.RunPython(
            fill_in_countries("exercises.Exercise", "places"), migrations.RunPython.noop
        ),
    ]
