"""The one number: what a revision does, in which order, and what it leaves alone."""

import json
from datetime import UTC, datetime

import pytest
from django.db import connection

from apps.actors.models import Actor
from apps.core.models import Record
from apps.documents.faults import RefusedError
from apps.documents.revisions import open_revision
from apps.ledger.models import Dataset, Revision, Version
from tests.types.actors.factories import ActorFactory, MembershipFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = pytest.mark.django_db


def test_a_change_gets_the_next_number_in_row_document_and_history():
    actor = ActorFactory(slug="norland")
    before = Dataset.current_revision()
    with open_revision(reason="Corrected", origin="admin") as opened:
        actor.name = "The Norland"
        actor.save()
        opened.touch(actor)
    actor.refresh_from_db()
    document = json.loads(actor.document)
    version = Version.objects.for_record(actor).first()
    assert Dataset.current_revision() == opened.number == actor.revision == before + 1
    assert (document["name"], document["revision"]) == ("The Norland", before + 1)
    assert version.document == actor.document
    assert (version.operation, version.revision.reason) == ("updated", "Corrected")
    assert document["updated_at"] == actor.updated_at.isoformat().replace("+00:00", "Z")


def test_touching_without_changing_leaves_no_trace():
    actor = ActorFactory()
    before = Dataset.current_revision(), Version.objects.count(), Revision.objects.count()
    with open_revision(origin="admin") as opened:
        opened.touch(actor)
    assert (Dataset.current_revision(), Version.objects.count(), Revision.objects.count()) == before
    assert opened.number is None


def test_a_draft_has_a_history_but_no_number_and_changes_no_public_byte():
    before = Dataset.current_revision()
    with open_revision(origin="admin") as opened:
        draft = Actor.objects.create(slug="draft", name="Draft", kind="state", certainty="reported")
        opened.touch(draft)
    draft.refresh_from_db()
    assert Dataset.current_revision() == before
    assert (draft.document, draft.revision, opened.number) == (None, None, None)
    assert Version.objects.for_record(draft).get().operation == "drafted"
    assert not Version.objects.for_record(draft).public().exists()


def test_a_published_record_needs_a_source():
    with (
        pytest.raises(RefusedError, match="cites a source"),
        open_revision(origin="admin") as opened,
    ):
        actor = Actor.objects.create(
            slug="bare", name="Bare", kind="state", certainty="reported", publication="published"
        )
        opened.touch(actor)
    assert not Actor.objects.filter(slug="bare").exists()


def test_a_published_record_names_only_published_ones():
    draft = Actor.objects.create(slug="draft", name="Draft", kind="state", certainty="reported")
    with pytest.raises(RefusedError, match="The actor “draft” is not published"):
        MembershipFactory(actor=draft)


def test_what_others_name_cannot_be_retracted():
    membership = MembershipFactory()
    with (
        pytest.raises(RefusedError, match="Still named by memberships/"),
        open_revision(origin="admin") as opened,
    ):
        membership.actor.publication = Record.Publication.RETRACTED
        membership.actor.save()
        opened.touch(membership.actor)


def test_a_retracted_record_leaves_a_tombstone(api):
    actor = ActorFactory(slug="gone")
    with open_revision(reason="Not an actor", origin="admin") as opened:
        actor.publication = Record.Publication.RETRACTED
        actor.save()
        opened.touch(actor)
    actor.refresh_from_db()
    tombstone = Version.objects.for_record(actor).first()
    assert (actor.document, actor.revision) == (None, opened.number)
    assert (tombstone.operation, tombstone.document, tombstone.is_public) == (
        "retracted",
        None,
        True,
    )
    assert api.get("/api/v1/actors/gone/").status_code == 410


def test_an_article_cannot_lose_a_section_that_is_cited():
    article = ArticleFactory()
    citation = {"article": article, "section": "BACKGROUND", "paragraph": 3}
    ActorFactory(slug="cited", citations=[citation])
    with (
        pytest.raises(RefusedError, match="actors/cited cites BACKGROUND ¶3"),
        open_revision(origin="admin") as opened,
    ):
        article.sections.filter(name="BACKGROUND").update(paragraphs=2)
        opened.touch(article)


def test_an_error_inside_undoes_everything():
    actor = ActorFactory(name="Before")
    before = Dataset.current_revision()
    with pytest.raises(RuntimeError), open_revision(origin="admin") as opened:
        actor.name = "After"
        actor.save()
        opened.touch(actor)
        raise RuntimeError
    actor.refresh_from_db()
    assert (actor.name, Dataset.current_revision()) == ("Before", before)


def test_a_time_given_is_kept_unless_history_would_run_backwards():
    early, late = datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)
    Revision.objects.all().delete()
    first = Actor(slug="first", name="First", kind="state", certainty="reported")
    for at, expected in ((late, late), (early, None)):
        with open_revision(origin="seed", at=at) as opened:
            first.name += "!"
            first.save()
            opened.touch(first)
        made = Revision.objects.first().at
        assert made == expected if expected else made > late


def test_the_origin_is_one_of_the_known_ways_in():
    with pytest.raises(ValueError, match="origin is one of"), open_revision(origin="magic"):
        pass


@pytest.mark.django_db(transaction=True)
def test_the_number_is_taken_last():
    """Writers wait for each other only while they commit: after the lock come only its writes."""
    actor = ActorFactory()
    statements = []

    def note(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note), open_revision(origin="admin") as opened:
        actor.name = "Other"
        actor.save()
        opened.touch(actor)
    bump = next(i for i, sql in enumerate(statements) if 'UPDATE "ledger_dataset"' in sql)
    after = [
        sql.split()[0]
        for sql in statements[bump + 1 :]
        if not sql.startswith(("SAVEPOINT", "RELEASE"))
    ]
    assert set(after) <= {"SELECT", "INSERT", "UPDATE"}
    assert len(after) == 4  # the newest time, the revision, the record's number, its version
