"""`verify` finds each kind of damage and names it; it changes nothing."""

import pytest
from django.core.management import call_command
from django.db import connection

from apps.operations.verifying import CHECKS
from apps.search.models import Entry
from tests.operations.acts import refusal_of_command, run_command
from tests.support.seeding import contents
from tests.types.actors.factories import ActorFactory

pytestmark = pytest.mark.django_db
MANIFEST_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"


@pytest.fixture
def norland(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    call_command("upgrade", verbosity=0)
    return ActorFactory(slug="norland", name="Norland")


def write_by_hand(statement: str) -> None:
    """Change a table past the ledger."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_whole_installation_is_told_what_was_looked_at(norland):
    assert run_command("verify").strip() == f"Nothing is wrong with: {', '.join(CHECKS)}."


@pytest.mark.parametrize(
    ("statement", "subject", "fault"),
    [
        ("DELETE FROM django_migrations WHERE app = 'operations'", "migrations", "is not applied"),
        (
            "UPDATE actors_actor SET name = 'Someone' WHERE slug = 'norland'",
            "documents",
            "actors/norland: the stored document is not what its tables say.",
        ),
        ("UPDATE ledger_dataset SET number = 99", "ledger", "The dataset's number is 99"),
        (
            "UPDATE ledger_version SET document = '{}' WHERE slug = 'norland'",
            "ledger",
            "actors/norland: the record is not what its newest version is.",
        ),
        (
            "UPDATE search_entry SET name_words = 'else' WHERE slug = 'norland'",
            "search",
            "actors/norland: its entry is missing or old",
        ),
        ("DELETE FROM search_entry WHERE slug = 'norland'", "search", "actors/norland: its entry"),
    ],
)
def test_what_was_changed_by_hand_is_named(norland, statement, subject, fault):
    write_by_hand(statement)
    before = contents()
    said = refusal_of_command("verify")
    assert f"{subject}: " in said
    assert fault in said
    assert contents() == before


def test_an_entry_of_what_is_not_published_is_named(norland):
    Entry.objects.create(type="actors", slug="nobody", label="Nobody")
    assert "search: actors/nobody: nothing is published there." in refusal_of_command("verify")


def test_static_files_that_were_not_collected_are_named(norland, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "none"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": MANIFEST_STORAGE}}
    said = refusal_of_command("verify")
    assert "static files: " in said
    assert "are not collected" in said


def test_settings_of_a_public_server_are_held_against_what_one_needs(norland, settings):
    """The same settings are fine for a curator's own machine."""
    settings.IN_THE_OPEN = True
    said = refusal_of_command("verify")
    assert "security.W009" in said  # the tests' short key
    assert "security.W012" in said  # cookies over plain HTTP


@pytest.mark.django_db(transaction=True)
def test_a_check_that_the_database_cannot_answer_is_a_fault_and_no_traceback(norland):
    write_by_hand("ALTER TABLE search_entry RENAME TO elsewhere")
    said = refusal_of_command("verify")
    write_by_hand("ALTER TABLE elsewhere RENAME TO search_entry")
    assert "search: the database does not say" in said
    assert "ledger: " not in said
