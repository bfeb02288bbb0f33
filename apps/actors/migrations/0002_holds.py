from django.db import migrations, models

from apps.core.migrations._existing_rows import fill_in_held_days


class Migration(migrations.Migration):
    dependencies = [
        ('articles', '0001_initial'),
        ("actors", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="holds",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="membership",
            name="holds_certain_from",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="membership",
            name="holds_certain_until",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="membership",
            name="holds_possible_from",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="membership",
            name="holds_possible_until",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="membership",
            name="holds_presumed_until",
            field=models.DateField(null=True),
        ),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(
                condition=models.Q(("document__isnull", False)),
                fields=["holds_certain_from", "holds_certain_until", "holds_presumed_until"],
                name="membership_holds_known",
            ),
        ),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(
                condition=models.Q(("document__isnull", False)),
                fields=["holds_possible_from", "holds_possible_until"],
                name="membership_holds_possible",
            ),
        ),
        migrations.RunPython(fill_in_held_days("actors.Membership"), migrations.RunPython.noop),
    ]
