"""Likely duplicates: what is found, what is not, and that nobody is asked twice."""

from typing import Any

import orjson
import pytest
from django.contrib.auth.models import User

from apps.actors.models import Actor
from apps.core.duplicates import likely_duplicates
from apps.core.models import NotDuplicate, Record
from apps.core.permissions import Act
from apps.core.uniting import choices
from tests.actors.factories import ActorFactory, MembershipFactory
from tests.agreements.factories import AgreementFactory
from tests.arms_transfers.factories import ArmsTransferFactory
from tests.desk import Desk, FormReader, everything
from tests.exercises.factories import ExerciseFactory
from tests.ledger.acts import change, retract
from tests.places.factories import PlaceFactory
from tests.test_admin import as_new
from tests.test_revert import account, text_of

pytestmark = pytest.mark.django_db
DRAFT = Record.Publication.DRAFT


@pytest.fixture
def desk(client: Any) -> Desk:
    """A publisher's."""
    return Desk(client, User.objects.create_superuser("curator"))


def new(record: Record, **other: Any) -> dict[str, Any]:
    """The document of a new record that says what a record says, but for its identifiers."""
    record.refresh_from_db()
    return orjson.loads(record.document) | {"slug": "new-one", "external_ids": []} | other


def found(record: Record, **other: Any) -> list[str]:
    """Slugs of what a new document, otherwise like a record's, may be a duplicate of."""
    return [match.slug for match in likely_duplicates(type(record), new(record, **other))]


def test_a_record_that_stands_already_is_found_of_every_type(make):
    record = make()
    make()
    (match,) = likely_duplicates(type(record), new(record))
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
    assert found(record, name=name, names=[]) == [record.slug]


def test_a_further_name_counts_like_the_first():
    record = ActorFactory(
        name="Islamic Republic of Norland", names=[{"name": "NIR", "kind": "acronym"}]
    )
    assert found(record, name="NIR", names=[]) == [record.slug]
    names = [{"name": "Islamic Republic of Norland", "language": None, "kind": "official"}]
    assert found(record, name="Norland", names=names) == [record.slug]


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
    assert found(record, name=other) == []


def test_an_equal_external_id_settles_it():
    ids = [{"scheme": "wikidata", "value": "Q1"}]
    record = ActorFactory(external_ids=ids)
    (match,) = likely_duplicates(Actor, new(record, name="Quite another", external_ids=ids))
    assert (match.score, match.reasons) == (1.0, ("same external id: wikidata Q1",))


def test_another_id_in_the_same_register_makes_two():
    record = ActorFactory(name="Norland", external_ids=[{"scheme": "wikidata", "value": "Q1"}])
    assert found(record, external_ids=[{"scheme": "wikidata", "value": "Q2"}]) == []
    assert found(record, external_ids=[{"scheme": "cow", "value": "2"}]) == [record.slug]


def test_memberships_are_alike_by_actor_and_organisation_whatever_their_name():
    record = MembershipFactory(since="1994", until="2001")
    assert found(record, name="Otherwise called") == [record.slug]
    assert found(record, actor=ActorFactory().slug) == []
    assert found(record, name="Again", since="2005", until=None) == []


def test_transfers_are_alike_by_supplier_recipient_and_weapon():
    record = ArmsTransferFactory(name="Tanks from A to B", weapon_designation="T-90S")
    assert found(record, name="Another name") == [record.slug]
    assert found(record, name="Another name", weapon_designation="T-72B3") == []
    assert found(record, recipient=ActorFactory().slug) == []


def test_agreements_are_alike_by_date_and_parties_whatever_their_name():
    norland, sorland = ActorFactory(slug="norland"), ActorFactory(slug="sorland")
    record = AgreementFactory(parties=[{"actor": norland}, {"actor": sorland}])
    assert found(record, name="Otherwise called") == [record.slug]
    assert found(record, name="Otherwise called", signed_on="1994-05-13") == []
    (party,) = [row for row in new(record)["parties"] if row["actor"] == "norland"]
    assert found(record, name="Otherwise called", parties=[party]) == []


def test_a_part_is_no_duplicate_of_its_whole():
    whole = ActorFactory(name="Norland")
    assert found(whole, parent=whole.slug) == []


def test_only_what_is_published_is_named():
    ActorFactory(name="Norland", publication=DRAFT)
    gone = ActorFactory(name="Norland")
    document = new(gone)
    retract(gone)
    assert likely_duplicates(Actor, document) == []


