"""The second factor: asked for where there is one, demanded where the setting says so."""

import re
import time
from base64 import b32encode

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.accounts import second_factor
from tests.accounts.factories import TokenFactory, UserFactory

pytestmark = pytest.mark.django_db

HOME, LOGIN = reverse("admin:index"), reverse("admin:login")
ASKED, SET_UP = reverse("second-factor"), reverse("second-factor-set-up")
ACTORS = reverse("admin:actors_actor_changelist")


@pytest.fixture
def user():
    return UserFactory(role="publisher", is_superuser=True)


@pytest.fixture
def device(user):
    return TOTPDevice.objects.create(user=user, name="app")


def current_code(device, ago=0):
    """What the app shows."""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time() - ago
    return f"{totp.token():06}"


def wrong_code(device):
    """Six digits that the app shows neither now nor soon."""
    near = {current_code(device, ago) for ago in (-60, -30, 0, 30, 60)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in near)


def log_in_with_password(client, user):
    data = {"username": user.username, "password": "of the test"}
    return client.post(LOGIN, data)


def test_who_has_none_logs_in_as_before(client, user):
    log_in_with_password(client, user)
    assert client.get(HOME).status_code == 200


def test_who_has_one_is_asked_for_a_code_and_sees_nothing_before(client, user, device):
    log_in_with_password(client, user)
    for path in (HOME, ACTORS, SET_UP, reverse("admin:password_change")):
        response = client.get(path)
        assert response.status_code == 302
        assert response.url.startswith(f"{ASKED}?next=")
        assert client.post(path, {}).status_code == 302
    assert client.get(ASKED).status_code == 200


def test_the_right_code_opens_what_was_asked_for(client, user, device):
    log_in_with_password(client, user)
    before = client.session.session_key
    page = client.get(ACTORS, follow=True)
    address = page.redirect_chain[-1][0]
    response = client.post(address, {"code": current_code(device)})
    assert response.url == ACTORS
    assert client.get(ACTORS).status_code == 200
    assert client.session.session_key != before


