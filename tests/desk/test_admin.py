"""The curator's desk: every type is entered and corrected by its form, and ends in the ledger."""

import json
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from apps.core.models import Record, record_models
from apps.documents.publishing import REASON_MISSING
from apps.ledger.models import Dataset, Proposal, Revision, Version
from tests.support.desk import Desk, FormData, add_row, database_state, titles_below
from tests.support.registry import FACTORIES
from tests.types.actors.factories import ActorFactory, MembershipFactory
from tests.types.agreements.factories import AgreementFactory, PartyFactory
from tests.types.arms_transfers.factories import ArmsTransferFactory
from tests.types.corridors.factories import CorridorFactory, StopFactory
from tests.types.exercises.factories import ExerciseFactory

pytestmark = pytest.mark.django_db
Publication = Record.Publication
REASONLESS = {"reason": [REASON_MISSING]}


@pytest.fixture
def desk(client: Any) -> Desk:
    """A curator's."""
    return Desk(client, User.objects.create_superuser("curator"))


@pytest.fixture
def model(endpoint: str) -> type[Record]:
    return record_models()[endpoint]


@pytest.fixture
def rich(make: Any, model: type[Record]) -> Record:
    """A published record with words, a text, and a row more in each of its lists."""
    record = make(topics=["energy", "trade"], summary="In our own words.")
    for part in model.parts().values():
        FACTORIES[part](record=record)
    record.refresh_from_db()
    return record


def form_typed_anew(desk: Desk, old: Record, **more: str) -> FormData:
    """The empty form of a type, with all that is in a record's form typed in."""
    own = ("-id", "-record", "-INITIAL_FORMS", "seen")
    typed = {name: value for name, value in desk.form(old).items() if not name.endswith(own)}
    if "external_ids-0-value" in typed:
        typed["external_ids-0-value"] = "of the new one"
    return desk.form(type(old), "add") | typed | {"slug": "new-one"} | more


# What every type promises


def test_a_list_is_searched_filtered_and_walked_by_date(desk, make, model):
    make()
    path = desk.address(model)
    answer = desk.client.get(path, {"q": "Norland the “Great”"})
    shown = answer.context["cl"]
    links = [list(spec.choices(shown))[-1]["query_string"] for spec in shown.filter_specs]
    assert len(links) == len(admin.site._registry[model].list_filter) > 2
    if day := shown.date_hierarchy:
        links += [f"?{day}__year=1994&{day}__month=5", f"?{day}__year=1", f"?{day}__year=9998"]
    for link in [*links, "?o=1.-2", "?p=x", "?p=9", "?all=", "?_facets=True"]:
        assert desk.client.get(path + link).status_code == 200, link


def test_a_list_costs_the_same_queries_however_long_it_is(desk, make, model, queries):
    def count() -> int:
        with queries() as counted:
            desk.client.get(desk.address(model))
        return len(counted)

    make()
    make()
    two = count()
    make()
    assert count() == two


def test_the_form_asks_for_every_field_of_the_document(desk, make, model):
    columns = [*model._meta.fields, *model._meta.many_to_many]
    derived = {field.name for field in columns if getattr(field, "source", None)}
    fields = {f.name for f in columns if f.editable} - derived - {"id", "slug"}
    answer = desk.client.get(desk.address(make()))
    asked = set(answer.context["adminform"].form.fields)
    lists = {inline.formset.prefix for inline in answer.context["inline_admin_formsets"]}
    assert (asked, lists) == (fields | {"reason", "seen", "is_another"}, set(model.parts()))


def test_no_word_is_chosen_before_the_curator_chooses_it(desk, model):
    shown = desk.form(model, "add")
    words = [
        field.name for field in model._meta.fields if field.choices and not field.has_default()
    ]
    assert {tuple(shown[name]) for name in words} == {("",)}


def test_saving_what_is_shown_changes_nothing(desk, rich):
    before = database_state()
    assert desk.save(rich, desk.form(rich)) == {}
    assert database_state() == before


def test_a_change_is_the_next_revision_and_public_at_once(desk, api, endpoint, make):
    record, before = make(), Dataset.current_revision()
    data = desk.form(record) | {"summary": "Otherwise."}
    assert desk.save_and_be_refused(record, data) == REASONLESS
    assert desk.save(record, data | {"reason": "Corrected"}) == {}
    answer = api.get(f"/api/v1/{endpoint}/{record.slug}/").json()
    changed = {"revision": before + 1, "updated_at": answer["updated_at"]}
    assert answer == json.loads(record.document) | changed | {"summary": "Otherwise."}
    made = Revision.objects.values("number", "user__username", "reason", "origin").first()
    assert list(made.values()) == [before + 1, "curator", "Corrected", "admin"]


