"""Likely duplicates: what is found, what is not, and that nobody is asked twice."""

from typing import Any

import orjson
import pytest
from django.contrib.auth.models import User

from apps.actors.models import Actor
from apps.core.models import Record
from apps.ledger.models import Proposal
from apps.merging.combining import field_choices
from apps.merging.duplicates import likely_duplicates
from apps.merging.models import NotDuplicate
from tests.desk.test_admin import form_typed_anew
from tests.desk.test_revert import account_with_permissions, page_text
from tests.documents.acts import retract_record
from tests.support.desk import Desk, FormReader
from tests.types.actors.factories import ActorFactory, MembershipFactory
from tests.types.agreements.factories import AgreementFactory
from tests.types.arms_transfers.factories import ArmsTransferFactory
from tests.types.exercises.factories import ExerciseFactory
from tests.types.places.factories import PlaceFactory

pytestmark = pytest.mark.django_db
DRAFT = Record.Publication.DRAFT


@pytest.fixture
def desk(client: Any) -> Desk:
    """A publisher's."""
    return Desk(client, User.objects.create_superuser("curator"))


def new_document(record: Record, **other: Any) -> dict[str, Any]:
    """The document of a new record that says what a record says, but for its identifiers."""
    record.refresh_from_db()
    return orjson.loads(record.document) | {"slug": "new-one", "external_ids": []} | other


def duplicate_slugs(record: Record, **other: Any) -> list[str]:
    """Slugs of what a new document, otherwise like a record's, may be a duplicate of."""
    return [match.slug for match in likely_duplicates(type(record), new_document(record, **other))]


def test_a_record_that_stands_already_is_found_of_every_type(make):
    record = make()
    make()
    (match,) = likely_duplicates(type(record), new_document(record))
    assert (match.slug, match.label) == (record.slug, str(record))
    assert match.reasons
    assert 0.6 <= match.score <= 1


@pytest.mark.parametrize(
    "name",
    ["Нагорный Карабах", "Nagorny  karabakh", "Karabakh, Nagornyi", "Nagorno-Karabakh", "Nagorni"],
)
def test_a_name_is_found_in_other_scripts_and_spellings(name):
    record = PlaceFactory(name="Nagorny Karabakh", names=[{"name": "Нагорни", "kind": "short"}])
    PlaceFactory(name="Lower Karabakh")
    assert duplicate_slugs(record, name=name, names=[]) == [record.slug]


def test_a_further_name_counts_like_the_first():
    record = ActorFactory(
        name="Islamic Republic of Norland", names=[{"name": "NIR", "kind": "acronym"}]
    )
    assert duplicate_slugs(record, name="NIR", names=[]) == [record.slug]
    names = [{"name": "Islamic Republic of Norland", "language": None, "kind": "official"}]
    assert duplicate_slugs(record, name="Norland", names=names) == [record.slug]


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Lake Shield 2024", "Lake Shield 2025"),
        ("Treaty of Moscow", "Treaty of Kars"),
        ("Norland", "Sorland"),
        ("F-16", "F-15"),
    ],
)
def test_another_name_is_another_thing(name, other):
    record = ExerciseFactory(name=name)
    assert duplicate_slugs(record, name=other) == []


def test_an_equal_external_id_settles_it():
    ids = [{"scheme": "wikidata", "value": "Q1"}]
    record = ActorFactory(external_ids=ids)
    (match,) = likely_duplicates(
        Actor, new_document(record, name="Quite another", external_ids=ids)
    )
    assert (match.score, match.reasons) == (1.0, ("same external id: wikidata Q1",))


def test_another_id_in_the_same_register_makes_two():
    record = ActorFactory(name="Norland", external_ids=[{"scheme": "wikidata", "value": "Q1"}])
    assert duplicate_slugs(record, external_ids=[{"scheme": "wikidata", "value": "Q2"}]) == []
    assert duplicate_slugs(record, external_ids=[{"scheme": "cow", "value": "2"}]) == [record.slug]


def test_memberships_are_alike_by_actor_and_organisation_whatever_their_name():
    record = MembershipFactory(since="1994", until="2001")
    assert duplicate_slugs(record, name="Otherwise called") == [record.slug]
    assert duplicate_slugs(record, actor=ActorFactory().slug) == []
    assert duplicate_slugs(record, name="Again", since="2005", until=None) == []


def test_transfers_are_alike_by_supplier_recipient_and_weapon():
    record = ArmsTransferFactory(name="Tanks from A to B", weapon_designation="T-90S")
    assert duplicate_slugs(record, name="Another name") == [record.slug]
    assert duplicate_slugs(record, name="Another name", weapon_designation="T-72B3") == []
    assert duplicate_slugs(record, recipient=ActorFactory().slug) == []


