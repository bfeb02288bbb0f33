"""`upgrade` brings an old installation up to its code, and a second time does nothing."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from apps.core.models import record_models
from apps.ledger.models import Dataset
from apps.operations import upgrading
from apps.operations.models import Installation
from tests.operations.acts import refusal_of_command, run_command
from tests.support.seeding import contents
from tests.types.actors.factories import ActorFactory

NOTHING = "Nothing is to be done."


@pytest.fixture(autouse=True)
def static_root(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path / "static"


@pytest.mark.django_db
def test_a_second_upgrade_does_nothing(monkeypatch, queries):
    """A start with nothing to do asks two tables, and reads no record."""
    ActorFactory(slug="norland")
    assert NOTHING not in run_command("upgrade")
    before = contents()
    monkeypatch.setattr(upgrading, "call_command", None)  # no step may be taken
    with queries() as counted:
        assert run_command("upgrade").strip() == NOTHING
    assert contents() == before
    asked = " ".join(query["sql"] for query in counted)
    assert not [m for m in record_models().values() if m._meta.db_table in asked]
    assert len(counted) <= 5


@pytest.mark.django_db
def test_another_build_rebuilds_and_loses_nothing(settings):
    record = ActorFactory(slug="norland")
    run_command("upgrade")
    with connection.cursor() as cursor:  # as an earlier build had written it
        cursor.execute("UPDATE actors_actor SET document = '{}' WHERE slug = 'norland'")
        cursor.execute("DELETE FROM search_entry")
    settings.BUILD = "another"
    said = run_command("upgrade")
    assert said.splitlines() == [
        "The documents are what the tables say.",
        "The search index is made anew.",
        "The database is brought up to the code.",
        "Static files are collected.",
    ]
    assert Installation.objects.get().state == "another"
    assert run_command("verify")
    text = type(record).objects.get(pk=record.pk).document
    assert '"slug":"norland"' in text


@pytest.mark.django_db
def test_a_step_that_fails_is_taken_again_the_next_time(monkeypatch):
    ActorFactory(slug="norland")
    with monkeypatch.context() as patched:
        patched.setattr(upgrading, "rebuild_search", fail_at_once)
        with pytest.raises(OSError, match="No space"):
            run_command("upgrade")
    assert not Installation.objects.exists()
    assert "The search index is made anew." in run_command("upgrade")


def fail_at_once() -> None:
    """Stand in for a step that fails."""
    raise OSError("No space left on device")


@pytest.mark.django_db
def test_what_the_ledger_contradicts_stops_the_upgrade():
    """Damage is not built over."""
    ActorFactory(slug="norland")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_dataset SET number = 99")
    assert "The ledger says otherwise" in refusal_of_command("upgrade")
    assert not Installation.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("shared_database")
def test_a_backup_from_before_is_brought_up_to_the_code(tmp_path):
    """The tables are those of the last migration but one; the rows stay."""
    ActorFactory(slug="norland")
    call_command("migrate", "operations", "zero", verbosity=0)
    run_command("backup", tmp_path / "old")
    call_command("migrate", verbosity=0)
    ActorFactory(slug="sorland")
    said = StringIO()
    call_command("restore", tmp_path / "old", replace=True, stdout=said)
    assert "as they were" in said.getvalue()
    assert "is not applied; `upgrade` does it" in refusal_of_command("verify")
    assert "The tables are those of the code." in run_command("upgrade")
    assert "Nothing is wrong" in run_command("verify")
    assert Dataset.current_revision() == 2
