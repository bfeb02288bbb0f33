"""Log-in: locked after failures, unlocked by time or by hand; sessions that end in time."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import get_hasher, identify_hasher, make_password
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from caucasus.settings import base
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db

LOGIN = reverse("admin:login")
HOME = reverse("admin:index")


def post_login(client, user, password="of the test", address="192.0.2.1"):
    data = {"username": getattr(user, "username", user), "password": password}
    return client.post(LOGIN, data, REMOTE_ADDR=address)


def fail_to_log_in(client, user, times, **where):
    return [post_login(client, user, "wrong", **where).status_code for _ in range(times)]


@pytest.fixture
def user():
    return UserFactory(role="editor")


def test_the_right_password_opens_the_desk(client, user):
    assert post_login(client, user).status_code == 302
    assert client.get(HOME).status_code == 200


def test_the_sixth_failure_locks_name_and_address(client, user):
    assert fail_to_log_in(client, user, 5) == [200] * 5
    page = post_login(client, user, "wrong")
    assert page.status_code == 429
    assert page["Retry-After"] == "1800"
    assert "Too many failed log-ins" in page.content.decode()
    assert post_login(client, user).status_code == 429  # the right password, too


def test_others_and_other_addresses_are_not_locked_out(client, user):
    fail_to_log_in(client, user, 7)
    assert post_login(Client(), user, address="192.0.2.2").status_code == 302
    assert post_login(Client(), UserFactory()).status_code == 302


def test_a_name_that_nobody_has_is_locked_just_the_same(client):
    assert fail_to_log_in(client, "nobody", 6) == [200] * 5 + [429]


def test_a_forwarded_header_gets_round_no_lock(client, user):
    fail_to_log_in(client, user, 6)
    data = {"username": user.username, "password": "of the test"}
    headers = {"x-forwarded-for": "198.51.100.7", "x-real-ip": "198.51.100.7"}
    assert client.post(LOGIN, data, headers=headers, REMOTE_ADDR="192.0.2.1").status_code == 429


def test_a_lock_ends_after_half_an_hour_whatever_is_tried_meanwhile(client, user):
    fail_to_log_in(client, user, 6)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=29))
    assert post_login(client, user).status_code == 429
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=2))
    assert post_login(client, user).status_code == 302


def test_a_success_forgets_the_failures(client, user):
    for _ in range(3):
        assert fail_to_log_in(client, user, 5) == [200] * 5
        assert post_login(client, user).status_code == 302


def test_a_command_unlocks(client, user, capsys):
    fail_to_log_in(client, user, 6)
    call_command("axes_reset_username", user.username)
    assert post_login(client, user).status_code == 302


def test_who_administers_unlocks_on_the_desk(client, user):
    fail_to_log_in(Client(), user, 6)
    client.force_login(UserFactory(role="administrator"))
    listed = client.get(reverse("admin:axes_accessattempt_changelist")).content.decode()
    assert user.username in listed
    path = reverse("admin:axes_accessattempt_delete", args=[AccessAttempt.objects.get().pk])
    assert client.post(path, {"post": "yes"}).status_code == 302
    assert post_login(Client(), user).status_code == 302


def test_no_password_that_was_tried_is_kept(client, user):
    post_login(client, user, "a secret nearly right")
    assert "nearly right" not in str(AccessAttempt.objects.values())


def test_new_passwords_are_hashed_by_argon2_and_old_ones_still_open(settings):
    settings.PASSWORD_HASHERS = base.PASSWORD_HASHERS
    assert identify_hasher(make_password("x")).algorithm == "argon2"
    old = get_hasher("pbkdf2_sha256").encode("x", "salt")
    assert identify_hasher(old).algorithm == "pbkdf2_sha256"


def test_a_new_password_ends_the_other_sessions(client, user):
    client.force_login(user)
    other = Client()
    other.force_login(user)
    data = {
        "old_password": "of the test",
        "new_password1": "quite another one",
        "new_password2": "quite another one",
    }
    assert client.post(reverse("admin:password_change"), data).status_code == 302
    assert client.get(HOME).status_code == 200
    assert other.get(HOME).status_code == 302


def test_disabling_an_account_ends_its_session(client, user):
    client.force_login(user)
    assert client.get(HOME).status_code == 200
    user.is_active = False
    user.save()
    assert client.get(HOME).status_code == 302


def test_a_session_ends_with_the_browser_and_after_a_working_day(client, user):
    post_login(client, user)
    assert client.cookies["sessionid"]["expires"] == ""
    assert client.cookies["sessionid"]["httponly"]
    assert client.session.get_expiry_age() == 12 * 60 * 60
    session = client.session
    session.set_expiry(timedelta(seconds=-1))
    session.save()
    assert client.get(HOME).status_code == 302


def test_logging_in_changes_the_key_of_the_session(client, user):
    client.get(LOGIN)
    session = client.session
    session["before"] = 1
    session.save()
    post_login(client, user)
    assert client.session.session_key != session.session_key


# Who administers accounts is no superuser, and does not become one.


@pytest.fixture
def administrator(client):
    client.force_login(UserFactory(role="administrator"))
    return client


def test_who_administers_makes_accounts(administrator):
    path = reverse("admin:auth_user_add")
    assert administrator.get(path).status_code == 200


def test_who_administers_makes_nobody_a_superuser(administrator, user):
    path = reverse("admin:auth_user_change", args=[user.pk])
    form = administrator.get(path).context["adminform"].form
    assert "groups" in form.fields
    assert not {"is_superuser", "user_permissions"} & set(form.fields)


def test_who_administers_takes_over_no_superuser(administrator):
    root = UserFactory(is_superuser=True)
    before = root.password
    for name in ("auth_user_change", "auth_user_password_change"):
        path = reverse(f"admin:{name}", args=[root.pk])
        data = {"password1": "taken over 1", "password2": "taken over 1", "is_active": ""}
        assert administrator.post(path, data).status_code == 403
    root.refresh_from_db()
    assert (root.password, root.is_active) == (before, True)
