"""Two records that are the same become one, with all that named either; and apart again."""

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from django.contrib.auth.models import Permission, User

from apps.core.models import Record, record_models
from apps.documents.faults import NotAllowedError, RefusedError
from apps.ledger.models import Dataset, Version
from apps.merging import merging
from apps.merging.combining import field_choices
from apps.merging.merging import relation_rule, relations_to_type
from apps.search.models import Entry
from tests.api.answers.test_changes import apply_changes, take_snapshot
from tests.documents.acts import change_record, retract_record
from tests.merging.acts import merge, take_apart
from tests.support.desk import database_state
from tests.support.registry import FACTORIES
from tests.types.actors.factories import ActorFactory, MembershipFactory
from tests.types.agreements.factories import AgreementFactory
from tests.types.arms_transfers.factories import ArmsTransferFactory
from tests.types.articles.factories import ArticleFactory
from tests.types.corridors.factories import CorridorFactory
from tests.types.exercises.factories import ExerciseFactory
from tests.types.places.factories import PlaceFactory

pytestmark = pytest.mark.django_db
DRAFT = Record.Publication.DRAFT
Document = dict[str, Any]
EXPLAINED = "; explain it in merging.EXCEPTIONS, or let documents name it"


def public_document(record: Record) -> Document:
    """A record's public document, as stored."""
    record.refresh_from_db()
    return orjson.loads(record.document)


def without_stamp(document: Document) -> Document:
    """A document without what every revision changes."""
    return {key: value for key, value in document.items() if key not in ("revision", "updated_at")}


def merged_version(record: Record) -> Version:
    """The entry that a merge left in a record's history."""
    version = Version.objects.for_record(record).first()
    assert version is not None
    assert version.operation == "merged"
    return version


def merge_faults(work: Callable[[], Any]) -> list[tuple[str, str]]:
    """(where and slug and path, reason) of what is refused; nothing at all has changed."""
    before = database_state()
    with pytest.raises(RefusedError) as caught:
        work()
    assert database_state() == before
    return [
        (f"{fault.where}/{fault.slug}.{fault.path}", fault.reason) for fault in caught.value.faults
    ]


# ----------------------------------------------------------------------------- what every type has


def every_relation() -> Iterator[Any]:
    for model in record_models().values():
        for relation in relations_to_type(model):
            yield pytest.param(relation, id=f"{model.__name__}<-{relation.field}")


@pytest.mark.parametrize("relation", list(every_relation()))
def test_every_relation_to_a_record_has_a_rule_for_merges(relation):
    assert relation_rule(relation), f"{relation.field} would be left behind{EXPLAINED}"


def test_every_exception_is_of_a_relation_that_there_is():
    known = {
        f"{relation.related_model._meta.label}.{relation.field.name}"
        for model in record_models().values()
        for relation in relations_to_type(model)
    }
    assert set(merging.RELATION_EXCEPTIONS) <= known


def test_readers_of_the_merged_record_are_led_to_the_survivor(api, endpoint, make):
    survivor, other = make(), make()
    number = merge(survivor, other, reason="The same")
    answer = api.get(f"/api/v1/{endpoint}/{other.slug}/")
    assert answer.status_code == 308
    assert answer["Location"] == f"http://testserver/api/v1/{endpoint}/{survivor.slug}/"
    assert answer.json()["revision"] == number == Dataset.current_revision()
    assert not Entry.objects.filter(type=endpoint, slug=other.slug).exists()
    slugs = [result["slug"] for result in api.get(f"/api/v1/{endpoint}/").json()["results"]]
    assert other.slug not in slugs
    assert survivor.slug in slugs


def test_every_list_of_the_other_can_be_taken_and_comes_back_when_they_part(endpoint, make):
    survivor, other = make(), make()
    for part in type(other).parts().values():
        FACTORIES[part](record=other)
    before, fuller = public_document(survivor), public_document(other)
    choices = field_choices(type(other), before, fuller)
    sides = {choice.name: "other" for choice in choices if choice.is_list}
    merge(survivor, other, sides, reason="The same")
    now = public_document(survivor)
    for name in sides:
        assert now[name] == fuller[name], name
    take_apart(merged_version(other), reason="Not the same")
    assert without_stamp(public_document(survivor)) == without_stamp(before)
    assert without_stamp(public_document(other)) == without_stamp(fuller)


