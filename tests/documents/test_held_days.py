"""The days between which a record begins and ends to hold follow from articles, in one revision."""

import io
import json
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from apps.actors.models import Membership
from apps.agreements.models import Agreement
from apps.core.migrations._existing_rows import fill_in_held_days
from apps.corridors.models import Corridor
from apps.documents import revisions
from apps.documents.revisions import open_revision
from apps.exchange.applying import apply_batch, revert_batch
from apps.ledger.models import Dataset, Proposal, Version
from apps.merging.merging import merge_records, undo_merge
from apps.review import acts as review
from tests.accounts.factories import UserFactory
from tests.documents.acts import change_record, publish_record, retract_record, revert
from tests.exchange.factories import make_csv, make_planned_batch
from tests.support.seeding import CITED_VALUES, NORLAND_SEED, run_seed, write_seed_files
from tests.support.writing import if_match_header, record_address, writer_client
from tests.types.actors.factories import (
    ActorFactory,
    MembershipCitationFactory,
    MembershipFactory,
)
from tests.types.agreements.factories import AgreementFactory
from tests.types.articles.factories import ArticleFactory
from tests.types.corridors.factories import CorridorFactory

pytestmark = pytest.mark.django_db


def last_seen(record: Any) -> list[str | None]:
    """Until when a record certainly holds: by its column, its document and its newest version."""
    record.refresh_from_db()
    version = Version.objects.for_record(record).public().first()
    column = record.holds_certain_until and record.holds_certain_until.isoformat()
    documents = (json.loads(text) for text in (record.document, version.document))
    shown = [record.holds, *(document["holds"] for document in documents)]
    return [column, *(days["certain_until"] for days in shown)]


def assert_last_seen(record: Any, day: str | None) -> None:
    """Column, document and version agree."""
    assert last_seen(record) == [day] * 4


@pytest.fixture
def article() -> Any:
    return ArticleFactory(slug="report", published_on="2020-05-01")


@pytest.fixture
def membership(article) -> Any:
    """A member as an article of 2020 says."""
    return MembershipFactory(slug="norland-league", since=None, citations=[{"article": article}])


def test_a_new_record_has_them(membership):
    assert_last_seen(membership, "2020-05-01")
    assert membership.holds_certain_from == date(2020, 5, 1)
    assert membership.holds_presumed_until == date.max


@pytest.mark.parametrize("make", [MembershipFactory, AgreementFactory, CorridorFactory])
def test_they_follow_the_date_of_an_article_in_the_same_revision(api, make, article):
    status = {Agreement: "in_force", Corridor: "operating"}.get(make._meta.model, "active")
    record = make(status=status, citations=[{"article": article}])
    other = make(status=status)
    since = Dataset.current_revision()
    number = change_record(article, published_on="2021-05-01", reason="The imprint has it")
    assert_last_seen(record, "2021-05-01")
    assert (record.revision, Version.objects.for_record(record).count()) == (number, 2)
    assert json.loads(record.document)["revision"] == number
    newest = Version.objects.for_record(record).first()
    assert (newest.operation, newest.revision.reason) == ("updated", "The imprint has it")
    other.refresh_from_db()
    assert Version.objects.for_record(other).count() == 1
    feed = api.get(f"/api/v1/changes/?since={since}").json()["changes"]
    assert [change["slug"] for change in feed] == [article.slug, record.slug]
    assert feed[1]["document"] == json.loads(record.document)


def test_the_history_says_what_followed(api, article, membership):
    change_record(article, published_on="2021-05-01")
    answer = api.get(f"{record_address(membership)}history/").json()["results"][0]
    (change,) = answer["changes"]
    assert (answer["reason"], change["field"]) == ("Corrected", "holds")
    assert change["from"]["certain_until"] == "2020-05-01"
    assert change["to"]["certain_until"] == "2021-05-01"


def test_another_change_of_an_article_changes_nobody_else(article, membership):
    actor = ActorFactory(citations=[{"article": article}])
    change_record(article, title="Report of the year")
    assert Version.objects.for_record(membership).count() == 1
    change_record(article, published_on="2021-05-01")
    assert Version.objects.for_record(actor).count() == 1  # an actor holds over no time
    assert Version.objects.for_record(membership).count() == 2