def test_a_new_record_is_public_at_once_with_all_its_parts(desk, api, endpoint, rich):
    before = Dataset.current_revision()
    data = form_typed_anew(desk, rich, publication="published")
    assert desk.save(type(rich), data, "add") == {}
    answer = api.get(f"/api/v1/{endpoint}/new-one/").json()
    old = json.loads(rich.document)
    ids = [old["external_ids"][0] | {"value": "of the new one"}]
    made = {"revision": before + 1, "updated_at": answer["updated_at"]}
    assert answer == old | made | {"slug": "new-one", "external_ids": ids}
    assert api.get("/api/v1/").json()["revision"] == before + 1


def test_a_draft_is_nowhere_in_the_api(desk, api, endpoint, make, model):
    data = form_typed_anew(desk, make(), publication="draft", is_another="on")
    before, public = Dataset.current_revision(), api.get(f"/api/v1/{endpoint}/").content
    assert desk.save(model, data, "add") == {}
    assert model.objects.get(slug="new-one").publication == Publication.DRAFT
    assert Dataset.current_revision() == before
    assert api.get(f"/api/v1/{endpoint}/new-one/").status_code == 404
    assert api.get(f"/api/v1/{endpoint}/").content == public


def test_nothing_is_published_without_a_source(desk, make):
    draft = make(publication=Publication.DRAFT)
    data = desk.form(draft) | {"citations-0-DELETE": "on", "publication": "published"}
    assert desk.save_and_be_refused(draft, data) == {
        "__all__": ["citations: A published record cites a source."]
    }


def test_records_are_published_and_retracted_together(desk, api, endpoint, make):
    drafts = [make(publication=Publication.DRAFT), make(publication=Publication.DRAFT)]
    before = Dataset.current_revision()
    assert desk.run_list_action("publish", *drafts, reason="Checked") == ["Published: 2."]
    refused = desk.run_list_action("retract", *drafts)
    assert refused == [f"{draft.slug}: reason: {REASON_MISSING}" for draft in drafts]
    statuses = [api.get(f"/api/v1/{endpoint}/{draft.slug}/").status_code for draft in drafts]
    assert statuses == [200, 200]
    assert desk.run_list_action("retract", *drafts, reason="Wrong") == ["Retracted: 2."]
    statuses = [api.get(f"/api/v1/{endpoint}/{draft.slug}/").status_code for draft in drafts]
    assert statuses != [200, 200]
    made = Revision.objects.filter(number__gt=before).values_list("number", "reason")
    assert list(made) == [(before + 2, "Wrong"), (before + 1, "Checked")]


def test_only_drafts_can_be_deleted(desk, make, model):
    draft, public = make(publication=Publication.DRAFT), make()
    before = Dataset.current_revision()
    assert desk.client.post(desk.address(public, "delete"), {"post": "yes"}).status_code == 403
    assert desk.client.post(desk.address(draft, "delete"), {"post": "yes"}).status_code == 302
    assert list(model.objects.filter(pk__in=[draft.pk, public.pk])) == [public]
    assert Version.objects.for_record(draft).first().operation == "discarded"
    assert Dataset.current_revision() == before


def test_a_draft_that_others_name_is_not_deleted(desk):
    draft = ActorFactory(publication=Publication.DRAFT)
    MembershipFactory(actor=draft, publication=Publication.DRAFT)
    before = database_state()
    answer = desk.client.post(desk.address(draft, "delete"), {"post": "yes"})
    assert len(answer.context["protected"]) == 1
    assert database_state() == before


def test_a_slug_is_fixed_once_it_is_public(desk, make, model):
    for record in (make(publication=Publication.DRAFT), make()):
        assert desk.save(record, desk.form(record) | {"slug": f"renamed-{record.slug}"}) == {}
    slugs = set(model.objects.values_list("slug", flat=True))
    assert f"renamed-{record.slug}" not in slugs
    assert sum(slug.startswith("renamed-") for slug in slugs) == 1


# What is special


def test_a_list_is_numbered_anew_when_a_row_in_its_middle_goes(desk):
    agreement = AgreementFactory()
    actors = [PartyFactory(record=agreement).actor for _ in range(3)]
    data = desk.form(agreement) | {"parties-1-DELETE": "on"}
    assert desk.save_and_be_refused(agreement, data) == REASONLESS
    assert desk.save(agreement, data | {"reason": "No party"}) == {}
    parties = agreement.parties.values_list("position", "actor__slug")
    assert list(parties) == [(1, actors[0].slug), (2, actors[2].slug)]


def test_rows_keep_the_order_into_which_they_were_dragged(desk):
    agreement = AgreementFactory()
    actors = [PartyFactory(record=agreement).actor for _ in range(3)]
    ranks = {"parties-0-rank": "2", "parties-1-rank": "0", "parties-2-rank": "1"}
    data = add_row(desk.form(agreement), "parties", actor=ActorFactory(slug="last"))
    assert desk.save(agreement, data | ranks | {"reason": "As signed"}) == {}
    order = [actors[1].slug, actors[2].slug, actors[0].slug, "last"]
    assert list(agreement.parties.values_list("actor__slug", flat=True)) == order


