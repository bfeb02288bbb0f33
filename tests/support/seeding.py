"""What tests of seeds share: writing seed files, loading them, and what a load could change."""

import io
from functools import cache
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.color import no_style
from django.db import connection, transaction

from apps.core.models import record_models
from apps.ledger.models import Dataset, Version

ARTICLE_SEED = {
    "slug": "text",
    "title": "Text",
    "kind": "analysis",
    "sections": [{"name": "INTRO", "paragraphs": 2}],
    "certainty": "confirmed",
    "citations": [{"article": "text", "section": "INTRO", "paragraph": 1}],
}
CITED_VALUES = {"certainty": "confirmed", "citations": [{"article": "text", "section": "INTRO"}]}
NORLAND_SEED = {"slug": "norland", "name": "Norland", "kind": "state", **CITED_VALUES}


class PlainDumper(yaml.SafeDumper):
    """YAML without aliases: Python's lists share their entries, seed files do not."""

    def ignore_aliases(self, data):
        return True


def write_seed_files(folder: Path, **files) -> Path:
    """Seed files out of Python lists: write(folder, actors=[...])."""
    for name, records in {"articles": [ARTICLE_SEED], **files}.items():
        text = yaml.dump(records, Dumper=PlainDumper, allow_unicode=True)
        (folder / f"{name}.yaml").write_text(text)
    return folder


def run_seed(folder: Path = settings.SEEDS_DIR, *endpoints: str) -> str:
    """Run the command; what it says."""
    out = io.StringIO()
    call_command("seed", *endpoints, folder=folder, stdout=out)
    return out.getvalue()


def load_curated_data() -> None:
    """Fill an empty database with the rows that `run_seed()` leaves in it, kept in memory.

    Their keys and times are the same, too: tests/data/test_seeds.py compares them.
    """
    if Dataset.current_revision():
        raise ValueError("The database is not empty")
    curated = curated_rows()
    with transaction.atomic(), connection.cursor() as cursor:
        for table, rows in curated.items():
            cursor.execute(f'DELETE FROM "{table}"')
            if rows:
                places = ", ".join(["%s"] * len(rows[0]))
                columns = ", ".join(stored_columns(table))
                cursor.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({places})', rows)
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)


@cache
def curated_rows() -> dict[str, list[tuple]]:
    """All rows of every table that `run_seed()` writes; it runs once a process, and is undone."""
    with transaction.atomic():
        before = contents()
        run_seed()
        after = contents()
        transaction.set_rollback(True)
    return {table: rows for table, rows in after.items() if rows != before[table]}


def contents() -> dict[str, list[tuple]]:
    """What every table of the project holds, by the table's name."""
    names = connection.introspection.django_table_names(only_existing=True)
    return {name: all_rows(name) for name in names}


def all_rows(table: str) -> list[tuple]:
    """The rows of a table in the order of its first column, the key; without the ORM's expense."""
    columns = ", ".join(stored_columns(table))
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {columns} FROM "{table}" ORDER BY 1')
        return cursor.fetchall()


@cache
def stored_columns(table: str) -> list[str]:
    """The columns of a table, quoted, without those that PostgreSQL makes out of others."""
    query = "SELECT name FROM pragma_table_info(%s) ORDER BY cid"
    if connection.vendor == "postgresql":
        query = (
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
            " AND table_schema = current_schema() AND is_generated = 'NEVER'"
            " ORDER BY ordinal_position"
        )
    with connection.cursor() as cursor:
        cursor.execute(query, [table])
        return [f'"{name}"' for (name,) in cursor.fetchall()]


def faults_of_refused_seed(folder: Path) -> list[str]:
    """The faults for which the command refuses a folder; nothing may have been written."""
    before = stored_state()
    with pytest.raises(CommandError) as refused:
        run_seed(folder)
    assert stored_state() == before
    lines = str(refused.value).splitlines()
    assert lines[-1] == f"Nothing was loaded: {len(lines) - 1} faults."
    return lines[:-1]


def stored_state() -> tuple:
    """All that a load could change."""
    return (
        [list(model.objects.values_list("slug", "document")) for model in record_models().values()],
        Dataset.current_revision(),
        Version.objects.count(),
    )


def documents_by_address() -> dict[str, str]:
    """Every public document by address."""
    return {
        f"{endpoint}/{slug}": document
        for endpoint, model in record_models().items()
        for slug, document in model.objects.published().values_list("slug", "document")
    }