def test_the_likeliest_come_first_and_no_more_than_asked_for():
    for name in ("Great Norland League", "Grand Norland League", "Great Norland Leagues"):
        ActorFactory(name=name)
    document = new(ActorFactory(name="Great Norland League"))
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
    assert found(record) == ["z"]


def test_it_costs_a_bounded_number_of_queries(queries):
    names = [{"name": f"Name {n} {n}", "language": None, "kind": "short"} for n in range(50)]
    document = new(ActorFactory(), names=names)
    with queries() as counted:
        likely_duplicates(Actor, document)
    assert len(counted) <= 16


# ----------------------------------------------------------------------------------- at the desk


def test_a_new_record_that_may_be_there_is_saved_and_warned_of(desk, endpoint, make):
    record = make()
    typed = as_new(desk, record, publication="published", reason="New")
    typed |= {name: "" for name in typed if name.startswith("external_ids")}
    typed |= {"external_ids-TOTAL_FORMS": "0", "external_ids-INITIAL_FORMS": "0"}
    answer = desk.client.post(desk.address(type(record), "add"), typed, follow=True)
    made = type(record).objects.get(slug="new-one")
    (warning,) = [str(m) for m in answer.context["messages"] if m.level_tag == "warning"]
    assert warning.startswith("This may be there already: <a")
    assert f"{desk.address(record, 'merge_with')}?with={made.pk}" in warning
    page = desk.client.get(f"{desk.address(record, 'merge_with')}?with={made.pk}")
    assert [row.choice.name for row in page.context["rows"]] == [
        one.name for one in choices(type(record), *page.context["plan"].before)
    ]


def test_a_record_like_no_other_is_saved_without_a_word(desk):
    record = PlaceFactory(name="Norland")
    typed = as_new(desk, record, name="Elsewhere", publication="published")
    answer = desk.client.post(desk.address(type(record), "add"), typed, follow=True)
    assert [m.level_tag for m in answer.context["messages"]] == ["success"]


def test_what_is_proposed_is_warned_of_too(client):
    record = PlaceFactory(name="Norland")
    desk = Desk(client, account("contributor", "propose"))
    typed = as_new(desk, record, publication="published", reason="New")
    answer = client.post(desk.address(type(record), "add"), typed, follow=True)
    said = [str(message) for message in answer.context["messages"]]
    assert any("This may be there already" in one for one in said)


def test_a_pair_that_was_said_to_be_two_is_not_named_again(desk):
    one, two = ActorFactory(slug="one", name="Norland"), ActorFactory(slug="two", name="Norland")
    page = desk.client.get(desk.address(Actor, "duplicates"))
    assert len(page.context["pairs"]) == 1
    path = desk.address(Actor, "duplicates").replace("duplicates", "not-duplicate/two/one")
    assert (
        path in page.content.decode() or path.replace("two/one", "one/two") in page.content.decode()
    )
    assert "This field is required" in text_of(desk.client.post(path, {"reason": " "}))
    assert not NotDuplicate.objects.exists()
    for reason in ("Father and son", "Said twice"):
        desk.client.post(path, {"reason": reason})
    pair = NotDuplicate.objects.get()
    assert (pair.first, pair.second, pair.reason, pair.user.username) == (
        *("one", "two"),
        *("Father and son", "curator"),
    )
    assert desk.client.get(desk.address(Actor, "duplicates")).context["pairs"] == []
    for record in (one, two):
        record.refresh_from_db()
        assert likely_duplicates(Actor, orjson.loads(record.document)) == []
    third = ActorFactory(slug="three", name="Norland")
    assert found(third) == ["one", "three", "two"]


def test_the_list_of_every_type_opens_and_names_each_pair_once(desk, make):
    pair = (
        {make(name="Norland").slug, make(name="Norland").slug}
        if hasattr(make._meta.model, "name")
        else {make(title="Norland").slug, make(title="Norland").slug}
    )
    page = desk.client.get(desk.address(make._meta.model, "duplicates"))
    assert page.status_code == 200
    slugs = [{one["slug"], one["match"].slug} for one in page.context["pairs"]]
    assert all(slugs.count(one) == 1 for one in slugs)
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
        desk = Desk(client, account(f"with-{len(acts)}", *acts))
        answer = client.get(desk.address(Actor, "duplicates"))
        assert answer.status_code == status
        assert answer.content.decode().count("compare and merge") == links


# ------------------------------------------------------------------------------- the page of merges


def press(desk: Desk, path: str, **typed: str) -> Any:
    """Send the form of a merge, as it is shown."""
    shown = FormReader(desk.client.get(path).content.decode()).data
    return desk.client.post(path, shown | typed, follow=True)


