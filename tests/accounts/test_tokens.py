"""Tokens: kept as digests, refused when they are not good, noted when used."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from apps.accounts.models import Token, TokenQuerySet
from tests.accounts.factories import TokenFactory, UserFactory
from tests.support.desk import FormReader
from tests.types.actors.factories import ActorFactory

pytestmark = pytest.mark.django_db

PUBLIC = "/api/v1/actors/"
LIST = reverse("admin:accounts_token_changelist")


def refusal_detail(response):
    """The detail of a 401, after a look at its form."""
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"] == "Bearer"
    body = json.loads(response.content)
    assert body["type"].endswith("/problems/not-authenticated/")
    return body["detail"]


def test_a_good_token_reads(bearer):
    ActorFactory()
    response = bearer(TokenFactory().key).get(PUBLIC)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"


def test_the_database_never_holds_a_key():
    key = TokenFactory().key
    out = StringIO()
    call_command("dumpdata", stdout=out)
    assert "nightly copy" in out.getvalue()
    assert key not in out.getvalue()
    assert len(key) > 60
    assert key.startswith("cca_")


@pytest.mark.parametrize("path", [PUBLIC, "/api/v1/", "/api/v1/search/?q=x", "/api/v1/changes/"])
def test_a_bad_token_is_refused_on_a_public_page(bearer, path):
    assert refusal_detail(bearer("cca_nonsense").get(path)) == "This token is not known."


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Basic dTpw",
        "Token x",
        "x",
        "Bearer a b",
        "Bearer \xff",
        "bearer \x80é",
    ],
)
def test_a_header_of_another_form_is_refused(api, header):
    refusal_detail(api.get(PUBLIC, headers={"authorization": header}))


def test_expired_and_revoked_tokens_and_those_of_disabled_accounts_are_refused(bearer):
    past = timezone.now() - timedelta(seconds=1)
    for token, reason in (
        (TokenFactory(expiry=past), "This token has expired."),
        (TokenFactory(revoked_at=past), "This token was revoked."),
        (TokenFactory(user__is_active=False), "The account of this token is disabled."),
    ):
        assert refusal_detail(bearer(token.key).get(PUBLIC)) == reason
        assert Token.objects.filter(pk=token.pk).exists()  # the list still shows it


def test_disabling_an_account_ends_its_tokens_at_once(bearer):
    token = TokenFactory()
    assert bearer(token.key).get(PUBLIC).status_code == 200
    token.user.is_active = False
    token.user.save()
    refusal_detail(bearer(token.key).get(PUBLIC))


def test_a_new_password_ends_tokens_and_a_new_hash_of_the_old_one_does_not(bearer, settings):
    token, other = TokenFactory(), TokenFactory()
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    assert token.user.check_password("of the test")
    token.user.refresh_from_db()
    assert token.user.password.startswith("pbkdf2")
    assert bearer(token.key).get(PUBLIC).status_code == 200
    token.user.set_password("another of the test")
    token.user.save()
    assert refusal_detail(bearer(token.key).get(PUBLIC)) == "This token was revoked."
    assert bearer(other.key).get(PUBLIC).status_code == 200


def test_the_last_use_is_noted_once_a_minute(bearer, queries):
    token = TokenFactory()
    client = bearer(token.key)
    client.get(PUBLIC)
    token.refresh_from_db()
    first = token.last_used_at
    assert timezone.now() - first < timedelta(seconds=10)
    with queries() as counted:
        client.get(PUBLIC)
    assert not [query for query in counted if "UPDATE" in query["sql"]]
    long_ago = timezone.now() - timedelta(seconds=61)
    Token.objects.filter(pk=token.pk).update(last_used_at=long_ago)
    client.get(PUBLIC)
    token.refresh_from_db()
    assert token.last_used_at > long_ago


def test_a_database_that_takes_no_write_stops_no_reader(bearer, monkeypatch):
    def fails(self, token):
        raise DatabaseError

    token = TokenFactory()
    monkeypatch.setattr(TokenQuerySet, "note_use", fails)
    assert bearer(token.key).get(PUBLIC).status_code == 200


def test_a_token_lasts_a_year_at_most():
    token = TokenFactory.build(expiry=timezone.now() + timedelta(days=366))
    with pytest.raises(ValidationError, match="within a year"):
        token.clean()


class Closed(APIView):
    """An address that is not open to strangers."""

    permission_classes = (IsAuthenticated,)

    def post(self, request):
        return Response(str(request.user))


def test_a_stranger_is_asked_for_a_token_where_one_is_needed():
    post = APIRequestFactory().post
    refusal_detail(Closed.as_view()(post("/")).render())
    token = TokenFactory()
    answer = Closed.as_view()(post("/", headers={"authorization": f"Bearer {token.key}"}))
    assert (answer.status_code, answer.data) == (200, token.user.username)


def test_a_session_that_sends_no_csrf_token_is_refused(client):
    client.handler.enforce_csrf_checks = True
    client.force_login(UserFactory(role="administrator"))
    response = client.post(PUBLIC, "{}", content_type="application/json")
    assert response.status_code == 403
    assert "CSRF" in response.json()["detail"]


# On the desk


def add_token(client, **changed):
    """Make a token by the form as it is shown."""
    path = reverse("admin:accounts_token_add")
    shown = FormReader(client.get(path).content.decode()).data
    assert shown["days"] == ["90"]
    return client.post(path, shown | {"name": "nightly copy", "scopes": ["read"]} | changed)


def test_a_token_is_shown_once_when_it_is_made(client, bearer):
    client.force_login(user := UserFactory(role="contributor"))
    page = add_token(client, scopes=["read", "propose"])
    token = Token.objects.get()
    key = page.context["key"]
    assert page.status_code == 200
    assert key in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert key not in str(client.cookies)
    assert (token.user, token.scopes) == (user, ["read", "propose"])
    assert abs(token.expiry - timezone.now() - timedelta(days=90)) < timedelta(minutes=1)
    assert bearer(key).get("/api/v1/").status_code == 200
    token.refresh_from_db()
    pages = client.get(LIST), client.get(reverse("admin:accounts_token_change", args=[token.pk]))
    for later in pages:
        assert later.status_code == 200
        assert "nightly copy" in later.content.decode()
        assert key not in later.content.decode()


@pytest.mark.parametrize(
    "changed", [{"days": "366"}, {"days": "0"}, {"days": ""}, {"scopes": []}, {"scopes": ["all"]}]
)
def test_a_token_has_an_end_and_known_scopes(client, changed):
    client.force_login(UserFactory())
    assert add_token(client, **changed).context["adminform"].form.errors
    assert not Token.objects.exists()


def test_an_account_sees_and_revokes_its_own_tokens_alone(client, bearer):
    own, foreign = TokenFactory(name="my own"), TokenFactory(name="of another")
    client.force_login(own.user)
    assert "of another" not in client.get(LIST).content.decode()
    path = reverse("admin:accounts_token_change", args=[foreign.pk])
    assert client.get(path).status_code == 302
    data = {"action": "revoke", "_selected_action": [own.pk, foreign.pk]}
    client.post(LIST, data)
    assert refusal_detail(bearer(own.key).get(PUBLIC)) == "This token was revoked."
    assert bearer(foreign.key).get(PUBLIC).status_code == 200
    assert LogEntry.objects.get().change_message == "Revoked."
    assert "my own" in client.get(LIST).content.decode()


def test_who_administers_sees_and_revokes_all_tokens(client, bearer):
    token = TokenFactory(name="of another")
    client.force_login(UserFactory(role="administrator"))
    assert "of another" in client.get(LIST).content.decode()
    client.post(LIST, {"action": "revoke", "_selected_action": [token.pk]})
    refusal_detail(bearer(token.key).get(PUBLIC))


def test_no_token_is_changed_or_deleted(client):
    token = TokenFactory()
    client.force_login(UserFactory(is_superuser=True))
    path = reverse("admin:accounts_token_change", args=[token.pk])
    assert client.post(path, {"name": "other", "scopes": ["admin"]}).status_code == 403
    delete = reverse("admin:accounts_token_delete", args=[token.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403


def test_the_schema_says_how_a_token_is_sent():
    out = StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, format="openapi-json", stdout=out)
    schemes = json.loads(out.getvalue())["components"]["securitySchemes"]
    assert schemes["token"] == {"type": "http", "scheme": "bearer"}


def test_the_librarys_own_table_is_not_made():
    assert "knox_authtoken" not in connection.introspection.table_names()