def test_a_date_that_makes_no_difference_makes_no_version(article):
    """The begin is dated, and a later article says when it was last seen."""
    later = ArticleFactory(slug="later", published_on="2022")
    cited = [{"article": article}, {"article": later}]
    membership = MembershipFactory(since="1994", citations=cited)
    change_record(article, published_on="2021-05-01")
    assert Version.objects.for_record(membership).count() == 1


def test_what_was_written_in_the_same_revision_has_one_version(article, membership):
    with open_revision(reason="Corrected", origin="admin") as opened:
        article.published_on, membership.name = "2021-05-01", "Norland in the League"
        article.save()
        membership.save()
        opened.touch(membership)
        opened.touch(article)
    assert_last_seen(membership, "2021-05-01")
    assert Version.objects.for_record(membership).count() == 2
    assert [change.record for change in opened.changes] == [membership, article]


def test_drafts_and_what_was_retracted_wait_until_they_are_published(article, membership):
    draft = MembershipFactory(publication="draft", citations=[{"article": article}])
    retract_record(membership)
    change_record(article, published_on="2021-05-01")
    assert [Version.objects.for_record(record).count() for record in (draft, membership)] == [1, 2]
    draft.refresh_from_db()
    assert (draft.holds, draft.holds_certain_until) == (None, None)
    for record in (draft, membership):
        publish_record(record)
        assert_last_seen(record, "2021-05-01")


def test_a_revert_takes_them_back(article, membership):
    change_record(article, published_on="2021-05-01")
    revert(Version.objects.for_record(article).last(), reason="It was right")
    assert_last_seen(membership, "2020-05-01")
    # A version of the record itself has the days of its time; what counts is what follows now.
    change_record(membership, name="Norland in the League")
    change_record(article, published_on="2022-05-01")
    revert(Version.objects.for_record(membership).last(), reason="The old name")
    assert_last_seen(membership, "2022-05-01")


def test_a_merge_of_articles_takes_them_along_and_its_undoing_back(article, membership):
    twin = ArticleFactory(slug="twin", published_on="2023-05-01")
    third = ArticleFactory(slug="third", published_on="2019")
    MembershipCitationFactory(record=membership, article=third)
    of_twin = MembershipFactory(since=None, citations=[{"article": twin}])
    with open_revision(reason="The same", origin="admin") as opened:
        merge_records(article, twin, opened, {"published_on": "other"})
    assert_last_seen(membership, "2023-05-01")
    assert_last_seen(of_twin, "2023-05-01")
    change_record(third, published_on="2024-05-01")
    assert_last_seen(membership, "2024-05-01")  # of what was merged nothing else has changed since
    with open_revision(reason="Not the same", origin="admin") as opened:
        undo_merge(Version.objects.for_record(twin).get(operation="merged"), opened)
    assert_last_seen(membership, "2024-05-01")
    assert_last_seen(of_twin, "2023-05-01")
    assert {citation.article.slug for citation in of_twin.citations.all()} == {"twin"}


def test_who_proposes_a_date_proposes_no_more(article, membership):
    author = writer_client("contributor")
    body, headers = {"published_on": "2021-05-01"}, if_match_header(article)
    answer = author.patch(f"{record_address(article)}?reason=Read", body, headers=headers)
    assert answer.status_code == 202
    proposal = Proposal.objects.get()
    assert (proposal.type, proposal.slug) == ("articles", "report")
    assert_last_seen(membership, "2020-05-01")
    review.approve([proposal], UserFactory(role="editor"))
    assert_last_seen(membership, "2021-05-01")


def test_an_import_of_articles_can_be_undone_with_what_followed(article, membership):
    administrator = UserFactory(role="administrator")
    row = {"slug": "report", "published_on": "2021-05-01"}
    batch = make_planned_batch(make_csv(row), administrator, "articles.csv")
    apply_batch(batch, administrator, "From the library")
    assert_last_seen(membership, "2021-05-01")
    batch.refresh_from_db()
    revert_batch(batch, administrator, "The wrong library")
    assert_last_seen(membership, "2020-05-01")


def test_an_import_can_be_undone_although_an_article_got_another_date(article):
    administrator = UserFactory(role="administrator")
    sides = {"actor": ActorFactory(slug="norland"), "organisation": ActorFactory(slug="league")}
    kept = MembershipFactory(slug="kept", **sides, since=None, citations=[{"article": article}])
    rows = {"slug": "kept", "name": "New name"}
    batch = make_planned_batch(make_csv(rows), administrator, "memberships.csv")
    apply_batch(batch, administrator, "From the yearbook")
    change_record(article, published_on="2021-05-01")
    batch.refresh_from_db()
    revert_batch(batch, administrator, "The wrong yearbook")
    assert_last_seen(kept, "2021-05-01")
    assert kept.name != "New name"