def test_rows_may_change_places(desk):
    corridor = CorridorFactory()
    places = [StopFactory(record=corridor, order=n, branch="north").place for n in (1, 2)]
    data = desk.form(corridor) | {"stops-0-order": "2", "stops-1-order": "1", "reason": "Swapped"}
    assert desk.save(corridor, data) == {}
    assert list(corridor.stops.values_list("order", "place")) == [
        (2, places[0].pk),
        (1, places[1].pk),
    ]


def test_a_number_without_a_qualifier_is_exact(desk):
    exercise, host = ExerciseFactory(), ActorFactory()
    data = add_row(desk.form(exercise), "participants", actor=host, personnel=40)
    assert desk.save(exercise, data | {"personnel_total": "60", "reason": "Counted"}) == {}
    exercise.refresh_from_db()
    assert exercise.personnel_total_qualifier == "exact"
    assert exercise.participants.get().personnel_qualifier == "exact"


def test_a_change_made_meanwhile_is_not_written_over(desk):
    actor = ActorFactory()
    first, second = desk.form(actor), desk.form(actor)
    assert desk.save(actor, first | {"summary": "First.", "reason": "One"}) == {}
    assert desk.save(actor, second | {"summary": "Second.", "reason": "Two"}) == {}
    actor.refresh_from_db()
    assert actor.summary == "First."
    kept = Proposal.objects.get()
    assert (kept.state, json.loads(kept.document)["summary"]) == ("kept", "Second.")


def test_what_is_typed_is_still_there_after_a_late_refusal(desk):
    transfer, draft = ArmsTransferFactory(), ActorFactory(publication=Publication.DRAFT)
    data = desk.form(transfer) | {
        "supplier": str(draft.pk),
        "reason": "Corrected",
        "name": "Typed",
    }
    data = add_row(data, "external_ids", scheme="cow", value="365")
    why = [f"The actor “{draft.slug}” is not published."]
    assert desk.save_and_be_refused(transfer, data) == {"supplier": why}
    page = desk.client.post(desk.address(transfer), data).content.decode()
    for typed in ('value="Typed"', 'value="365"', f'<option value="{draft.pk}" selected>', why[0]):
        assert typed in page


def test_the_history_is_on_the_page_and_escaped(desk):
    actor = ActorFactory(name="<script>alert(1)</script>")
    assert desk.save(actor, desk.form(actor) | {"summary": "S.", "reason": "<b>why</b>"}) == {}
    page = desk.client.get(desk.address(actor)).content.decode()
    assert "Updated · curator: &lt;b&gt;why&lt;/b&gt;" in page
    assert "<b>why" not in page
    listed = desk.client.get(desk.address(type(actor))).content.decode()
    assert "&lt;script&gt;alert(1)" in listed
    assert "<script>alert(1)" not in page + listed


def test_a_published_record_is_one_click_from_its_document(desk, api):
    public, draft = ActorFactory(), ActorFactory(publication=Publication.DRAFT)
    link = desk.client.get(desk.address(public)).context["absolute_url"]
    assert api.get(link).json()["slug"] == public.slug
    assert desk.client.get(desk.address(draft)).context["absolute_url"] is None


@pytest.mark.parametrize(("may", "statuses"), [((), (403, 403)), (("view",), (200, 403))])
def test_who_may_not_change_a_record_may_not_save_it(client, may, statuses):
    user = User.objects.create_user("guest", is_staff=True)
    names = [f"{word}_actor" for word in may]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    actor, before = ActorFactory(), database_state()
    desk = Desk(client, user)
    assert client.get(desk.address(actor)).status_code == statuses[0]
    assert client.post(desk.address(actor), {"name": "Other"}).status_code == statuses[1]
    assert client.post(desk.address(actor, "delete"), {"post": "yes"}).status_code == 403
    retraction = {"action": "retract", "_selected_action": actor.pk, "reason": "Wrong"}
    client.post(desk.address(type(actor)), retraction)
    assert database_state() == before


def test_who_may_change_a_record_may_change_its_parts(client):
    user = User.objects.create_user("helper", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["propose", "publish"]))
    actor, desk = ActorFactory(), Desk(client, user)
    data = add_row(desk.form(actor), "names", name="Другое", kind="short") | {"reason": "Named"}
    assert desk.save(actor, data) == {}
    assert actor.names.get().name == "Другое"


def test_the_sidebar_shows_what_an_account_may_see(desk):
    page = desk.client.get(reverse("admin:index"))
    desks = {
        group["title"]: [item["title"] for item in group["items"]]
        for group in page.context["sidebar_navigation"]
    }
    assert desks == {
        "Review": ["Proposals"],
        "Evidence": ["Articles", "Places"],
        "Actors": ["Actors", "Memberships"],
        "Facts": titles_below("Facts"),
        "Ledger": ["Revisions", "Imports"],
        "Accounts": ["Users", "Groups", "Tokens", "Access attempts", "TOTP devices"],
    }
    assert [app["name"] for app in page.context["app_list"]] == list(desks)
