"""The pairs go over to apps.merging; their table stays as it is."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="NotDuplicate")]
        ),
    ]
