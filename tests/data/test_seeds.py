"""Seeds: loaded wholly or not at all, untraced the second time, written back byte for byte."""

import io
import json

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction

from apps.actors.models import Actor
from apps.core.models import record_models
from apps.documents.revisions import open_revision
from apps.ledger.models import Dataset, Revision, Version
from apps.search.models import Entry
from apps.seeds import files as seeds
from tests.support.seeding import (
    ARTICLE_SEED,
    NORLAND_SEED,
    PlainDumper,
    contents,
    curated_rows,
    documents_by_address,
    load_curated_data,
    run_seed,
    stored_state,
    write_seed_files,
)
from tests.types.actors.factories import ActorFactory

pytestmark = pytest.mark.django_db


def test_the_curated_seeds_load_and_a_second_time_changes_nothing():
    assert "0 updated, 0 unchanged; revision 1" in run_seed()
    before = stored_state(), Revision.objects.count()
    assert "0 created, 0 updated" in run_seed()
    assert (stored_state(), Revision.objects.count()) == before


def test_the_curated_data_that_other_tests_load_from_memory_are_what_seeding_leaves():
    wanted = contents() | curated_rows()
    load_curated_data()
    assert contents() == wanted
    assert "0 created, 0 updated" in run_seed()
    ActorFactory(parent=Actor.objects.first())  # new keys go on from there


def test_every_stored_document_is_what_its_tables_say(capsys):
    load_curated_data()
    call_command("check_documents")
    assert "Every stored document" in capsys.readouterr().out


def test_seeds_come_back_byte_for_byte(tmp_path):
    load_curated_data()
    call_command("dump_seeds", folder=tmp_path, stdout=io.StringIO())
    for endpoint in record_models():
        name = seeds.seed_file_name(endpoint)
        assert (tmp_path / name).read_bytes() == (settings.SEEDS_DIR / name).read_bytes(), name


def test_the_same_seeds_give_the_same_documents_and_the_same_time(folder):
    write_seed_files(folder, actors=[NORLAND_SEED])
    run_seed(folder)
    first = json.loads(documents_by_address()["actors/norland"])
    assert (first["revision"], first["updated_at"]) == (1, "2026-01-31T00:00:00Z")


@pytest.mark.any_database("the command makes an SQLite database beside")
def test_fixtures_are_up_to_date(tmp_path):
    """Built anew they have the same bytes."""
    call_command("build_fixtures", folder=tmp_path, stdout=io.StringIO())
    built = sorted(tmp_path.glob("*.json"))
    committed = sorted(settings.FIXTURES_DIR.glob("*.json"))
    assert [path.name for path in built] == [path.name for path in committed]
    for new, old in zip(built, committed, strict=True):
        assert new.read_bytes() == old.read_bytes(), f"{old.name}: run make fixtures"


def test_fixtures_load_into_an_empty_database_and_are_what_seeding_gives():
    def loaded():
        return documents_by_address(), Dataset.current_revision(), Version.objects.count()

    seeded = run_and_undo(lambda: [load_curated_data(), loaded()][1])
    assert documents_by_address() == {}
    call_command("loaddata", *sorted(settings.FIXTURES_DIR.glob("*.json")), verbosity=0)
    assert loaded() == seeded
    assert {str(entry) for entry in Entry.objects.all()} == set(documents_by_address())
    call_command("check_documents", stdout=io.StringIO())
    assert "0 created, 0 updated" in run_seed()


def run_and_undo(work):
    """What `work` returns, its writes taken back."""
    with transaction.atomic():
        result = work()
        transaction.set_rollback(True)
    return result


def test_a_changed_seed_updates_its_record_only(folder):
    write_seed_files(folder, actors=[NORLAND_SEED, {**NORLAND_SEED, "slug": "sorland"}])
    run_seed(folder)
    untouched = documents_by_address()["actors/sorland"]
    write_seed_files(
        folder, actors=[{**NORLAND_SEED, "name": "Nordland"}, {**NORLAND_SEED, "slug": "sorland"}]
    )
    assert "1 updated" in run_seed(folder)
    assert json.loads(documents_by_address()["actors/norland"])["name"] == "Nordland"
    assert json.loads(documents_by_address()["actors/norland"])["revision"] == 2
    assert documents_by_address()["actors/sorland"] == untouched


