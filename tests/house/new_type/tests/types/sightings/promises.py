"""What the new type can do by being there; run in the copy of the house in which it stands."""

import io

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.urls import reverse

from apps.exchange.applying import apply_batch
from apps.sightings.models import Sighting
from tests.exchange.factories import make_csv, make_planned_batch, plan_outcomes
from tests.types.articles.factories import ArticleFactory
from tests.types.sightings.factories import SightingFactory

pytestmark = pytest.mark.django_db
SLUG = "grey-ship-2025"


def test_its_seed_loads_and_each_of_its_texts_is_found(api):
    call_command("seed", "articles", "sightings", stdout=io.StringIO())
    document = api.get(f"/api/v1/sightings/{SLUG}/").json()
    assert (document["kind"], document["seen_on"]) == ("ship", "2025-06")
    assert document["witnesses"] == [{"name": "Marjory Okapi"}]
    for word in ("zebrafish", "okapi"):
        (hit,) = api.get(f"/api/v1/search/?q={word}").json()["results"]
        assert (hit["type"], hit["slug"], hit["matched"]) == ("sightings", SLUG, "text")
        assert api.get(f"/api/v1/sightings/?q={word}").json()["count"] == 1


def test_its_fields_are_filters_and_what_is_none_is_refused(api):
    ship = SightingFactory(seen_on="2025-06", witnesses=[{"name": "Okapi"}])
    SightingFactory(kind="troops", seen_on="2026")
    for query in ("kind=ship", "seen_on__lte=2025", "witnesses__name=Okapi", "kind__not=troops"):
        answer = api.get(f"/api/v1/sightings/?{query}").json()
        assert [record["slug"] for record in answer["results"]] == [ship.slug], query
    refused = api.get("/api/v1/sightings/?kinds=ship")
    assert refused.status_code == 400
    (error,) = refused.json()["errors"]
    assert error["detail"] == "Unknown parameter. Did you mean “kind”?"


def test_when_its_records_hold_is_asked_for_by_what_it_declares(api):
    article = ArticleFactory(slug="log-book", published_on="2026-03-01")
    SightingFactory(slug="in-port", seen_on="2025-06", citations=[{"article": article}])
    SightingFactory(slug="sailed", seen_on="2025-06", gone_on="2025-08", status="gone")
    answers = {"": ["in-port"], "__certain": ["in-port"], "__possible": ["in-port"]}
    for twin, slugs in answers.items():
        records = api.get(f"/api/v1/sightings/?there_on{twin}=2025-09").json()["results"]
        assert [record["slug"] for record in records] == slugs, twin
    assert api.get("/api/v1/sightings/?there_on__possible=2025-05").json()["count"] == 0
    held = api.get("/api/v1/sightings/in-port/").json()["holds"]
    assert (held["certain_from"], held["certain_until"]) == ("2025-06-30", "2026-03-01")


def test_its_form_opens_on_the_desk_with_its_fields_and_lists(client):
    client.force_login(User.objects.create_superuser("curator"))
    page = client.get(reverse("admin:sightings_sighting_add"))
    assert page.status_code == 200
    for name in ("account", "kind", "witnesses-__prefix__-name", "citations-TOTAL_FORMS"):
        assert f'name="{name}"' in page.content.decode()


def test_a_row_of_a_file_is_planned_and_applied():
    publisher = User.objects.create_superuser("publisher")
    ArticleFactory(slug="text")
    row = {"slug": "troops-2026", "name": "Troops on the road", "kind": "troops"}
    row |= {"status": "gone"}
    more = {"certainty": "reported", "citations": "text", "account": "A column of lorries."}
    batch = make_planned_batch(make_csv(row | more), publisher, "sightings.csv")
    assert plan_outcomes(batch) == [(2, "create")]
    assert apply_batch(batch, publisher, "From a log-book").state == "applied"
    assert Sighting.objects.published().get(slug="troops-2026").account == "A column of lorries."


def test_the_description_of_the_api_names_it(api):
    schema = api.get("/api/v1/schema/", headers={"accept": "application/json"}).json()
    assert {"/api/v1/sightings/", "/api/v1/sightings/{slug}/"} <= set(schema["paths"])
    assert {"account", "witnesses"} <= set(
        schema["components"]["schemas"]["Sighting"]["properties"]
    )
    assert "sightings" in [
        type_entry["name"] for type_entry in api.get("/api/v1/meta/").json()["types"]
    ]