@pytest.mark.django_db(transaction=True)
def test_a_merge_is_one_revision_in_the_feed_and_so_is_its_undoing(api):
    survivor, other = ActorFactory(slug="norland"), ActorFactory(slug="the-norland")
    membership = MembershipFactory(slug="in-the-league", actor=other)
    since, copy = take_snapshot()

    def follow(since: int) -> list[tuple[str, str]]:
        answer = api.get("/api/v1/changes/", {"since": since}).json()
        apply_changes(copy, answer["changes"])
        assert (answer["to"], copy) == take_snapshot()
        assert {change["revision"] for change in answer["changes"]} == {since + 1}
        return [(change["op"], change["slug"]) for change in answer["changes"]]

    merge(survivor, other, reason="The same")
    changes = [("updated", "norland"), ("merged", "the-norland"), ("updated", membership.slug)]
    assert follow(since) == changes
    take_apart(merged_version(other), reason="Not the same")
    changes = [("updated", "norland"), ("created", "the-norland"), ("updated", membership.slug)]
    assert follow(since + 1) == changes


# ------------------------------------------------------------------------------- what else it moves


def test_whatever_names_the_merged_record_names_the_survivor_from_then_on():
    survivor, other, third = ActorFactory(slug="kept"), ActorFactory(slug="gone"), ActorFactory()
    claim = {"article": ArticleFactory(), "field": "supplier", "value": "gone"}
    records = [
        ActorFactory(parent=other),
        ActorFactory(successor_of=[other, third]),
        MembershipFactory(actor=other, blocked_by=[other, survivor]),
        MembershipFactory(organisation=other),
        AgreementFactory(parties=[{"actor": third}, {"actor": other, "role": "mediator"}]),
        ArmsTransferFactory(supplier=other, recipient=third, end_user=other, designer=other),
        ArmsTransferFactory(supplier=third, citations=[claim]),
        CorridorFactory(participants=[{"actor": other, "role": "operator"}]),
        ExerciseFactory(participants=[{"actor": other, "role": "host"}]),
    ]
    was = [public_document(record) for record in records]
    number = merge(survivor, other, reason="The same")
    for record, before in zip(records, was, strict=True):
        now = public_document(record)
        text = orjson.dumps(now).decode()
        assert '"gone"' not in text
        assert '"kept"' in text
        assert now["revision"] == number
        assert Version.objects.for_record(record).first().operation == "updated"
        assert orjson.dumps(before).decode().replace('"gone"', '"kept"').count('"kept"') >= 1
    assert public_document(records[2])["blocked_by"] == ["kept"]
    take_apart(merged_version(other), reason="Not the same")
    assert [without_stamp(public_document(record)) for record in records] == [
        without_stamp(document) for document in was
    ]


def test_an_articles_citations_move_with_their_locators():
    sections = [{"name": "INTRO", "paragraphs": 9}]
    survivor, other = ArticleFactory(), ArticleFactory(sections=sections)
    place = {"section": "INTRO", "paragraph": 7}
    actor = ActorFactory(citations=[{"article": other, **place}])
    cited = PlaceFactory(citations=[{"article": other}, {"article": survivor}])
    refused = merge_faults(lambda: merge(survivor, other, reason="The same"))
    assert refused == [
        (
            f"actors/{actor.slug}.citations[1].paragraph",
            f"INTRO of {survivor.slug} ends with 2. {merging.MERGE_ADVICE}",
        )
    ]
    merge(survivor, other, {"sections": "other"}, reason="The same")
    row = public_document(actor)["citations"][0]
    assert (row["article"], row["section"], row["paragraph"]) == (survivor.slug, "INTRO", 7)
    assert [row["article"] for row in public_document(cited)["citations"]] == [survivor.slug]
    take_apart(merged_version(other), reason="Not the same")
    assert public_document(actor)["citations"][0]["article"] == other.slug
    assert len(public_document(cited)["citations"]) == 2


def test_drafts_and_retracted_records_move_too_and_nobody_sees_it(api):
    survivor, other = ActorFactory(), ActorFactory()
    draft = MembershipFactory(actor=other, publication=DRAFT)
    withdrawn = MembershipFactory(actor=other)
    retract_record(withdrawn)
    public = api.get("/api/v1/memberships/").content
    merge(survivor, other, reason="The same")
    for record, state in ((draft, "draft"), (withdrawn, "retracted")):
        record.refresh_from_db()
        assert (record.actor, record.publication, record.document) == (survivor, state, None)
        assert Version.objects.for_record(record).first().operation == "drafted"
    assert api.get("/api/v1/memberships/").content == public
    assert api.get(f"/api/v1/memberships/{withdrawn.slug}/").status_code == 410
    take_apart(merged_version(other), reason="Not the same")
    for record in (draft, withdrawn):
        record.refresh_from_db()
        assert (record.actor, record.document) == (other, None)


def test_what_was_merged_before_leads_on_from_step_to_step(api):
    first, second, third = ActorFactory(), ActorFactory(), ActorFactory()
    merge(second, first, reason="The same")
    merge(third, second, reason="The same")
    then = api.get(f"/api/v1/actors/{first.slug}/")["Location"]
    assert then.endswith(f"/{second.slug}/")
    assert api.get(then)["Location"].endswith(f"/{third.slug}/")


# ------------------------------------------------------------------------------------ what stops it