def test_what_was_changed_here_is_left_as_it_is_and_named(folder):
    write_seed_files(folder, actors=[NORLAND_SEED, {**NORLAND_SEED, "slug": "sorland"}])
    run_seed(folder)
    actor = record_models()["actors"].objects.get(slug="norland")
    with open_revision(reason="Better known", origin="admin") as opened:
        actor.name = "Nordland"
        actor.save()
        opened.touch(actor)
    write_seed_files(
        folder,
        actors=[
            {**NORLAND_SEED, "country": "NO"},
            {**NORLAND_SEED, "slug": "sorland", "country": "NO"},
        ],
    )
    said = run_seed(folder)
    assert "norland: changed here, left as it is." in said
    assert "1 updated, 1 unchanged" in said
    kept, taken = (
        json.loads(documents_by_address()[f"actors/{slug}"]) for slug in ("norland", "sorland")
    )
    assert (kept["name"], kept["country"], taken["country"]) == ("Nordland", None, "NO")
    call_command("seed", folder=folder, overwrite=True, stdout=io.StringIO())
    assert json.loads(documents_by_address()["actors/norland"])["name"] == "Norland"


def test_a_key_left_out_is_empty(folder):
    write_seed_files(folder, actors=[{**NORLAND_SEED, "country": "NO", "founded_on": 1814}])
    run_seed(folder)
    assert json.loads(documents_by_address()["actors/norland"])["country"] == "NO"
    write_seed_files(folder, actors=[NORLAND_SEED])
    run_seed(folder)
    assert json.loads(documents_by_address()["actors/norland"])["country"] is None


def test_records_may_name_records_that_come_later(folder):
    league = {**NORLAND_SEED, "slug": "aleague", "kind": "alliance", "parent": "norland"}
    write_seed_files(
        folder,
        actors=[
            {**league, "successor_of": ["zorland"]},
            NORLAND_SEED,
            {**NORLAND_SEED, "slug": "zorland"},
        ],
    )
    run_seed(folder)
    document = json.loads(documents_by_address()["actors/aleague"])
    assert (document["parent"], document["successor_of"]) == ("norland", ["zorland"])


def test_scalars_are_text_whatever_yaml_would_make_of_them(folder):
    (folder / "articles.yaml").write_text(yaml.dump([ARTICLE_SEED], Dumper=PlainDumper))
    (folder / "actors.yaml").write_text(
        "- {slug: norland, name: NO, kind: state, country: NO, founded_on: 1814,"
        " certainty: confirmed, citations: [{article: text}]}\n"
    )
    run_seed(folder)
    document = json.loads(documents_by_address()["actors/norland"])
    assert (document["name"], document["country"], document["founded_on"]) == ("NO", "NO", "1814")


def test_only_the_endpoints_asked_for_are_loaded(folder):
    write_seed_files(folder, actors=[NORLAND_SEED])
    run_seed(folder, "articles")
    assert list(documents_by_address()) == ["articles/text"]
    with pytest.raises(CommandError, match=r"No such endpoint: actor\. There are articles"):
        run_seed(folder, "actor")


def test_a_document_that_is_behind_its_tables_is_reported_and_mended(folder, capsys):
    write_seed_files(folder, actors=[NORLAND_SEED])
    run_seed(folder)
    actor = record_models()["actors"].objects.get()
    record_models()["actors"].objects.update(name="Changed behind the ledger's back")
    with pytest.raises(CommandError, match="1 documents differ"):
        call_command("check_documents")
    assert "actors/norland: the stored document differs." in capsys.readouterr().out
    call_command("check_documents", rebuild=True)
    actor.refresh_from_db()
    assert json.loads(actor.document)["name"] == "Changed behind the ledger's back"
    assert Version.objects.for_record(actor).first().revision.origin == "rebuild"
    call_command("check_documents")
