"""The index in step: with every revision, with a rebuild, with fixtures, there and back again."""

import io

import pytest
from django.core import serializers
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from apps.actors.models import Actor
from apps.core.models import Record
from apps.documents.revisions import open_revision
from apps.search import index
from apps.search.index import SearchRecord
from apps.search.models import Entry
from caucasus.api.search import SEARCHED_TYPES
from tests.search.factories import EntryFactory
from tests.support.registry import RECORD_FACTORIES
from tests.types.actors.factories import ActorFactory, ActorNameFactory, MembershipFactory
from tests.types.articles.factories import ArticleFactory
from tests.types.places.factories import PlaceFactory

pytestmark = pytest.mark.django_db


def index_state() -> list[dict]:
    """Everything in the index but the ids of its rows."""
    fields = [field.name for field in Entry._meta.fields if field.name != "id"]
    return list(Entry.objects.order_by("type", "slug").values(*fields))


def rebuild_index() -> str:
    """Run the command; what it says."""
    out = io.StringIO()
    call_command("rebuild_search", stdout=out)
    return out.getvalue()


def found_addresses(text: str) -> list[str]:
    """What a query finds, in its order: type/slug."""
    entries = Entry.objects.in_bulk()
    return [str(entries[hit.pk]) for hit in index.find_matches(text, SEARCHED_TYPES)]


def change_columns(record: Record, **values) -> None:
    """Set columns of a record within a revision."""
    with open_revision(reason="Changed", origin="admin") as opened:
        for name, value in values.items():
            setattr(record, name, value)
        record.save()
        opened.touch(record)
    record.refresh_from_db()


