"""The second factor: a code of an authenticator app, or one of a few recovery codes.

A session whose account has a second factor, and which has not given a code, is nobody's: the desk
leads it to the page that asks for the code, and everything else takes it for a stranger's. The API
does so where it reads sessions (accounts/authentication.py).
"""

import secrets
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django_otp import login, verify_token
from django_otp.middleware import is_verified
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.api.http.middleware import outside_api
from apps.core.permissions import Account

RECOVERY_CODES = 10
APP_CODE_DIGITS = 6  # of an app's code; recovery codes are longer


class SecondFactorMode(StrEnum):
    """Whether accounts need a second factor (the setting SECOND_FACTOR)."""

    OFF = "off"
    OPTIONAL = "optional"
    REQUIRED = "required"


def confirmed_device(user: Account) -> TOTPDevice | None:
    """The app that an account has set up."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).order_by("pk").first()


def required_page(user: Account) -> str | None:
    """The name of the only page that a session may see, if it still has to show a code."""
    if (
        settings.SECOND_FACTOR == SecondFactorMode.OFF
        or not user.is_authenticated
        or is_verified(user)
    ):
        return None
    if confirmed_device(user):
        return "second-factor"
    required = settings.SECOND_FACTOR == SecondFactorMode.REQUIRED and user.is_staff
    return "second-factor-set-up" if required else None


class SecondFactorMiddleware:
    """Keeps a session that has not given its code from everything but the page that asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        page = required_page(request.user)
        if page is None or request.path_info in (reverse(page), reverse("admin:logout")):
            return self.get_response(request)
        if request.path_info.startswith(reverse("admin:index")):
            return redirect(f"{reverse(page)}?{urlencode({'next': request.get_full_path()})}")
        request.user = AnonymousUser()
        return self.get_response(request)


second_factor_outside_api = outside_api(SecondFactorMiddleware)


def verify_code(request: HttpRequest, code: str) -> bool:
    """Whether the account's app, or its recovery codes, have `code`; the session is then verified.

    Only the device that the code can be of is asked: a failure makes a device wait, ever longer.
    """
    kind: Any = TOTPDevice if len(code) == APP_CODE_DIGITS else StaticDevice
    device = kind.objects.filter(user=request.user, confirmed=True).order_by("pk").first()
    verified = device and verify_token(request.user, device.persistent_id, code)
    if verified:
        start_verified_session(request, verified)
    return bool(verified)


def start_verified_session(request: HttpRequest, device: Device) -> None:
    """Make the session a verified one, under a new key."""
    request.session.cycle_key()
    login(request, device)


def offered_device(user: Account) -> TOTPDevice:
    """The device that an account is about to set up: its secret stays until it is confirmed."""
    open_ones = TOTPDevice.objects.filter(user=user, confirmed=False).order_by("pk")
    return open_ones.first() or TOTPDevice.objects.create(
        user=user, confirmed=False, name="Authenticator app"
    )


def confirm_device(request: HttpRequest, code: str) -> bool:
    """Take the offered device into use, if `code` shows that the app has its secret."""
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().get(pk=offered_device(request.user).pk)
        if not device.verify_token(code):
            return False
        device.confirmed = True
        device.save(update_fields=["confirmed"])
    start_verified_session(request, device)
    return True


def replace_recovery_codes(user: Account) -> list[str]:
    """Ten codes, each good for one log-in, in the place of those that there were."""
    codes = [secrets.token_hex(6) for _ in range(RECOVERY_CODES)]
    with transaction.atomic():
        # The row stays: sessions that were verified by one of its codes are bound to it.
        used_before = StaticDevice.objects.filter(user=user).order_by("pk").first()
        device = used_before or StaticDevice.objects.create(user=user, name="Recovery codes")
        device.token_set.all().delete()
        StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def remove_second_factor(user: Account) -> None:
    """Do without a second factor from now on."""
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user).delete()
        StaticDevice.objects.filter(user=user).delete()