@pytest.mark.parametrize(
    "there", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_it_leads_to_pages_of_ours_alone(client, user, device, there):
    log_in_with_password(client, user)
    response = client.post(f"{ASKED}?next={there}", {"code": current_code(device)})
    assert response.url == HOME


@pytest.mark.parametrize(
    "code", ["", "12345", "abcdef", "１２３４５６", "1" * 41, "\x00", "💥" * 6]
)
def test_a_wrong_code_opens_nothing(client, user, device, code):
    log_in_with_password(client, user)
    response = client.post(ASKED, {"code": code})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert client.get(HOME).status_code == 302


def test_after_a_failure_the_next_code_has_to_wait(client, user, device):
    log_in_with_password(client, user)
    client.post(ASKED, {"code": wrong_code(device)})
    assert client.post(ASKED, {"code": current_code(device)}).status_code == 200
    assert client.get(HOME).status_code == 302


def test_a_code_is_good_once(client, user, device):
    code = current_code(device)
    for status in (302, 200):
        other = Client()
        log_in_with_password(other, user)
        assert other.post(ASKED, {"code": code}).status_code == status


def test_a_code_of_another_account_opens_nothing(client, user, device):
    foreign = TOTPDevice.objects.create(user=UserFactory(), name="app")
    log_in_with_password(client, user)
    assert client.post(ASKED, {"code": current_code(foreign)}).status_code == 200


def test_a_recovery_code_is_good_once(client, user, device):
    code, *others = second_factor.replace_recovery_codes(user)
    assert len({code, *others}) == 10
    for status in (302, 200):
        other = Client()
        log_in_with_password(other, user)
        assert other.post(ASKED, {"code": code}).status_code == status
    assert StaticToken.objects.count() == 9


def test_the_api_takes_a_session_without_a_code_for_a_strangers(client, user, device):
    def post():
        return client.post("/api/v1/actors/", "{}", content_type="application/json").status_code

    log_in_with_password(client, user)
    client.handler.enforce_csrf_checks = True
    assert client.get("/api/v1/actors/").status_code == 200
    assert post() in (401, 405)  # no session, whose writes would need a CSRF token
    client.handler.enforce_csrf_checks = False
    client.post(ASKED, {"code": current_code(device)})
    client.handler.enforce_csrf_checks = True
    assert post() == 403


def test_who_has_not_given_a_code_may_log_out(client, user, device):
    log_in_with_password(client, user)
    assert client.post(reverse("admin:logout")).status_code == 200
    assert client.get(HOME).url.startswith(LOGIN)


def test_a_token_needs_no_code(bearer, user, device):
    assert bearer(TokenFactory(user=user).key).get("/api/v1/actors/").status_code == 200


def test_the_setting_off_asks_nobody(client, user, device, settings):
    settings.SECOND_FACTOR = "off"
    log_in_with_password(client, user)
    assert client.get(HOME).status_code == 200


def test_where_it_is_required_the_staff_must_set_it_up_first(client, user, settings):
    settings.SECOND_FACTOR = "required"
    log_in_with_password(client, user)
    for path in (HOME, ACTORS, ASKED, reverse("admin:accounts_token_add")):
        assert client.get(path).url.startswith(f"{SET_UP}?next=")
    assert client.get(SET_UP).status_code == 200
    client.post(SET_UP, {"code": current_code(TOTPDevice.objects.get())})
    assert client.get(ACTORS).status_code == 200


def test_where_it_is_required_who_has_one_cannot_set_up_another(client, user, device, settings):
    settings.SECOND_FACTOR = "required"
    log_in_with_password(client, user)
    assert client.get(SET_UP).url.startswith(f"{ASKED}?next=")
    assert client.post(SET_UP, {"code": current_code(device), "act": "remove"}).status_code == 302
    assert TOTPDevice.objects.filter(confirmed=True).count() == 1
    client.post(ASKED, {"code": current_code(device)})
    device.refresh_from_db()
    assert "Remove" not in client.get(SET_UP).content.decode()


# Setting it up


def test_setting_it_up_shows_a_drawing_and_then_the_recovery_codes_once(client, user):
    client.force_login(user)
    page = client.get(SET_UP).content.decode()
    offered = TOTPDevice.objects.get()
    assert "<svg" in page
    assert b32encode(offered.bin_key).decode() in page
    assert not offered.confirmed
    assert client.get(HOME).status_code == 200  # nothing is asked for before it is confirmed
    shown = client.post(SET_UP, {"code": current_code(offered)})
    assert "no-store" in shown["Cache-Control"]
    listed = shown.content.decode().split('id="recovery-codes"')[1].split("</pre>")[0]
    codes = re.findall(r"\b[0-9a-f]{12}\b", listed)
    assert set(codes) == set(StaticToken.objects.values_list("token", flat=True))
    assert len(codes) == 10
    later = client.get(SET_UP).content.decode()
    assert codes[0] not in later
    assert "<svg" not in later.split("code_form")[0].split("Every change")[-1]
    assert client.get(HOME).status_code == 200
    other = Client()
    log_in_with_password(other, user)
    assert other.get(HOME).url.startswith(ASKED)


def test_a_wrong_code_sets_nothing_up(client, user):
    client.force_login(user)
    client.get(SET_UP)
    offered = TOTPDevice.objects.get()
    page = client.post(SET_UP, {"code": wrong_code(offered)})
    assert page.context["form"].errors
    assert not TOTPDevice.objects.get().confirmed
    assert TOTPDevice.objects.get().key == offered.key  # the drawing stays the one that was read


def log_in_with_code(client, user, device):
    log_in_with_password(client, user)
    device.verify_token(current_code(device, ago=30))  # so that the present code is still good
    client.post(ASKED, {"code": second_factor.replace_recovery_codes(user)[0]})
    assert client.get(HOME).status_code == 200


def test_it_is_removed_by_a_code_and_not_without(client, user, device):
    log_in_with_code(client, user, device)
    codes = list(StaticToken.objects.values_list("token", flat=True))
    client.post(SET_UP, {"code": "", "act": "remove"})
    assert TOTPDevice.objects.exists()
    client.post(SET_UP, {"code": codes[0], "act": "remove"})
    assert not TOTPDevice.objects.exists()
    assert not StaticToken.objects.exists()
    assert client.get(HOME).status_code == 200


def test_new_recovery_codes_end_the_old_ones(client, user, device):
    log_in_with_code(client, user, device)
    old = set(StaticToken.objects.values_list("token", flat=True))
    shown = client.post(SET_UP, {"code": next(iter(old)), "act": "renew"}).content.decode()
    new = set(StaticToken.objects.values_list("token", flat=True))
    assert len(new) == 10
    assert not new & old
    assert all(code in shown for code in new)
    assert client.get(HOME).status_code == 200


def test_strangers_see_neither_page(client):
    for path in (ASKED, SET_UP):
        assert client.get(path).url == LOGIN
        assert client.post(path, {"code": "1"}).url == LOGIN
    assert not TOTPDevice.objects.exists()


def test_who_administers_helps_who_lost_the_app_but_not_a_superuser(client, device):
    lost = TOTPDevice.objects.create(user=UserFactory(), name="app")
    client.force_login(UserFactory(role="administrator"))
    page = client.get(reverse("admin:otp_totp_totpdevice_change", args=[lost.pk]))
    assert lost.key not in page.content.decode()
    for authenticator, status in ((lost, 302), (device, 403)):
        path = reverse("admin:otp_totp_totpdevice_delete", args=[authenticator.pk])
        assert client.post(path, {"post": "yes"}).status_code == status
    assert list(TOTPDevice.objects.all()) == [device]
