"""The four roles, as Django's groups. On a new database the permissions do not exist yet: Django
makes them after the last migration, so they are made here under the names that it would give."""

from django.db import migrations

ACTS = {
    "propose": "Can propose changes and new records",
    "draft": "Can change drafts",
    "review": "Can review the proposals of others",
    "publish": "Can publish, retract and merge records",
    "administer": "Can undo imports and manage accounts and tokens",
}
# The administrators' own tables: app, model, its name in permissions, what may be done.
TABLES = [
    ("auth", "user", "user", ["add", "change", "view"]),
    ("auth", "group", "group", ["view"]),
    ("accounts", "token", "token", ["view"]),
    ("axes", "accessattempt", "access attempt", ["delete", "view"]),
    ("otp_totp", "totpdevice", "TOTP device", ["delete", "view"]),
]
EDITOR = ["propose", "draft", "review"]
ROLES = {
    "contributor": ["propose"],
    "editor": EDITOR,
    "publisher": [*EDITOR, "publish"],
    "administrator": [*EDITOR, "publish", "administer"],
}


def make_roles(apps, schema_editor):
    """Make what is missing; what is there already stays as it is."""
    alias = schema_editor.connection.alias

    def rows(app, model):
        return apps.get_model(app, model).objects.using(alias)

    def permission(app, model, codename, name):
        kind, _ = rows("contenttypes", "ContentType").get_or_create(app_label=app, model=model)
        found, _ = rows("auth", "Permission").get_or_create(
            content_type=kind, codename=codename, defaults={"name": name}
        )
        return found

    acts = {act: permission("ledger", "revision", act, name) for act, name in ACTS.items()}
    own = [
        permission(app, model, f"{verb}_{model}", f"Can {verb} {name}")
        for app, model, name, verbs in TABLES
        for verb in verbs
    ]
    for role, granted in ROLES.items():
        group, _ = rows("auth", "Group").get_or_create(name=role)
        group.permissions.add(*(acts[act] for act in granted))
        if role == "administrator":
            group.permissions.add(*own)


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("axes", "0010_accessattemptexpiration"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("ledger", "0001_initial"),
        ("otp_totp", "0003_add_timestamps"),
    ]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
