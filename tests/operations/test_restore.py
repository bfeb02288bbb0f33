"""What was corrupted is as it was after `restore`; what is no whole backup is refused."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from apps.ledger.models import Dataset
from tests.operations.acts import database_file, refusal_of_command, run_command
from tests.operations.damage import DAMAGES_OF_FILES, DAMAGES_OF_ROWS, cut_off
from tests.support.seeding import contents, documents_by_address
from tests.types.actors.factories import ActorFactory, MembershipFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shared_database")]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A backup of a small database."""
    ActorFactory(slug="norland")
    MembershipFactory(slug="norland-league")
    call_command("upgrade", verbosity=0)
    run_command("backup", tmp_path / "saved")
    return tmp_path / "saved"


@pytest.fixture(autouse=True)
def static_root(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path / "static"


@pytest.mark.parametrize("damage", DAMAGES_OF_ROWS)
def test_rows_that_were_damaged_are_as_they_were(saved, damage):
    before = contents()
    damage()
    said = run_command("restore", saved, replace=True, verify=True)
    assert "tables are as they were" in said
    assert contents() == before


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a file that can be damaged from here")
@pytest.mark.parametrize("damage", DAMAGES_OF_FILES)
def test_a_damaged_file_is_noticed_and_as_it_was_after_restoring(saved, damage):
    before = contents()
    connection.close()
    path = Path(connection.settings_dict["NAME"])
    damage(path)
    assert "faults" in refusal_of_command("verify")
    connection.close()
    run_command("restore", saved, replace=True, verify=True)
    assert contents() == before


def test_a_database_that_holds_something_is_not_replaced_without_a_word(saved):
    ActorFactory(slug="sorland")
    assert "--replace" in refusal_of_command("restore", saved)
    assert "actors/sorland" in documents_by_address()


@pytest.mark.parametrize("damage", DAMAGES_OF_FILES)
def test_a_damaged_backup_is_refused_before_anything_is_changed(saved, damage):
    ActorFactory(slug="sorland")
    before = contents()
    damage(database_file(saved))
    assert "is damaged" in refusal_of_command("restore", saved, replace=True)
    assert contents() == before


@pytest.mark.parametrize("damage", DAMAGES_OF_FILES)
def test_a_backup_that_was_damaged_before_its_digest_was_taken_is_refused_too(
    saved, damage, monkeypatch
):
    before = contents()
    damage(database_file(saved))
    monkeypatch.setattr("apps.operations.backups.file_digest", digest_in_manifest(saved))
    assert "is damaged" in refusal_of_command("restore", saved, replace=True)
    assert contents() == before


def digest_in_manifest(folder: Path):
    """A digest that always fits."""
    text = (folder / "manifest.json").read_text()
    return lambda path: text.partition('"sha256": "')[2][:64]


def test_what_is_no_backup_is_refused(tmp_path, saved):
    assert "no manifest.json" in refusal_of_command("restore", tmp_path)
    cut_off(saved / "manifest.json")
    assert "manifest.json is damaged" in refusal_of_command("restore", saved)


def test_a_backup_of_the_other_database_is_refused(saved):
    path = saved / "manifest.json"
    other = "sqlite" if connection.vendor == "postgresql" else "postgresql"
    path.write_text(path.read_text().replace(f'"{connection.vendor}"', f'"{other}"'))
    for name in ("database.sqlite3", "database.dump"):
        if not (saved / name).exists():
            database_file(saved).rename(saved / name)
            break
    said = refusal_of_command("restore", saved, replace=True)
    assert f"The backup is of {other}" in said


def test_a_table_that_is_not_as_saved_is_named(saved):
    """The manifest, not the file, says what should be there."""
    path = saved / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["tables"]["actors_actor"][0] += 1
    path.write_text(json.dumps(manifest))
    said = refusal_of_command("restore", saved, replace=True)
    assert "actors_actor: 3 rows instead of 4." in said


@pytest.mark.skipif(connection.vendor != "postgresql", reason="psql is PostgreSQL's")
def test_a_restoring_that_fails_half_way_changes_nothing(saved, monkeypatch):
    ActorFactory(slug="sorland")
    before = contents()
    word = (
        b"BEGIN;\nDROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\nCREATE TABLE ledger_dataset"
    )
    monkeypatch.setattr("apps.operations.postgres_dumps.EMPTY_SCHEMA", word + b"(id integer);\n")
    assert "The database is as it was" in refusal_of_command("restore", saved, replace=True)
    assert contents() == before


def test_after_restoring_the_next_write_gets_the_next_number(saved):
    run_command("restore", saved, replace=True)
    number = Dataset.current_revision()
    ActorFactory(slug="sorland")
    assert Dataset.current_revision() == number + 1
