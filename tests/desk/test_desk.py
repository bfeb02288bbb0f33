"""The desk: its first page, coding out of an article, references found by any name."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from apps.actors.models import Actor
from apps.core.models import Record
from apps.desk.attention import ATTENTION, unsourced_fields
from apps.ledger.models import Revision
from tests.accounts.factories import UserFactory
from tests.documents.ledger_factories import ProposalFactory
from tests.support.desk import Desk, titles_below
from tests.types.actors.factories import ActorFactory, ActorNameFactory, MembershipFactory
from tests.types.articles.factories import ArticleFactory
from tests.types.corridors.factories import CorridorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client) -> Desk:
    return Desk(client, User.objects.create_superuser("curator"))


def box_numbers(desk: Desk, name: str) -> dict[str, int]:
    """The numbers of a box on the first page."""
    page = desk.client.get(reverse("admin:index"))
    return {row["name"]: row["count"] for row in page.context[name]}


def test_the_queue_is_everybodys_own(desk):
    contributor = Desk(Client(), UserFactory(role="contributor"))
    ProposalFactory(author=contributor.user)
    ProposalFactory(author=contributor.user, state="sent_back")
    assert box_numbers(desk, "queue")["To be reviewed"] == 1
    assert box_numbers(contributor, "queue") == {
        "Waiting for a reviewer": 1,
        "Sent back to you": 1,
        "Kept for you": 0,
    }


@pytest.mark.parametrize("role", ["contributor", "editor", "publisher", "administrator"])
def test_every_role_finds_its_way_to_all_types_and_to_the_history(role):
    desk = Desk(Client(), UserFactory(role=role))
    page = desk.client.get(reverse("admin:index"))
    shown = {
        group["title"]: [item["title"] for item in group["items"]]
        for group in page.context["sidebar_navigation"]
    }
    assert shown["Facts"] == titles_below("Facts")
    assert shown["Facts"][:4] == ["Agreements", "Arms transfers", "Corridors", "Exercises"]
    assert shown["Evidence"] == ["Articles", "Places"]
    assert shown["Review"] == ["Proposals"]
    assert "Revisions" in shown["Ledger"]
    for entry in (item for group in page.context["sidebar_navigation"] for item in group["items"]):
        assert desk.client.get(entry["link"]).status_code == 200


def test_a_log_in_leads_to_the_desk(client):
    User.objects.create_user("maka", password="a long word", is_staff=True)
    typed = {"username": "maka", "password": "a long word"}
    assert client.post("/admin/login/", typed).url == reverse("admin:index")


def test_every_number_leads_to_its_list(desk):
    ActorFactory(founded_on="1991")
    ActorFactory(publication=Record.Publication.DRAFT)
    long_ago = datetime.now(UTC) - timedelta(days=40)
    Revision.objects.update(at=long_ago)
    page = desk.client.get(reverse("admin:index"))
    row = next(row for row in page.context["attention"]["rows"] if row["name"] == "Actors")
    assert [cell["count"] for cell in row["cells"]] == [1, 0, 1, 1]
    for cell in row["cells"]:
        listed = desk.client.get(cell["address"])
        assert listed.context["cl"].result_count == cell["count"]


def test_the_first_page_costs_the_same_queries_however_many_articles_there_are(desk, queries):
    def cost() -> int:
        with queries() as counted:
            desk.client.get(reverse("admin:index"))
        return len(counted)

    ArticleFactory()
    cost()
    before = cost()
    for _ in range(4):
        ArticleFactory()
    cost()
    assert cost() == before


def test_a_value_without_a_citation_is_named(desk):
    ActorFactory(summary="What it is called, and of what kind, needs no source.")
    actor = ActorFactory(slug="norland", founded_on="1991", country="AM")
    assert unsourced_fields(Actor) == {"norland": ["country", "founded_on"]}
    assert list(ATTENTION["unsourced"][1](Actor.objects.all())) == [actor]


def test_a_form_begins_with_a_citation_of_the_article(desk):
    article = ArticleFactory()
    page = desk.client.get(desk.address(article))
    assert f'/admin/actors/actor/add/?article={article.slug}"' in page.content.decode()
    address = f"/admin/actors/actor/add/?article={article.slug}&section=INTRO&paragraph=2"
    form = desk.form_at(address)
    assert form["citations-0-article"] == [str(article.pk)]
    assert (form["citations-0-section"], form["citations-0-paragraph"]) == (["INTRO"], ["2"])
    new = {"name": "Norland", "slug": "norland", "kind": "state", "certainty": "confirmed"}
    assert desk.save_at(address, form | new) == {}
    (citation,) = Actor.objects.get(slug="norland").citations.all()
    assert (citation.article, citation.section, citation.paragraph) == (article, "INTRO", 2)


def test_the_sections_of_an_article_can_be_chosen_from(desk):
    article = ArticleFactory()
    answer = desk.client.get(f"/admin/articles/article/{article.pk}/sections/")
    assert (
        answer.json()
        == {section.name: section.paragraphs for section in article.sections.all()}
        != {}
    )


@pytest.mark.parametrize("typed", ["карабах", "Qarabag", "karab"])
def test_a_reference_is_found_by_any_name_and_told_apart(desk, typed):
    actor = ActorFactory(name="Nagorno-Karabakh", kind="state", founded_on="1991")
    ActorNameFactory(record=actor, name="Нагорный Карабах")
    ActorNameFactory(record=actor, name="Qarabağ")
    from_form = {"app_label": "actors", "model_name": "membership", "field_name": "actor"}
    desk.save(actor, desk.form(actor) | {"summary": "Known.", "reason": "Named"})
    answer = desk.client.get("/admin/autocomplete/", {**from_form, "term": typed}).json()
    assert [result["text"] for result in answer["results"]] == ["Nagorno-Karabakh — state, 1991"]


def test_a_slug_is_proposed_for_a_name(desk):
    answer = desk.client.get("/admin/slug/", {"text": "Қазақстан Республикасы"})
    assert answer.json() == {"slug": "qazaqstan-respublikasy"}
    assert desk.client.get("/admin/slug/").json() == {"slug": ""}
    assert len(desk.client.get("/admin/slug/", {"text": "abc " * 1000}).json()["slug"]) == 119


def test_a_slug_is_proposed_to_curators_only(client):
    assert client.get("/admin/slug/", {"text": "a"}).status_code == 302


def test_the_nearest_name_is_offered_first(desk):
    far = ActorFactory(slug="a-far", name="A grouping with Norland")
    begins, called = ActorFactory(name="Norland Airlines"), ActorFactory(slug="z", name="Norland")
    alias = ActorFactory(slug="zz", name="Kingdom of the North")
    ActorNameFactory(record=alias, name="Norland")
    desk.save(alias, desk.form(alias) | {"summary": "Known.", "reason": "Named"})
    from_form = {"app_label": "actors", "model_name": "membership", "field_name": "actor"}
    answer = desk.client.get("/admin/autocomplete/", {**from_form, "term": "norland "}).json()
    keys = [int(result["id"]) for result in answer["results"]]
    assert keys == [actor.pk for actor in (called, alias, begins, far)]


def test_a_page_shows_when_its_record_holds(desk):
    membership = MembershipFactory(since="1994", status="active")
    page = desk.client.get(reverse("admin:actors_membership_change", args=[membership.pk]))
    assert "begins 1994-01-01 … 1994-12-31, ends ? … ?" in page.content.decode()
    proposed = CorridorFactory(status="proposed")
    page = desk.client.get(reverse("admin:corridors_corridor_change", args=[proposed.pk]))
    assert "begins" not in page.content.decode()


def test_a_page_says_where_its_record_is_in_the_api(desk):
    actor = ActorFactory()
    page = desk.client.get(desk.address(actor)).content.decode()
    assert f"/api/v1/actors/{actor.slug}/?format=csv" in page
