"""Every way in ends in the ledger: one revision, its origin, a version of what it changed."""

import io

import pytest
import yaml
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver
from rest_framework.test import APIClient

from apps.core.models import Record, record_models
from apps.documents import writing as documents
from apps.ledger.models import Revision, Version
from tests.types.actors.factories import ActorFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = pytest.mark.django_db

NORLAND = {
    "slug": "norland",
    "name": "Norland",
    "kind": "state",
    "certainty": "confirmed",
    "citations": [{"article": "the-source"}],
}


@pytest.fixture
def curator():
    """A signed-in curator."""
    user = get_user_model().objects.create_superuser("curator", password="x")
    client = Client()
    client.force_login(user)
    return client


def by_seed(tmp_path, curator):
    (tmp_path / "dataset.yaml").write_text("released_at: 2020-01-01T00:00:00Z\n")
    (tmp_path / "actors.yaml").write_text(yaml.safe_dump([NORLAND]))
    call_command("seed", folder=tmp_path, stdout=io.StringIO())


def by_rebuild(tmp_path, curator):
    record_models()["actors"].objects.filter(slug="an-actor").update(name="Otherwise")
    call_command("check_documents", rebuild=True, stdout=io.StringIO())


def by_form(tmp_path, curator):
    form = {
        "slug": "norland",
        "name": "Norland",
        "kind": "state",
        "certainty": "confirmed",
        "publication": "draft",
        "reason": "Typed in",
    }
    for name in record_models()["actors"].parts():
        form |= {f"{name}-TOTAL_FORMS": 0, f"{name}-INITIAL_FORMS": 0}
    response = curator.post("/admin/actors/actor/add/", form)
    assert response.status_code == 302, response.context["adminform"].form.errors


def by_retracting_in_the_list(tmp_path, curator):
    actor = record_models()["actors"].objects.get(slug="an-actor")
    data = {"action": "retract", "_selected_action": [actor.pk], "reason": "Wrong", "apply": "1"}
    curator.post("/admin/actors/actor/", data)


def by_publishing_in_the_list(tmp_path, curator):
    actor = record_models()["actors"].objects.get(slug="a-draft")
    data = {"action": "publish", "_selected_action": [actor.pk], "reason": "Ready", "apply": "1"}
    curator.post("/admin/actors/actor/", data)


def by_deleting_a_draft(tmp_path, curator):
    actor = record_models()["actors"].objects.get(slug="a-draft")
    curator.post(f"/admin/actors/actor/{actor.pk}/delete/", {"post": "yes"})


def by_the_api(tmp_path, curator):
    user = get_user_model().objects.get()
    api = APIClient()
    api.force_authenticate(user)
    assert api.post("/api/v1/actors/", NORLAND).status_code == 201


def by_retracting_by_the_api(tmp_path, curator):
    api = APIClient()
    api.force_authenticate(get_user_model().objects.get())
    tag = {"if-match": api.get("/api/v1/actors/an-actor/")["ETag"]}
    answer = api.delete("/api/v1/actors/an-actor/?reason=Wrong", headers=tag)
    assert answer.status_code == 204


WAYS = {
    by_the_api: ("api", "norland", "created"),
    by_retracting_by_the_api: ("api", "an-actor", "retracted"),
    by_seed: ("seed", "norland", "created"),
    by_rebuild: ("rebuild", "an-actor", "updated"),
    by_form: ("admin", "norland", "drafted"),
    by_retracting_in_the_list: ("admin", "an-actor", "retracted"),
    by_publishing_in_the_list: ("admin", "a-draft", "created"),
    by_deleting_a_draft: ("admin", "a-draft", "discarded"),
}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_way_in_leaves_one_revision_and_a_version_of_what_it_changed(way, tmp_path, curator):
    ArticleFactory(slug="the-source")
    ActorFactory(slug="an-actor")
    ActorFactory(slug="a-draft", publication=Record.Publication.DRAFT)
    revisions, versions = Revision.objects.count(), Version.objects.count()
    way(tmp_path, curator)
    origin, slug, operation = WAYS[way]
    assert Revision.objects.count() == revisions + 1
    assert Version.objects.count() == versions + 1
    version = Version.objects.order_by("pk").last()
    assert (version.revision.origin, version.type, version.slug, version.operation) == (
        origin, "actors", slug, operation,
    )  # fmt: skip
    for model in record_models().values():
        for record, body in documents.render_documents(
            model, model.objects.values_list("pk", flat=True)
        ):
            if record.publication == Record.Publication.PUBLISHED:
                assert documents.is_current_document(record, body)
            else:
                assert record.document is None


def test_no_other_address_takes_a_write():
    """Whatever address a POST could reach is walked above, or refuses it."""
    client = Client()
    for endpoint in record_models():
        for path in (f"/api/v1/{endpoint}/", f"/api/v1/{endpoint}/x/"):
            for method in ("post", "put", "patch", "delete"):
                answer = getattr(client, method)(path, "{}", content_type="application/json")
                is_here = (method == "post") == path.endswith(f"/{endpoint}/")
                assert answer.status_code == (401 if is_here else 405)
    patterns = {str(pattern.pattern) for pattern in get_resolver().url_patterns}
    assert patterns == {"", "^admin$", "admin/", "api/v1", "api/v1/", "problems/<slug:code>/"} | {
        "admin/search/",
        "admin/autocomplete/",
        "admin/slug/",
        ".well-known/security.txt",
    }