def test_a_merge_by_its_page_is_what_a_call_would_do(desk, api):
    survivor = ActorFactory(slug="kept", name="Norland", summary="Ours.")
    other = ActorFactory(slug="gone", name="Norlandia", summary="Theirs.")
    member = MembershipFactory(actor=other)
    path = f"{desk.address(survivor, 'merge_with')}?with={other.pk}"
    page = desk.client.get(path)
    assert page.context["moves"] == [
        ("memberships", 1, [(desk.address(member), str(member), "published")])
    ]
    assert desk.address(member) in page.content.decode()
    assert page.context["faults"] == []
    side = {"side-summary": "other", "alias": "former"}
    answer = press(desk, path, reason="One state", **side)
    assert [m.level_tag for m in answer.context["messages"]] == ["success"]
    now = api.get("/api/v1/actors/kept/").json()
    assert (now["summary"], now["name"]) == ("Theirs.", "Norland")
    assert [(row["name"], row["kind"]) for row in now["names"]] == [("Norlandia", "former")]
    assert api.get("/api/v1/actors/gone/").status_code == 308
    assert api.get(f"/api/v1/memberships/{member.slug}/").json()["actor"] == "kept"
    entry = api.get("/api/v1/actors/gone/history/").json()["results"][0]
    assert (entry["by"], entry["reason"], entry["into"]) == ("curator", "One state", "kept")


def test_what_stands_in_the_way_is_shown_before_anything_is_done(desk):
    survivor, other = ActorFactory(), ActorFactory()
    ArmsTransferFactory(slug="between", supplier=other, recipient=survivor)
    path = f"{desk.address(survivor, 'merge_with')}?with={other.pk}"
    before = everything()
    for page in (desk.client.get(path), press(desk, path, reason="The same")):
        assert "between: recipient: Supplier and recipient are two." in text_of(page)
    assert everything() == before


def test_a_merge_needs_a_reason_and_both_as_they_were_shown(desk):
    survivor, other = ActorFactory(), ActorFactory()
    path = f"{desk.address(survivor, 'merge_with')}?with={other.pk}"
    before = everything()
    assert "This field is required" in text_of(press(desk, path, reason=" "))
    assert everything() == before
    shown = FormReader(desk.client.get(path).content.decode()).data
    change(other, summary="Changed meanwhile.")
    before = everything()
    answer = desk.client.post(path, shown | {"reason": "The same"})
    assert "was changed meanwhile" in text_of(answer)
    assert everything() == before


def test_the_other_record_is_chosen_by_typing_a_part_of_its_name(desk, make):
    record = make()
    page = desk.client.get(desk.address(record, "merge_with")).content.decode()
    assert 'class="admin-autocomplete' in page
    model = type(record).parts()["citations"]
    asked = {
        "term": str(record)[:3],
        "app_label": model._meta.app_label,
        "model_name": model._meta.model_name,
        "field_name": "record",
    }
    answer = desk.client.get("/admin/autocomplete/", asked)
    assert str(record.pk) in [one["id"] for one in answer.json()["results"]]


@pytest.mark.parametrize("other", ["", "x", "0", "-1", "9" * 30, "itself"])
def test_a_record_is_not_merged_with_nothing_or_itself(desk, other):
    record, before = ActorFactory(), everything()
    other = str(record.pk) if other == "itself" else other
    path = f"{desk.address(record, 'merge_with')}?with={other}"
    assert desk.client.get(path).status_code == 200
    assert desk.client.post(path, {"reason": "The same"}).status_code == 200
    assert len(everything()["Actor"]) == len(before["Actor"])


def test_a_draft_is_not_merged(desk):
    record, draft = ActorFactory(), ActorFactory(publication=DRAFT)
    page = desk.client.get(f"{desk.address(record, 'merge_with')}?with={draft.pk}")
    assert "Only published records are merged" in text_of(page)


def test_the_page_of_merges_is_for_who_may_publish(client):
    survivor, other = ActorFactory(), ActorFactory()
    desk = Desk(
        client, account("editor", *(act.partition(".")[2] for act in Act if act != Act.PUBLISH))
    )
    path = f"{desk.address(survivor, 'merge_with')}?with={other.pk}"
    before = everything()
    assert client.get(path).status_code == 403
    assert client.post(path, {"reason": "The same", "seen": "1-1"}).status_code == 403
    assert everything() == before
    assert "merge_with" not in client.get(desk.address(survivor)).content.decode()
