"""Fixtures are loaded whole, into an empty installation or over themselves, or not at all."""

import io
import json
from pathlib import Path

import pytest
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import transaction

from apps.actors.models import Actor
from apps.ledger.models import Dataset, Revision, Version
from tests.accounts.factories import UserFactory
from tests.documents.acts import change_record
from tests.support.seeding import contents
from tests.types.actors.factories import ActorFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = [
    pytest.mark.django_db,
    # Types of which the other installation has no record.
    pytest.mark.filterwarnings("ignore:No fixture data found:RuntimeWarning"),
]

NUMBER = 5  # of the other installation's dataset


@pytest.fixture
def fixtures(tmp_path: Path) -> Path:
    """Fixtures of another installation with two actors, of which one was changed."""
    with transaction.atomic():
        article = ArticleFactory(slug="text")
        for slug in ("norland", "sorland"):
            ActorFactory(slug=slug, citations=[{"article": article}])
        change_record(Actor.objects.get(slug="norland"), summary="Changed")
        call_command("build_fixtures", "--from-database", folder=tmp_path, stdout=io.StringIO())
        transaction.set_rollback(True)
    return tmp_path


def load_fixtures(folder: Path, pattern: str = "*.json") -> None:
    """Run the command on some files of a folder."""
    call_command("loaddata", *sorted(folder.glob(pattern)), verbosity=0)


def refusal_of_fixtures(folder: Path, pattern: str = "*.json") -> str:
    """Why the command refuses; nothing may have been written."""
    before = contents()
    with pytest.raises(CommandError) as refused:
        load_fixtures(folder, pattern)
    assert contents() == before
    return str(refused.value)


def test_they_load_into_an_empty_installation_and_over_themselves(fixtures):
    load_fixtures(fixtures)
    assert (Dataset.current_revision(), Actor.objects.published().count()) == (NUMBER, 2)
    loaded = contents()
    load_fixtures(fixtures)
    assert contents() == loaded
    call_command("check_documents", stdout=io.StringIO())


def test_an_installation_with_its_own_history_refuses_and_says_what_to_do_instead(fixtures):
    load_fixtures(fixtures)
    change_record(Actor.objects.get(slug="norland"), summary="Changed here")
    reason = refusal_of_fixtures(fixtures)
    assert f"a history of its own (revision {NUMBER + 1})" in reason
    assert "`manage.py seed`" in reason
    assert Dataset.current_revision() == NUMBER + 1


def test_so_does_one_that_was_never_loaded_from_fixtures(fixtures):
    ActorFactory(slug="norland", external_ids=[{"scheme": "wikidata", "value": "Q1"}])
    assert "a history of its own (revision" in refusal_of_fixtures(fixtures)


def test_so_does_one_whose_number_happens_to_be_the_same(fixtures):
    article = ArticleFactory()
    while Dataset.current_revision() < NUMBER:
        change_record(article, summary=f"Change {Dataset.current_revision()}")
    assert f"a history of its own (revision {NUMBER})" in refusal_of_fixtures(fixtures)


def test_drafts_are_a_history_too(fixtures):
    ActorFactory(slug="norland", publication="draft", citations=[])
    reason = refusal_of_fixtures(fixtures)
    assert "a history of its own" in reason


def test_another_history_of_the_same_length_is_refused(fixtures):
    load_fixtures(fixtures)
    Version.objects.filter(slug="sorland").update(document='{"slug":"sorland"}')
    assert "a history of its own" in refusal_of_fixtures(fixtures)


def test_one_file_alone_names_the_others(fixtures):
    reason = refusal_of_fixtures(fixtures, "03_*")
    assert reason.startswith(
        "Fixtures are one dataset in several files. With 03_actors belong 00_ledger, 01_articles,"
        " 02_places, 04_memberships, "
    )
    assert "09_search: load all of them, `manage.py loaddata fixtures/*.json`." in reason


