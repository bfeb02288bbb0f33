"""An import can be undone as a whole, unless something rests on it already."""

import json

import pytest

from apps.actors.models import Actor
from apps.documents.faults import NotAllowedError, RefusedError
from apps.exchange.applying import (
    ImportImpossibleError,
    RecordsChangedError,
    apply_batch,
    plan_batch_again,
    revert_batch,
)
from apps.ledger.models import Dataset, Revision
from tests.documents.acts import change_record
from tests.exchange.factories import actor_row, make_csv, make_planned_batch, plan_outcomes
from tests.support.desk import database_state
from tests.types.actors.factories import ActorFactory, ActorNameFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def applied(publisher):
    """An import that created one record and changed another in a column and a list."""
    sorland = ActorFactory(slug="sorland", name="Sorland", summary="Old.")
    ActorNameFactory(record=sorland, name="Сорланд", kind="official")
    named = {"names.name": "", "names.language": "", "names.kind": "", "names.used_by": ""}
    named |= {"names.since": "", "names.until": ""}
    rows = [actor_row("eastern-realm"), actor_row("sorland", summary="New.")]
    rows = [{"summary": "", **row, **named} for row in rows]
    batch = make_planned_batch(make_csv(*rows), publisher)
    return apply_batch(batch, publisher, "From the yearbook")


def unstamped_content(slug):
    """What a record says, without its stamp."""
    record = Actor.objects.get(slug=slug)
    assert record.document
    return {k: v for k, v in json.loads(record.document).items() if "revision" not in k}


def test_what_was_created_is_retracted_and_what_was_changed_is_as_before(
    applied, administrator, api
):
    before = Dataset.current_revision()
    done = revert_batch(applied, administrator, "The yearbook was withdrawn")
    assert done.state == "reverted"
    assert done.reverted_in == Revision.objects.get(number=before + 1)
    assert done.reverted_in.user == administrator
    assert list(done.reverted_in.versions.order_by("slug").values_list("slug", "operation")) == [
        ("eastern-realm", "retracted"),
        ("sorland", "updated"),
    ]
    assert api.get("/api/v1/actors/eastern-realm/").status_code == 410
    sorland = api.get("/api/v1/actors/sorland/").json()
    assert sorland["summary"] == "Old."
    assert [name["name"] for name in sorland["names"]] == ["Сорланд"]


@pytest.mark.parametrize("slug", ["eastern-realm", "sorland"])
def test_what_was_changed_since_is_not_undone(applied, administrator, slug):
    change_record(Actor.objects.get(slug=slug), summary="Later.")
    before = database_state()
    with pytest.raises(RecordsChangedError, match=rf"Changed since the import: {slug}\."):
        revert_batch(applied, administrator, "Wrong")
    assert database_state() == before


def test_what_others_name_is_not_undone(applied, administrator):
    MembershipFactory(slug="m", actor=Actor.objects.get(slug="eastern-realm"))
    before = database_state()
    with pytest.raises(RefusedError, match="eastern-realm: Still named by memberships/m"):
        revert_batch(applied, administrator, "Wrong")
    assert database_state() == before


def test_who_publishes_may_not_undo_imports(applied, publisher):
    before = database_state()
    with pytest.raises(NotAllowedError):
        revert_batch(applied, publisher, "Wrong")
    assert database_state() == before


def test_it_is_undone_once(applied, administrator):
    revert_batch(applied, administrator, "Wrong")
    with pytest.raises(ImportImpossibleError):
        revert_batch(applied, administrator, "Wrong again")


def test_a_reverted_import_can_be_planned_and_applied_again(applied, administrator, publisher):
    new, changed = unstamped_content("eastern-realm"), unstamped_content("sorland")
    applied = revert_batch(applied, administrator, "Too early")
    again = plan_batch_again(applied, publisher)
    assert again.pk != applied.pk
    assert plan_outcomes(again) == [(2, "create"), (3, "update")]
    apply_batch(again, publisher, "Now")
    for slug, document in (("eastern-realm", new), ("sorland", changed)):
        assert {**unstamped_content(slug), "updated_at": ""} == {**document, "updated_at": ""}
    applied.refresh_from_db()
    assert applied.state == "reverted"  # it stays as it was done and undone


def test_an_applied_import_is_not_planned_again(applied, publisher):
    with pytest.raises(ImportImpossibleError):
        plan_batch_again(applied, publisher)


def test_a_refused_import_is_planned_again_in_its_place(publisher):
    row = {**actor_row("m"), "actor": "norland"}
    del row["kind"]
    row |= {"organisation": "union", "role": "member", "status": "active"}
    ActorFactory(slug="union", kind="international_organisation")
    batch = make_planned_batch(make_csv(row), publisher, "memberships.csv")
    assert batch.state == "refused"
    ActorFactory(slug="norland")
    again = plan_batch_again(batch, publisher)
    assert (again.pk, again.state) == (batch.pk, "planned")
