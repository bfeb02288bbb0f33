"""The index, and what each database derives of it by itself.

PostgreSQL: two stored tsvectors with GIN indexes, one of the label, one of everything by weight
(A label, B names, C summary, D other text). Each also holds the type, as a lexeme that no word can
be (`=actors`), so that a search within one type reads that type's entries only. A trigram index
serves misspelt words.

SQLite: an FTS5 table of words and one of trigrams, both without content of their own, kept in step
by triggers.
"""

from django.db import migrations, models

POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    """
    ALTER TABLE search_entry
        ADD COLUMN label_vector tsvector NOT NULL GENERATED ALWAYS AS (
            array_to_tsvector(ARRAY['=' || type]) || to_tsvector('simple', label_words)
        ) STORED,
        ADD COLUMN vector tsvector NOT NULL GENERATED ALWAYS AS (
            array_to_tsvector(ARRAY['=' || type])
            || setweight(to_tsvector('simple', label_words), 'A')
            || setweight(to_tsvector('simple', name_words), 'B')
            || setweight(to_tsvector('simple', summary_words), 'C')
            || setweight(to_tsvector('simple', other_words), 'D')
        ) STORED
    """,
    'CREATE INDEX entry_label_start ON search_entry (label_words COLLATE "C")',
    "CREATE INDEX entry_label_vector ON search_entry USING gin (label_vector)",
    "CREATE INDEX entry_vector ON search_entry USING gin (vector)",
    """
    CREATE INDEX entry_similar ON search_entry
        USING gin ((label_words || ' ' || name_words) gin_trgm_ops)
    """,
]
SQLITE = [
    "CREATE INDEX entry_label_start ON search_entry (label_words)",
    """
    CREATE VIRTUAL TABLE search_entry_words USING fts5(
        label_words, name_words, summary_words, other_words,
        content='search_entry', content_rowid='id', tokenize='ascii'
    )
    """,
    """
    CREATE VIRTUAL TABLE search_entry_similar USING fts5(
        label_words, name_words,
        content='search_entry', content_rowid='id', tokenize='trigram', detail='none'
    )
    """,
]
ADD = """
    INSERT INTO search_entry_words(rowid, label_words, name_words, summary_words, other_words)
    VALUES (new.id, new.label_words, new.name_words, new.summary_words, new.other_words);
    INSERT INTO search_entry_similar(rowid, label_words, name_words)
    VALUES (new.id, new.label_words, new.name_words);
"""
REMOVE = """
    INSERT INTO search_entry_words(
        search_entry_words, rowid, label_words, name_words, summary_words, other_words)
    VALUES (
        'delete', old.id, old.label_words, old.name_words, old.summary_words, old.other_words);
    INSERT INTO search_entry_similar(search_entry_similar, rowid, label_words, name_words)
    VALUES ('delete', old.id, old.label_words, old.name_words);
"""
TRIGGERS = [
    f"CREATE TRIGGER entry_added AFTER INSERT ON search_entry BEGIN {ADD} END",
    f"CREATE TRIGGER entry_removed AFTER DELETE ON search_entry BEGIN {REMOVE} END",
    f"CREATE TRIGGER entry_changed AFTER UPDATE ON search_entry BEGIN {REMOVE} {ADD} END",
]
# The extension stays: others may use it. All else goes with the table.
SQLITE_BACK = [
    "DROP TRIGGER entry_added",
    "DROP TRIGGER entry_removed",
    "DROP TRIGGER entry_changed",
    "DROP TABLE search_entry_words",
    "DROP TABLE search_entry_similar",
]


def derive(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in POSTGRESQL if vendor == "postgresql" else [*SQLITE, *TRIGGERS]:
        schema_editor.execute(statement, params=None)


def undo(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for statement in SQLITE_BACK:
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("type", models.CharField(help_text="The record's endpoint, such as actors.", max_length=50)),
                ("slug", models.CharField(max_length=120)),
                ("label", models.CharField(help_text="The record's name or title, as shown.", max_length=300)),
                ("summary", models.CharField(blank=True, help_text="As shown.", max_length=1000, null=True)),
                ("label_words", models.TextField(blank=True, help_text="Words of the label.")),
                ("name_words", models.TextField(blank=True, help_text="Words of further names, external ids and the slug.")),
                ("summary_words", models.TextField(blank=True, help_text="Words of the summary.")),
                ("other_words", models.TextField(blank=True, help_text="Words of other texts of the document.")),
            ],
            options={
                "verbose_name_plural": "entries",
                "ordering": ["type", "slug"],
                "constraints": [models.UniqueConstraint(fields=("type", "slug"), name="entry_once_a_record")],
            },
        ),
        migrations.RunPython(derive, undo),
    ]