def test_agreements_are_alike_by_date_and_parties_whatever_their_name():
    norland, sorland = ActorFactory(slug="norland"), ActorFactory(slug="sorland")
    record = AgreementFactory(parties=[{"actor": norland}, {"actor": sorland}])
    assert duplicate_slugs(record, name="Otherwise called") == [record.slug]
    assert duplicate_slugs(record, name="Otherwise called", signed_on="1994-05-13") == []
    (party,) = [row for row in new_document(record)["parties"] if row["actor"] == "norland"]
    assert duplicate_slugs(record, name="Otherwise called", parties=[party]) == []


def test_a_part_is_no_duplicate_of_its_whole():
    whole = ActorFactory(name="Norland")
    assert duplicate_slugs(whole, parent=whole.slug) == []


def test_only_what_is_published_is_named():
    ActorFactory(name="Norland", publication=DRAFT)
    gone = ActorFactory(name="Norland")
    document = new_document(gone)
    retract_record(gone)
    assert likely_duplicates(Actor, document) == []


def test_the_likeliest_come_first_and_no_more_than_asked_for():
    for name in ("Great Norland League", "Grand Norland League", "Great Norland Leagues"):
        ActorFactory(name=name)
    document = new_document(ActorFactory(name="Great Norland League"))
    matches = likely_duplicates(Actor, document, limit=3)
    assert [match.label for match in matches] == [
        "Great Norland League",
        "Great Norland League",
        "Great Norland Leagues",
    ]


def test_a_common_word_does_not_hide_the_record_of_that_name():
    for number in range(30):
        ActorFactory(slug=f"a-{number}", name=f"Bank of Norland, branch {number}")
    record = ActorFactory(slug="z", name="Norland")
    assert duplicate_slugs(record) == ["z"]


def test_it_costs_a_bounded_number_of_queries(queries):
    names = [{"name": f"Name {n} {n}", "language": None, "kind": "short"} for n in range(50)]
    document = new_document(ActorFactory(), names=names)
    with queries() as counted:
        likely_duplicates(Actor, document)
    assert len(counted) <= 16


# ----------------------------------------------------------------------------------- at the desk


def form_of_alike_record(desk: Desk, record: Record, **more: str) -> dict[str, Any]:
    """The form of a new record that says what a record says, but for its identifiers."""
    typed = form_typed_anew(desk, record, publication="published", reason="New", **more)
    typed |= {name: "" for name in typed if name.startswith("external_ids")}
    return typed | {"external_ids-TOTAL_FORMS": "0", "external_ids-INITIAL_FORMS": "0"}


def test_a_new_record_that_may_be_there_is_saved_once_somebody_says_it_is_another(
    desk, endpoint, make
):
    record = make()
    typed, model = form_of_alike_record(desk, record), type(record)
    (asked,) = desk.save_and_be_refused(model, typed, "add")["is_another"]
    assert asked.startswith(f'This may be there already: <a href="{desk.address(record)}" target=')
    page = desk.client.post(desk.address(model, "add"), typed).content.decode()
    assert asked in page
    assert FormReader(page).data["is_another"] == []
    assert desk.save(model, typed | {"is_another": "on"}, "add") == {}
    made = model.objects.get(slug="new-one")
    page = desk.client.get(f"{desk.address(record, 'merge_with')}?with={made.pk}")
    assert [row.choice.name for row in page.context["rows"]] == [
        choice.name for choice in field_choices(type(record), *page.context["plan"].before)
    ]


def test_a_record_like_no_other_is_saved_without_a_word(desk):
    record = PlaceFactory(name="Norland")
    assert "is_another" not in desk.form(type(record), "add")
    typed = form_typed_anew(desk, record, name="Elsewhere", publication="published")
    answer = desk.client.post(desk.address(type(record), "add"), typed, follow=True)
    assert [m.level_tag for m in answer.context["messages"]] == ["success"]


def test_the_tick_stays_while_something_else_is_mended(desk):
    record = PlaceFactory(name="Norland")
    typed = form_of_alike_record(desk, record) | {"is_another": "on", "name": ""}
    page = desk.client.post(desk.address(type(record), "add"), typed).content.decode()
    assert FormReader(page).data["is_another"] == ["on"]


def test_what_is_proposed_is_asked_about_too_and_again_when_it_is_revised(client):
    record = PlaceFactory(name="Norland")
    desk = Desk(client, account_with_permissions("contributor", "propose"))
    typed = form_of_alike_record(desk, record)
    assert "is_another" in desk.save_and_be_refused(type(record), typed, "add")
    assert not Proposal.objects.exists()
    assert desk.save(type(record), typed | {"is_another": "on"}, "add") == {}
    proposal = Proposal.objects.get()
    page = client.get(f"/admin/ledger/proposal/{proposal.pk}/change/")
    path = page.context["form_address"]
    assert "is_another" in desk.save_at(path, desk.form_at(path))
    assert desk.save_at(path, desk.form_at(path) | {"is_another": "on"}) == {}


