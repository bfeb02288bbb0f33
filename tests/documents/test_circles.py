"""A record lies within no other that lies within it: whatever would close a circle is refused."""

from typing import Any

import pytest

from apps.documents.faults import RefusedError
from apps.documents.revisions import open_revision
from apps.ledger.models import Version
from apps.merging.merging import merge_records
from tests.accounts.factories import UserFactory
from tests.documents.acts import change_record, revert
from tests.exchange.factories import make_csv, make_planned_batch, plan_faults
from tests.support.desk import Desk
from tests.support.writing import document_errors, if_match_header, record_address, writer_client
from tests.types.actors.factories import ActorFactory
from tests.types.arms_transfers.factories import ArmsTransferFactory
from tests.types.corridors.factories import CorridorFactory
from tests.types.places.factories import PlaceFactory

pytestmark = pytest.mark.django_db

WAY = "References in a circle: large → small → medium → large."


@pytest.fixture
def large() -> Any:
    return PlaceFactory(slug="large")


@pytest.fixture
def small(large) -> Any:
    """A place within a place within the large one."""
    return PlaceFactory(slug="small", part_of=PlaceFactory(slug="medium", part_of=large))


def assert_refused(act: Any, way: str = WAY) -> None:
    """The act is refused with the whole circle, told once."""
    with pytest.raises(RefusedError) as refused:
        act()
    assert [(fault.path, fault.reason) for fault in refused.value.faults] == [("part_of", way)]


def test_a_writer_is_told_at_the_field_and_nothing_is_written(large, small):
    client, path = writer_client(), f"{record_address(large)}?reason=Read"
    body, headers = {"part_of": "small"}, if_match_header(large)
    assert document_errors(client.patch(path, body, headers=headers)) == {"/part_of": WAY}
    large.refresh_from_db()
    assert large.part_of is None


def test_curators_are_told_on_the_desk(large, small, client):
    desk = Desk(client, UserFactory(role="publisher"))
    data = desk.form(large) | {"part_of": str(small.pk), "reason": "Read"}
    assert desk.save_and_be_refused(large, data) == {"part_of": [WAY]}


def test_the_plan_of_an_import_says_it(large, small):
    row = {"slug": "large", "part_of": "small"}
    batch = make_planned_batch(make_csv(row), UserFactory(role="administrator"), "places.csv")
    assert plan_faults(batch) == [(2, "part_of", WAY)]


def test_a_batch_that_closes_a_circle_by_several_records_is_refused_once(large, small):
    other = PlaceFactory(slug="other")

    def write() -> None:
        with open_revision(reason="Read", origin="admin") as opened:
            for record, around in ((large, other), (other, small)):
                record.part_of = around
                record.save()
                opened.touch(record)

    assert_refused(write, "References in a circle: large → other → small → medium → large.")


def test_a_merge_that_would_close_one_is_refused(large, small):
    def merge() -> None:
        with open_revision(reason="The same", origin="admin") as opened:
            merge_records(large, PlaceFactory(slug="twin", part_of=small), opened, {})

    with pytest.raises(RefusedError, match="circle"):
        merge()


def test_a_revert_that_would_close_one_is_refused(large, small):
    within = Version.objects.for_record(small).first()
    change_record(small, part_of=None)
    change_record(large, part_of=small)
    with pytest.raises(RefusedError, match="References in a circle: small → medium → large"):
        revert(within, reason="As it was")


@pytest.mark.parametrize(
    ("make", "name"),
    [(ActorFactory, "parent"), (CorridorFactory, "parent"), (ArmsTransferFactory, "part_of")],
)
def test_no_reference_to_the_own_type_runs_in_a_circle(make, name):
    first = make(slug="first")
    second = make(slug="second", **{name: first})
    with pytest.raises(RefusedError, match="References in a circle: first → second → first"):
        change_record(first, **{name: second})


def test_drafts_are_held_to_it_too(small):
    draft = PlaceFactory(slug="draft", publication="draft", part_of=small)
    other = PlaceFactory(slug="other", publication="draft", part_of=draft)
    with pytest.raises(RefusedError, match="References in a circle: draft → other → draft"):
        change_record(draft, part_of=other)