def test_renamed_files_that_lack_some_records_are_refused(fixtures, tmp_path):
    for path in fixtures.glob("*.json"):
        path.rename(path.with_stem(f"my-{path.stem}"))
    (tmp_path / "my-03_actors.json").unlink()
    (tmp_path / "my-04_memberships.json").unlink()
    reason = refusal_of_fixtures(fixtures)
    assert "actors/norland: the ledger has it, and no record is there." in reason
    assert "Records and their ledger belong together." in reason


def test_records_that_are_not_what_their_ledger_says_are_refused(fixtures):
    path = fixtures / "03_actors.json"
    rows = json.loads(path.read_text())
    rows[0]["fields"]["document"] = '{"slug":"norland"}'
    path.write_text(json.dumps(rows))
    reason = refusal_of_fixtures(fixtures)
    assert "actors/norland: the record is not what its newest version is." in reason


def test_a_number_that_is_not_the_ledgers_is_refused(fixtures):
    path = fixtures / "00_ledger.json"
    rows = json.loads(path.read_text())
    rows[0]["fields"]["number"] = 9
    path.write_text(json.dumps(rows))
    reason = refusal_of_fixtures(fixtures)
    assert f"The dataset's number is 9, and the ledger ends at revision {NUMBER}." in reason


def test_other_fixtures_load_as_ever_beside_a_history(tmp_path):
    ActorFactory()
    user = UserFactory(username="reader")
    (tmp_path / "users.json").write_text(serializers.serialize("json", [user]))
    user.delete()
    load_fixtures(tmp_path)
    assert type(user).objects.filter(username="reader").exists()


# ------------------------------------------------------------------- the number and the ledger


def check_documents_output(capsys, **options: bool) -> tuple[str, str]:
    """What the command says, and why it fails."""
    try:
        call_command("check_documents", **options)
    except CommandError as error:
        return capsys.readouterr().out, str(error)
    return capsys.readouterr().out, ""


def test_a_number_behind_the_ledger_is_reported_and_raised(capsys):
    ActorFactory()
    newest = Dataset.current_revision()
    Dataset.objects.update(number=1)
    said, failure = check_documents_output(capsys)
    assert f"The dataset's number is 1, and the ledger goes on to revision {newest}." in said
    assert failure == "The ledger says otherwise in 1 places."
    said, failure = check_documents_output(capsys, rebuild=True)
    assert (Dataset.current_revision(), failure) == (newest, "")
    assert f"The dataset's number is {newest}." in said
    ActorFactory()
    assert Dataset.current_revision() > newest


def test_a_number_beyond_the_ledger_is_reported_and_never_lowered(capsys):
    ActorFactory()
    newest = Dataset.current_revision()
    Dataset.objects.update(number=newest + 2)
    said, failure = check_documents_output(capsys, rebuild=True)
    assert f"The dataset's number is {newest + 2}, and the ledger ends at revision" in said
    assert (Dataset.current_revision(), failure) == (
        newest + 2,
        "The ledger says otherwise in 1 places.",
    )


def test_revisions_that_are_missing_are_reported(capsys):
    ActorFactory(slug="norland")
    actor = Actor.objects.get()
    change_record(actor, summary="Once")
    change_record(actor, summary="Twice")
    newest = Dataset.current_revision()
    lost = Revision.objects.get(number=newest - 1)
    lost.versions.all().delete()
    lost.delete()
    said, _ = check_documents_output(capsys)
    assert f"Of the revisions 1 to {newest} the ledger holds {newest - 1}." in said


def test_a_record_that_the_ledger_shows_otherwise_is_reported(capsys):
    ActorFactory(slug="norland")
    Version.objects.filter(slug="norland").update(document='{"slug":"norland"}')
    said, failure = check_documents_output(capsys)
    assert "actors/norland: the record is not what its newest version is." in said
    assert failure == "The ledger says otherwise in 1 places."
