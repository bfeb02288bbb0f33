"""Rate limits: counted by address and by account, said in every answer, never in the way."""

import re

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory
from rest_framework.settings import api_settings

from apps.api.http import throttling
from caucasus.settings.base import parse_rate
from tests.accounts.factories import TokenFactory
from tests.types.actors.factories import ActorFactory

pytestmark = pytest.mark.django_db

PATH = "/api/v1/actors/"


@pytest.fixture(autouse=True)
def limits(settings, monkeypatch):
    """Three requests a minute for an address, five for an account, in a clock that stands still."""
    settings.RATE_LIMIT_ANONYMOUS = (3, 60)
    settings.RATE_LIMIT_TOKEN = (5, 60)
    monkeypatch.setattr(throttling, "time", lambda: 6_000_030.0)


def requests_left(response):
    return int(re.fullmatch(r'"default";r=(\d+);t=30', response["RateLimit"]).group(1))


def test_every_answer_says_what_is_left(api):
    ActorFactory(slug="norland")
    for path, status, remaining in (
        (PATH, 200, 2),
        (f"{PATH}?colour=red", 400, 1),
        (f"{PATH}none/", 404, 0),
    ):
        response = api.get(path)
        assert response.status_code == status
        assert requests_left(response) == remaining
        assert response["RateLimit-Policy"] == '"default";q=3;w=60'


def test_one_more_is_refused_as_a_problem(api):
    for _ in range(3):
        assert api.get(PATH).status_code == 200
    response = api.get(PATH)
    assert response.status_code == 429
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"].endswith("/problems/throttled/")
    assert response["Retry-After"] == "30"
    assert requests_left(response) == 0


def test_the_next_window_is_open_again(api, monkeypatch):
    for _ in range(4):
        api.get(PATH)
    monkeypatch.setattr(throttling, "time", lambda: 6_000_060.0)
    response = api.get(PATH)
    assert response.status_code == 200
    assert response["RateLimit"] == '"default";r=2;t=60'


def test_what_the_client_holds_is_free(api):
    tag = api.get(PATH)["ETag"]
    for _ in range(10):
        response = api.get(PATH, headers={"if-none-match": tag})
        assert response.status_code == 304
        assert requests_left(response) == 2


@pytest.mark.parametrize("path", ["/api/v1/nowhere/", "/api/v1/actors/?q=%00", "/api/nothing"])
def test_what_meets_no_view_is_counted_too(api, path):
    assert [requests_left(api.get(path)) for _ in range(3)] == [2, 1, 0]
    assert api.get(path).status_code == 429


def test_bad_tokens_are_counted_by_their_address(api, bearer):
    client = bearer("cca_guessed")
    assert [client.get(PATH).status_code for _ in range(4)] == [401, 401, 401, 429]
    assert api.get(PATH).status_code == 429


def test_an_account_has_one_quota_for_all_its_tokens(api, bearer):
    token = TokenFactory()
    second, other = TokenFactory(user=token.user), TokenFactory()
    assert [
        requests_left(bearer(account_token.key).get(PATH))
        for account_token in (token, second, other)
    ] == [4, 3, 4]
    assert requests_left(api.get(PATH)) == 2


def test_each_address_has_a_quota_and_an_ipv6_network_has_one(api):
    addresses = ["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"]
    left = [requests_left(api.get(PATH, REMOTE_ADDR=address)) for address in addresses]
    assert left == [2, 2, 2, 1, 2]
    mapped = ["::ffff:192.0.2.1", "::ffff:192.0.2.8"]
    assert [requests_left(api.get(PATH, REMOTE_ADDR=address)) for address in mapped] == [1, 2]


def test_no_forwarded_header_is_believed(api):
    left = [
        requests_left(
            api.get(PATH, headers={"x-forwarded-for": f"192.0.2.{n}", "forwarded": f"for={n}"})
        )
        for n in range(3)
    ]
    assert left == [2, 1, 0]


def test_behind_a_known_proxy_its_word_counts_and_the_clients_does_not(api, monkeypatch):
    monkeypatch.setattr(api_settings, "NUM_PROXIES", 1)
    left = [
        requests_left(api.get(PATH, headers={"x-forwarded-for": f"198.51.100.{n}, 192.0.2.9"}))
        for n in range(3)
    ]
    assert left == [2, 1, 0]
    assert requests_left(api.get(PATH, headers={"x-forwarded-for": "192.0.2.10"})) == 2


@pytest.mark.parametrize("text", ["", "unix:", "junk", "192.0.2.1, x y\x00", "1" * 500])
def test_an_address_that_is_none_is_nobodys(text, monkeypatch):
    request = RequestFactory().get("/", REMOTE_ADDR=text)
    assert throttling.client_address(request) is None
    assert throttling.client_network(request) == "unknown"


class Broken:
    """A cache that cannot be reached."""

    def __getattr__(self, name):
        raise ConnectionError


def test_a_cache_that_fails_lifts_the_limit(api, monkeypatch):
    monkeypatch.setattr(throttling, "cache", Broken())
    for path, status in ((PATH, 200), ("/api/v1/nowhere/", 404)):
        for _ in range(5):
            response = api.get(path)
            assert response.status_code == status
            assert "RateLimit" not in response


def test_a_cache_that_loses_its_counts_does_no_harm(api, monkeypatch):
    tag = api.get(PATH)["ETag"]
    real = throttling.give_back_request

    def lost(count):
        cache.clear()
        return real(count)

    monkeypatch.setattr(throttling, "give_back_request", lost)
    assert api.get(PATH, headers={"if-none-match": tag}).status_code == 304


def test_nothing_but_the_api_is_limited(client):
    for _ in range(5):
        response = client.get("/problems/throttled/")
        assert response.status_code == 200
        assert "RateLimit" not in response


def test_without_a_limit_there_is_no_header(api, settings):
    settings.RATE_LIMIT_ANONYMOUS = None
    response = api.get(PATH)
    assert response.status_code == 200
    assert "RateLimit" not in response


@pytest.mark.parametrize(
    ("text", "meant"),
    [("", None), ("600/min", (600, 60)), ("10/s", (10, 1)), ("1/day", (1, 86_400))],
)
def test_a_rate_is_read(text, meant):
    assert parse_rate(text) == meant


@pytest.mark.parametrize("text", ["600", "600/fortnight", "-1/min", "x/min", "/min", "0/min"])
def test_a_misspelt_rate_stops_the_start(text):
    with pytest.raises(ImproperlyConfigured):
        parse_rate(text)