def check_derived_tables() -> None:
    """SQLite compares its two FTS5 tables with the entries; PostgreSQL's columns cannot differ."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for table in ("search_entry_words", "search_entry_similar"):
                cursor.execute(f"INSERT INTO {table}({table}, rank) VALUES ('integrity-check', 1)")


def test_an_entry_is_made_of_the_document_alone():
    document = {
        "slug": "fa-18-sale",
        "name": "F/A-18 sale",
        "names": [{"name": "Продажа", "kind": "short"}, {"name": "Sale-18", "kind": "short"}],
        "external_ids": [{"scheme": "wikidata", "value": "Q1"}],
        "summary": "Türkiye sells.",
        "weapon_designation": "F/A-18",
        "weapon_description": None,
        "provisions": [{"number": "1", "subject": "Price"}],
    }
    texts = ("weapon_designation", "weapon_description", "provisions.subject")
    entry = index.build_entry(SearchRecord("arms-transfers", "fa-18-sale", document, "name", texts))
    assert (entry.type, entry.slug, entry.label, entry.summary) == (
        "arms-transfers",
        "fa-18-sale",
        "F/A-18 sale",
        "Türkiye sells.",
    )
    assert entry.label_words == "f a 18 sale"
    assert entry.name_words == "prodazha sale 18 k1 fa 18 sale fa18 sale18"
    assert entry.summary_words == "turkie sells"
    assert entry.other_words == "f a 18 price fa18"


def test_every_published_record_is_in_the_index_once_and_nothing_else():
    for make in RECORD_FACTORIES.values():
        make()
        make(publication=Record.Publication.DRAFT)
    published = [
        (endpoint, slug)
        for endpoint in SEARCHED_TYPES
        for slug in RECORD_FACTORIES[endpoint]
        ._meta.model.objects.published()
        .values_list("slug", flat=True)
    ]
    assert sorted(Entry.objects.values_list("type", "slug")) == sorted(published)


def test_after_a_mix_of_work_the_index_is_what_a_rebuild_makes():
    actors = [ActorFactory(name=f"Actor with number {number}") for number in range(4)]
    MembershipFactory(actor=actors[0])
    ArticleFactory(title="Title")
    change_columns(actors[0], name="Renamed")
    ActorNameFactory(record=actors[1], name="Ղարաբաղ")
    change_columns(actors[2], publication=Record.Publication.RETRACTED)
    change_columns(actors[2], publication=Record.Publication.PUBLISHED)
    change_columns(actors[3], publication=Record.Publication.RETRACTED)
    draft = ActorFactory(publication=Record.Publication.DRAFT)
    with open_revision(origin="admin") as opened:
        opened.delete_draft(draft)
    kept = index_state()
    check_derived_tables()
    assert "actors: 4\n" in rebuild_index()
    assert index_state() == kept
    Entry.objects.all().delete()
    EntryFactory(type="dragons", slug="smaug")
    EntryFactory(type="actors", slug=actors[3].slug)
    EntryFactory(type="actors", slug=actors[0].slug, label="Wrong")
    rebuild_index()
    assert index_state() == kept
    check_derived_tables()


def test_entries_of_a_fixture_are_found_as_soon_as_they_are_loaded():
    actor = ActorFactory(name="Zebra")
    text = serializers.serialize(
        "json",
        Entry.objects.all(),
        use_natural_primary_keys=True,
        use_natural_foreign_keys=True,
    )
    kept = index_state()
    Entry.objects.all().delete()
    assert found_addresses("zebra") == []
    for _ in range(2):  # a fixture may be loaded over itself
        for loaded in serializers.deserialize("json", text):
            loaded.save()
    assert index_state() == kept
    assert found_addresses("zebra") == found_addresses("zebar") == [f"actors/{actor.slug}"]
    check_derived_tables()


def test_a_record_that_changes_twice_in_one_call_is_entered_as_it_was_last():
    first, second = {"name": "First"}, {"name": "Second"}
    index.update_entries([SearchRecord("actors", "a", first), SearchRecord("actors", "a", second)])
    index.update_entries([SearchRecord("actors", "b", first), SearchRecord("actors", "b", None)])
    assert [str(entry) for entry in Entry.objects.all()] == ["actors/a"]
    assert (found_addresses("first"), found_addresses("second")) == ([], ["actors/a"])


def test_texts_of_any_length_are_taken():
    long = " ".join(f"word{number}" for number in range(150_000))
    document = {"name": "ﷺ" * 300, "summary": long, "objective": "a" * 5_000, "series": long}
    index.update_entries(
        [SearchRecord("exercises", "long", document, texts=("objective", "series"))]
    )
    assert found_addresses("word7 word19") == ["exercises/long"]
    assert found_addresses("ﷺ") == ["exercises/long"]


def test_a_list_is_restricted_to_what_matches_and_can_be_ranked():
    ActorFactory(slug="c-words", name="Old Zebra")
    ActorFactory(slug="b-is", name="Zebra")
    ActorFactory(slug="a-summary", name="Norland", summary="Rides a zebra.")
    ActorFactory(slug="other", name="Other")
    PlaceFactory(slug="b-is", name="Zebra")
    matching = index.matching_records(Actor.objects.published(), "zebra")
    ranked = matching.order_by("search_rank", "slug")
    assert list(matching.values_list("slug", flat=True)) == ["a-summary", "b-is", "c-words"]
    assert list(ranked.values_list("slug", flat=True)) == ["b-is", "c-words", "a-summary"]
    assert matching.count() == 3
    assert "zebra" not in [
        actor.slug for actor in Actor.objects.exclude(pk__in=matching.values("pk"))
    ]
    assert not index.matching_records(Actor.objects.all(), "zebar").exists()
    assert not index.matching_records(Actor.objects.all(), "+").order_by("search_rank").exists()


def test_the_index_is_written_before_writers_wait_for_one_another():
    """The dataset's row is locked last; work after it would keep all other writers waiting."""
    actor = ActorFactory()
    statements = []

    def note(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        change_columns(actor, name="Other")
    bump = next(i for i, sql in enumerate(statements) if 'UPDATE "ledger_dataset"' in sql)
    writes = [i for i, sql in enumerate(statements) if sql.startswith('INSERT INTO "search_entry"')]
    assert len(writes) == 1
    assert writes[0] < bump


@pytest.mark.django_db(transaction=True)
def test_the_migration_goes_back_and_forth():
    EntryFactory()
    for target in ([("search", None)], [("search", "0001_initial")]):
        MigrationExecutor(connection).migrate(target)
    assert index_state() == []
    EntryFactory(slug="zebra", label_words="zebra")
    assert found_addresses("zebra") == found_addresses("zebar") == ["actors/zebra"]
    check_derived_tables()