def test_a_record_written_while_an_article_gets_another_date_has_the_new_one(article, monkeypatch):
    """Another writer commits after our document was made, and before our number is given."""
    create = revisions.create_revision

    def create_after_another_writer(**values: Any) -> Any:
        monkeypatch.setattr(revisions, "create_revision", create)
        change_record(article, published_on="2021-05-01")
        return create(**values)

    sides = {"actor": ActorFactory(), "organisation": ActorFactory()}
    monkeypatch.setattr(revisions, "create_revision", create_after_another_writer)
    made = MembershipFactory(**sides, since=None, citations=[{"article": article}])
    assert_last_seen(made, "2021-05-01")


def test_seeds_that_change_a_date_change_what_follows(folder):
    sides = {"actor": "norland", "organisation": "league", "role": "member", "status": "active"}
    member = {"slug": "norland-league", "name": "Norland in the League", **sides, **CITED_VALUES}
    actors = [NORLAND_SEED, {**NORLAND_SEED, "slug": "league"}]
    write_seed_files(folder, actors=actors, memberships=[member])
    run_seed(folder)
    record = Membership.objects.get()
    assert_last_seen(record, None)
    file = folder / "articles.yaml"
    file.write_text(file.read_text().replace("kind:", "published_on: 2020-05-01\n  kind:"))
    assert "2 updated" in run_seed(folder)
    assert_last_seen(record, "2020-05-01")


def test_what_is_sent_as_holds_is_not_taken(membership):
    client, headers = writer_client(), if_match_header(membership)
    days = {"possible_from": "1900-01-01", "certain_from": None, "certain_until": None}
    path = f"{record_address(membership)}?reason=Read"
    answer = client.patch(path, {"holds": days, "name": "The League"}, headers=headers)
    assert answer.status_code == 200, answer.content
    assert_last_seen(membership, "2020-05-01")


def test_nobody_cites_a_source_for_them(membership):
    client, headers = writer_client(), if_match_header(membership)
    cited = {"citations": [{"article": "report", "field": "holds"}]}
    answer = client.patch(f"{record_address(membership)}?reason=R", cited, headers=headers)
    assert answer.status_code == 400
    assert "no field “holds”" in answer.content.decode()


def run_check(**options: Any) -> str:
    """Run `check_documents`; what it says."""
    out = io.StringIO()
    call_command("check_documents", stdout=out, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    "stale",
    [
        lambda article, membership: type(article).objects.update(published_on="2021-05-01"),
        lambda article, membership: Membership.objects.update(holds=None),
        lambda article, membership: Membership.objects.update(holds_certain_from=None),
        lambda article, membership: Membership.objects.update(holds_presumed_until="2022-01-01"),
        lambda article, membership: Membership.objects.update(
            document=membership.document.replace('"2020-05-01"', '"2020-05-02"')
        ),
    ],
)
def test_stale_days_are_found_and_mended(article, membership, stale):
    stale(article, membership)
    with pytest.raises(CommandError, match="--rebuild mends them"):
        run_check()
    run_check(rebuild=True)
    assert "Every stored document" in run_check()
    membership.refresh_from_db()
    article.refresh_from_db()
    assert_last_seen(membership, article.published_on)
    assert membership.holds_certain_from.isoformat() == article.published_on
    assert membership.holds_presumed_until == date.max


def test_a_migration_finds_them_for_rows_that_were_there_before(article, membership):
    draft = MembershipFactory(publication="draft", citations=[{"article": article}])
    proposed = CorridorFactory(status="proposed")
    number = Dataset.current_revision()
    blank = {name: None for name in membership.derived_columns() if name.startswith("holds")}
    before = Membership.objects.filter(pk=membership.pk).values(*blank).get()
    Membership.objects.update(**blank)
    for label in ("actors.Membership", "corridors.Corridor"):
        fill_in_held_days(label)(apps, None)
    assert Membership.objects.filter(pk=membership.pk).values(*blank).get() == before
    for record in (draft, proposed):
        record.refresh_from_db()
        assert record.holds is None
    assert Dataset.current_revision() == number
