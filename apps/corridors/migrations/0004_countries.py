from django.db import migrations

import apps.core.fields
from apps.core.migrations._existing_rows import fill_in_countries

ON_THE_WAY = {
    "participants__role__in": ["member", "origin", "transit", "destination"],
    "participants__actor__kind": "state",
}


class Migration(migrations.Migration):
    dependencies = [
        ("actors", "0003_texts_compare_alike"),
        ("corridors", "0003_texts_compare_alike"),
        ("places", "0002_texts_compare_alike"),
    ]

    operations = [
        migrations.AddField(
            model_name="corridor",
            name="countries",
            field=apps.core.fields.WordListField(
                blank=True,
                default=list,
                editable=False,
                help_text="Countries that it crosses: those of its stops, or of what these are part of, and of the states on its way (member, origin, transit, destination); derived.",
            ),
        ),
        migrations.RunPython(
            fill_in_countries("corridors.Corridor", "stops__place", ON_THE_WAY),
            migrations.RunPython.noop,
        ),
    ]
