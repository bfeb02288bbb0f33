"""A backup is of one moment, whole, readable by its owner alone, and made while others write."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from django.db import connection, connections

from apps.ledger.models import Dataset
from apps.operations import postgres_dumps
from tests.operations.acts import database_file, refusal_of_command, run_command
from tests.types.actors.factories import ActorFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shared_database")]


def test_a_backup_says_what_is_in_it(tmp_path):
    ActorFactory(slug="norland")
    said = run_command("backup", tmp_path / "saved")
    manifest = json.loads((tmp_path / "saved" / "manifest.json").read_text())
    assert manifest["revision"] == Dataset.current_revision() == 2
    assert manifest["engine"] == connection.vendor
    assert manifest["tables"]["actors_actor"][0] == 1
    assert f"{tmp_path}/saved: revision 2, " in said


def test_only_its_owner_can_read_it(tmp_path):
    run_command("backup", tmp_path / "saved")
    assert (tmp_path / "saved").stat().st_mode & 0o777 == 0o700
    assert database_file(tmp_path / "saved").stat().st_mode & 0o777 == 0o600


def test_a_backup_of_a_database_that_is_written_to_is_of_one_moment(tmp_path):
    """Writers go on during the backup, and no half of what they do is in it."""
    ActorFactory(slug="norland")
    begun, ended = Event(), Event()
    with ThreadPoolExecutor() as pool:
        writer = pool.submit(write_until, begun, ended)
        begun.wait()
        for number in range(3):
            run_command("backup", tmp_path / f"saved-{number}")
        ended.set()
    revisions = []
    for number in range(3):
        assert "as they were" in run_command("restore", tmp_path / f"saved-{number}", replace=True)
        assert "Every stored document" in run_command("check_documents")
        revisions.append(Dataset.current_revision())
    assert 2 < revisions[0] < revisions[2] <= writer.result()


def write_until(begun: Event, ended: Event) -> int:
    """Publish one actor after the other; the dataset's number after the last."""
    number = 0
    try:
        while not ended.is_set():
            ActorFactory(slug=f"land-{number}")
            number += 1
            begun.set()
        return Dataset.current_revision()
    finally:
        begun.set()
        connections.close_all()


def test_no_backup_is_overwritten(tmp_path):
    run_command("backup", tmp_path / "saved")
    assert "is there already" in refusal_of_command("backup", tmp_path / "saved")


def test_what_was_cut_off_is_no_backup(tmp_path, monkeypatch):
    """A folder has its name only when all is in it; the next backup clears away what was left."""

    def fail_half_way(*args: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("apps.operations.backups.file_digest", fail_half_way)
        with pytest.raises(OSError, match="No space left"):
            run_command("backup", tmp_path / "saved")
    assert not (tmp_path / "saved").exists()
    run_command("backup", tmp_path / "saved")
    assert [path.name for path in tmp_path.glob("saved*")] == ["saved"]


def test_the_oldest_go_and_nothing_that_is_no_backup(tmp_path):
    for number in range(3):
        run_command("backup", tmp_path / f"saved-{number}")
        set_time(tmp_path / f"saved-{number}", f"2026-01-0{number + 1}T00:00:00Z")
    (tmp_path / "letters").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "manifest.json").write_text("{")
    run_command("backup", parent=tmp_path, keep=2)
    left = {path.name for path in tmp_path.iterdir()} - {"shared.sqlite3"}
    assert left >= {"saved-2", "letters", "broken"}
    assert not left & {"saved-0", "saved-1"}
    assert len(left) == 4


def set_time(folder: Path, at: str) -> None:
    """Give a backup another time."""
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "made_at": at}))


def test_keep_needs_a_folder_of_backups(tmp_path):
    assert "--keep" in refusal_of_command("backup", tmp_path / "saved", keep=2)
    assert "--keep" in refusal_of_command("backup", parent=tmp_path, keep=0)
    assert not (tmp_path / "saved").exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite brings its own")
def test_a_missing_tool_is_named_with_the_package_that_has_it(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres_dumps, "INSTALLED", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    said = refusal_of_command("backup", tmp_path / "saved")
    assert "pg_dump 15 or later is needed" in said
    assert "apt-get install postgresql-client-15" in said


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite brings its own")
def test_an_older_tool_is_not_taken(tmp_path, monkeypatch):
    """It would refuse half-way, or leave out what it does not know."""
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    old.chmod(0o700)
    monkeypatch.setattr(postgres_dumps, "INSTALLED", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "or later is needed" in refusal_of_command("backup", tmp_path / "saved")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a file")
def test_a_database_that_is_not_there_is_not_backed_up_as_an_empty_one(tmp_path, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "missing.sqlite3"))
    with closing(connection):
        assert "There is no database" in refusal_of_command("backup", tmp_path / "saved")