def test_a_draft_is_asked_about_when_it_is_new_and_when_it_is_published(desk):
    record = PlaceFactory(name="Norland")
    model, typed = type(record), form_of_alike_record(desk, record) | {"publication": "draft"}
    assert "is_another" in desk.save_and_be_refused(model, typed, "add")
    assert desk.save(model, typed | {"is_another": "on"}, "add") == {}
    draft = model.objects.get(slug="new-one")
    assert desk.save(draft, desk.form(draft) | {"summary": "Still a draft."}) == {}
    publish = desk.form(draft) | {"publication": "published"}
    (asked,) = desk.save_and_be_refused(draft, publish)["is_another"]
    assert f"not-duplicate/new-one/{record.slug}/" in asked
    NotDuplicate.objects.remember(model.endpoint(), ["new-one", record.slug], desk.user, "Two")
    assert desk.save(draft, publish) == {}


def test_what_is_public_is_changed_without_being_asked(desk):
    ActorFactory(name="Norland")
    record = ActorFactory(name="Norland")
    assert desk.save(record, desk.form(record) | {"summary": "New.", "reason": "Read"}) == {}


def test_the_list_has_drafts_that_the_account_may_see(client, desk):
    record = ActorFactory(name="Norland")
    draft = ActorFactory(slug="a-draft", name="Norland", publication=DRAFT)
    (pair,) = desk.client.get(desk.address(Actor, "duplicates")).context["pairs"]
    assert (pair["slug"], pair["is_draft"], pair["other"]) == ("a-draft", True, record.pk)
    assert "compare and merge" not in page_text(desk.client.get(desk.address(Actor, "duplicates")))
    desk = Desk(client, account_with_permissions("contributor", "propose"))
    assert draft.pk not in Actor.objects.visible_to_curator(desk.user).values_list("pk", flat=True)
    assert desk.client.get(desk.address(Actor, "duplicates")).context["pairs"] == []


def test_a_pair_that_was_said_to_be_two_is_not_named_again(desk):
    first, second = (
        ActorFactory(slug="one", name="Norland"),
        ActorFactory(slug="two", name="Norland"),
    )
    page = desk.client.get(desk.address(Actor, "duplicates"))
    assert len(page.context["pairs"]) == 1
    path = desk.address(Actor, "duplicates").replace("duplicates", "not-duplicate/two/one")
    assert (
        path in page.content.decode() or path.replace("two/one", "one/two") in page.content.decode()
    )
    assert "This field is required" in page_text(desk.client.post(path, {"reason": " "}))
    assert not NotDuplicate.objects.exists()
    for reason in ("Father and son", "Said twice"):
        desk.client.post(path, {"reason": reason})
    pair = NotDuplicate.objects.get()
    assert (pair.first, pair.second, pair.reason, pair.user.username) == (
        *("one", "two"),
        *("Father and son", "curator"),
    )
    assert desk.client.get(desk.address(Actor, "duplicates")).context["pairs"] == []
    for record in (first, second):
        record.refresh_from_db()
        assert likely_duplicates(Actor, orjson.loads(record.document)) == []
    third = ActorFactory(slug="three", name="Norland")
    assert duplicate_slugs(third) == ["one", "three", "two"]


def test_the_list_of_every_type_opens_and_names_each_pair_once(desk, make):
    pair = (
        {make(name="Norland").slug, make(name="Norland").slug}
        if hasattr(make._meta.model, "name")
        else {make(title="Norland").slug, make(title="Norland").slug}
    )
    page = desk.client.get(desk.address(make._meta.model, "duplicates"))
    assert page.status_code == 200
    slugs = [{listed["slug"], listed["match"].slug} for listed in page.context["pairs"]]
    assert all(slugs.count(pair_slugs) == 1 for pair_slugs in slugs)
    assert pair in slugs or make._meta.model.__name__ in ("Membership", "ArmsTransfer")
    for number in ("0", "-1", "x", "9" * 30, "2"):
        path = desk.address(make._meta.model, "duplicates")
        assert desk.client.get(path, {"page": number}).status_code == 200


def test_pairs_are_merged_by_who_may_publish_and_seen_by_who_may_propose(client):
    ActorFactory(name="Norland")
    ActorFactory(name="Norland")
    for acts, status, links in (
        ((), 403, 0),
        (("propose",), 200, 0),
        (("propose", "publish"), 200, 1),
    ):
        desk = Desk(client, account_with_permissions(f"with-{len(acts)}", *acts))
        answer = client.get(desk.address(Actor, "duplicates"))
        assert answer.status_code == status
        assert answer.content.decode().count("compare and merge") == links
