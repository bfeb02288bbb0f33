"""A probe gets its answer whatever its host; ready is only who can answer requests."""

import pytest
from django.db import OperationalError

from apps.ledger.models import Dataset
from apps.operations import health
from tests.types.actors.factories import ActorFactory


@pytest.fixture(autouse=True)
def forgotten_migrations():
    """Nothing is remembered from other tests."""
    health.require_migrations.cache_clear()
    yield
    health.require_migrations.cache_clear()


def test_alive_asks_no_database(client):
    """Without the mark for a database any query would fail this test."""
    response = client.get("/livez", HTTP_HOST="10.0.0.7:8000")
    assert (response.status_code, response.json()) == (200, {"status": "alive"})
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_ready_says_the_revision(client):
    ActorFactory()
    response = client.get("/readyz")
    assert response.json() == {"status": "ready", "revision": Dataset.current_revision()}


@pytest.mark.django_db
def test_a_probe_is_neither_redirected_nor_asked_for_its_host(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["data.example"]
    for path in ("/livez", "/readyz"):
        assert client.get(path, HTTP_HOST="10.0.0.7").status_code == 200
        assert client.head(path, HTTP_HOST="10.0.0.7").status_code == 200
        assert client.post(path, HTTP_HOST="10.0.0.7").status_code == 405


@pytest.mark.django_db
def test_who_has_lost_the_database_is_not_ready_and_is_again_when_it_is_back(client, monkeypatch):
    def fail(*args: object) -> None:
        raise OperationalError("connection to server at 10.0.0.9, user caucasus, failed")

    with monkeypatch.context() as patched:
        patched.setattr("apps.operations.health.connection.close", lambda: None)
        patched.setattr(Dataset, "current_revision", fail)
        response = client.get("/readyz")
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert response.json() == {"status": "not ready", "detail": "The database does not answer."}
    assert client.get("/livez").status_code == 200
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_who_has_old_tables_is_not_ready_until_they_are_new(client, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(health, "missing_migrations", lambda: ["ledger.0099"])
        response = client.get("/readyz")
        assert response.status_code == 503
        assert "upgrade" in response.json()["detail"]
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_a_second_probe_asks_one_question(client, queries):
    client.get("/readyz")
    with queries() as counted:
        client.get("/readyz")
    assert len(counted) == 1


@pytest.mark.django_db
def test_the_figures_are_at_no_public_address(client):
    assert client.get("/metrics").status_code == 404