def test_a_record_that_would_name_one_twice_is_reported_and_nothing_is_written():
    survivor, other = ActorFactory(), ActorFactory()
    treaty = AgreementFactory(parties=[{"actor": survivor}, {"actor": other}])
    faults = merge_faults(lambda: merge(survivor, other, reason="The same"))
    twice = f"This actor stands twice in the same role. {merging.MERGE_ADVICE}"
    assert faults == [(f"agreements/{treaty.slug}.parties[2]", twice)]


def test_a_record_whose_two_sides_would_be_one_is_reported():
    survivor, other = ActorFactory(slug="kept"), ActorFactory(slug="gone")
    member = MembershipFactory(actor=survivor, organisation=other)
    transfer = ArmsTransferFactory(supplier=other, recipient=survivor)
    faults = dict(merge_faults(lambda: merge(survivor, other, reason="The same")))
    itself = "Nobody is a member of itself."
    assert faults == {
        f"memberships/{member.slug}.organisation": f"{itself} {merging.MERGE_ADVICE}",
        f"arms-transfers/{transfer.slug}.recipient": (
            f"Supplier and recipient are two. {merging.MERGE_ADVICE}"
        ),
    }


@pytest.mark.parametrize(
    ("make", "values", "path"),
    [
        (ActorFactory, lambda other: {"parent": other}, "parent"),
        (ActorFactory, lambda other: {"successor_of": [other]}, "successor_of"),
        (CorridorFactory, lambda other: {"alternative_to": [other]}, "alternative_to"),
        (
            AgreementFactory,
            lambda other: {"relations": [{"agreement": other, "kind": "amends"}]},
            "relations[1].agreement",
        ),
    ],
)
def test_a_record_that_names_the_other_cannot_come_to_name_itself(make, values, path):
    other = make()
    survivor = make(**values(other))
    for pair in ((survivor, other), (other, survivor)):
        chosen = {path.partition("[")[0]: "survivor" if pair[0] == survivor else "other"}
        ((where, reason),) = merge_faults(lambda: merge(*pair, chosen, reason="The same"))  # noqa: B023
        assert where.endswith(f"/{pair[0].slug}.{path}")
        assert reason.endswith(f"would name itself. {merging.MERGE_ADVICE}")


def test_only_two_published_records_of_a_type_are_merged():
    actor, draft = ActorFactory(), ActorFactory(publication=DRAFT)
    gone = ActorFactory()
    retract_record(gone)
    for other in (draft, gone):
        for pair in ((actor, other), (other, actor)):
            ((_, reason),) = merge_faults(lambda: merge(*pair, reason="The same"))  # noqa: B023
            assert reason == "Only published records are merged; a draft can be deleted."
    for other in (actor, PlaceFactory()):
        ((_, reason),) = merge_faults(lambda: merge(actor, other, reason="The same"))  # noqa: B023
        assert reason == "Merge two records of one type."


@pytest.mark.parametrize("acts", [(), ("propose",), ("propose", "draft", "review")])
def test_who_may_not_publish_may_not_merge(acts):
    user = User.objects.create_user("helper")
    user.user_permissions.set(Permission.objects.filter(codename__in=acts))
    survivor, other = ActorFactory(), ActorFactory()
    MembershipFactory(actor=other, publication=DRAFT)
    before = database_state()
    with pytest.raises(NotAllowedError):
        merge(survivor, other, user=user, reason="The same")
    assert database_state() == before


# ------------------------------------------------------------------------------ taken apart again


def test_a_merge_is_not_undone_if_anything_of_it_changed_since():
    survivor, other = ActorFactory(), ActorFactory()
    membership = MembershipFactory(actor=other)
    merge(survivor, other, reason="The same")
    membership.refresh_from_db()
    number = change_record(membership, summary="Otherwise.")
    ((where, reason),) = merge_faults(lambda: take_apart(merged_version(other), reason="Not so"))
    assert where == f"memberships/{membership.slug}."
    assert reason.startswith(f"It has changed since the merge, in revision {number}")


def test_what_was_added_since_stays_with_the_survivor():
    survivor, other = ActorFactory(), ActorFactory()
    merge(survivor, other, reason="The same")
    later = MembershipFactory(actor=survivor)
    take_apart(merged_version(other), reason="Not the same")
    assert public_document(later)["actor"] == survivor.slug
    assert Entry.objects.filter(type="actors", slug=other.slug).exists()


def test_what_was_taken_apart_can_be_merged_again(api):
    survivor, other = ActorFactory(), ActorFactory(external_ids=[{"scheme": "cow", "value": "1"}])
    for _ in range(2):
        merge(survivor, other, reason="The same")
        assert public_document(survivor)["external_ids"] != []
        take_apart(merged_version(other), reason="Not the same")
        assert public_document(survivor)["external_ids"] == []
    assert api.get(f"/api/v1/actors/{other.slug}/").status_code == 200
