"""Seeds: loaded wholly or not at all, untraced the second time, written back byte for byte."""

import io
import json

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction

from apps.core.models import record_models
from apps.documents.revisions import revision
from apps.ledger.models import Dataset, Revision, Version
from apps.search.models import Entry
from apps.seeds import files as seeds
from tests.support.seeding import ARTICLE, NORLAND, Plain, documents, seed, state, write

pytestmark = pytest.mark.django_db


def test_the_curated_seeds_load_and_a_second_time_changes_nothing():
    assert "0 updated, 0 unchanged; revision 1" in seed()
    before = state(), Revision.objects.count()
    assert "0 created, 0 updated" in seed()
    assert (state(), Revision.objects.count()) == before


def test_every_stored_document_is_what_its_tables_say(capsys):
    seed()
    call_command("check_documents")
    assert "Every stored document" in capsys.readouterr().out


def test_seeds_come_back_byte_for_byte(tmp_path):
    seed()
    call_command("dump_seeds", folder=tmp_path, stdout=io.StringIO())
    for endpoint in record_models():
        name = seeds.file_of(endpoint)
        assert (tmp_path / name).read_bytes() == (settings.SEEDS_DIR / name).read_bytes(), name


def test_the_same_seeds_give_the_same_documents_and_the_same_time(folder):
    write(folder, actors=[NORLAND])
    seed(folder)
    first = json.loads(documents()["actors/norland"])
    assert (first["revision"], first["updated_at"]) == (1, "2026-01-31T00:00:00Z")


def test_fixtures_are_up_to_date_and_load_into_an_empty_database(tmp_path):
    """Built anew they have the same bytes; loaddata of them gives what seeding gives."""
    call_command("build_fixtures", folder=tmp_path, stdout=io.StringIO())
    built = sorted(tmp_path.glob("*.json"))
    committed = sorted(settings.FIXTURES_DIR.glob("*.json"))
    assert [path.name for path in built] == [path.name for path in committed]
    for new, old in zip(built, committed, strict=True):
        assert new.read_bytes() == old.read_bytes(), f"{old.name}: run make fixtures"
    seeded = undone(lambda: [seed(), documents(), Dataset.current(), Version.objects.count()][1:])
    assert documents() == {}
    call_command("loaddata", *committed, verbosity=0)
    assert [documents(), Dataset.current(), Version.objects.count()] == seeded
    assert {str(entry) for entry in Entry.objects.all()} == set(documents())
    call_command("check_documents", stdout=io.StringIO())
    assert "0 created, 0 updated" in seed()


def undone(work):
    """What `work` returns, its writes taken back."""
    with transaction.atomic():
        found = work()
        transaction.set_rollback(True)
    return found


def test_a_changed_seed_updates_its_record_only(folder):
    write(folder, actors=[NORLAND, {**NORLAND, "slug": "sorland"}])
    seed(folder)
    untouched = documents()["actors/sorland"]
    write(folder, actors=[{**NORLAND, "name": "Nordland"}, {**NORLAND, "slug": "sorland"}])
    assert "1 updated" in seed(folder)
    assert json.loads(documents()["actors/norland"])["name"] == "Nordland"
    assert json.loads(documents()["actors/norland"])["revision"] == 2
    assert documents()["actors/sorland"] == untouched


def test_what_was_changed_here_is_left_as_it_is_and_named(folder):
    write(folder, actors=[NORLAND, {**NORLAND, "slug": "sorland"}])
    seed(folder)
    actor = record_models()["actors"].objects.get(slug="norland")
    with revision(reason="Better known", origin="admin") as opened:
        actor.name = "Nordland"
        actor.save()
        opened.touch(actor)
    write(
        folder,
        actors=[{**NORLAND, "country": "NO"}, {**NORLAND, "slug": "sorland", "country": "NO"}],
    )
    said = seed(folder)
    assert "norland: changed here, left as it is." in said
    assert "1 updated, 1 unchanged" in said
    kept, taken = (json.loads(documents()[f"actors/{slug}"]) for slug in ("norland", "sorland"))
    assert (kept["name"], kept["country"], taken["country"]) == ("Nordland", None, "NO")
    call_command("seed", folder=folder, overwrite=True, stdout=io.StringIO())
    assert json.loads(documents()["actors/norland"])["name"] == "Norland"


def test_a_key_left_out_is_empty(folder):
    write(folder, actors=[{**NORLAND, "country": "NO", "founded_on": 1814}])
    seed(folder)
    assert json.loads(documents()["actors/norland"])["country"] == "NO"
    write(folder, actors=[NORLAND])
    seed(folder)
    assert json.loads(documents()["actors/norland"])["country"] is None


def test_records_may_name_records_that_come_later(folder):
    league = {**NORLAND, "slug": "aleague", "kind": "alliance", "parent": "norland"}
    write(
        folder,
        actors=[{**league, "successor_of": ["zorland"]}, NORLAND, {**NORLAND, "slug": "zorland"}],
    )
    seed(folder)
    document = json.loads(documents()["actors/aleague"])
    assert (document["parent"], document["successor_of"]) == ("norland", ["zorland"])


def test_scalars_are_text_whatever_yaml_would_make_of_them(folder):
    (folder / "articles.yaml").write_text(yaml.dump([ARTICLE], Dumper=Plain))
    (folder / "actors.yaml").write_text(
        "- {slug: norland, name: NO, kind: state, country: NO, founded_on: 1814,"
        " certainty: confirmed, citations: [{article: text}]}\n"
    )
    seed(folder)
    document = json.loads(documents()["actors/norland"])
    assert (document["name"], document["country"], document["founded_on"]) == ("NO", "NO", "1814")


def test_only_the_endpoints_asked_for_are_loaded(folder):
    write(folder, actors=[NORLAND])
    seed(folder, "articles")
    assert list(documents()) == ["articles/text"]
    with pytest.raises(CommandError, match=r"No such endpoint: actor\. There are articles"):
        seed(folder, "actor")


def test_a_document_that_is_behind_its_tables_is_reported_and_mended(folder, capsys):
    write(folder, actors=[NORLAND])
    seed(folder)
    actor = record_models()["actors"].objects.get()
    record_models()["actors"].objects.update(name="Changed behind the ledger's back")
    with pytest.raises(CommandError, match="1 documents differ"):
        call_command("check_documents")
    assert "actors/norland: the stored document differs." in capsys.readouterr().out
    call_command("check_documents", rebuild=True)
    actor.refresh_from_db()
    assert json.loads(actor.document)["name"] == "Changed behind the ledger's back"
    assert Version.objects.of(actor).first().revision.origin == "rebuild"
    call_command("check_documents")
