"""Roles: who may do what, made by a migration and asked for by Django's own permissions."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import RequestFactory

from apps.core.permissions import Act, may_perform
from apps.ledger.models import Revision
from tests.accounts.factories import TokenFactory, UserFactory

pytestmark = pytest.mark.django_db

TABLES = {
    "auth.add_user", "auth.change_user", "auth.view_user", "auth.view_group",
    "accounts.view_token",
    "axes.delete_accessattempt", "axes.view_accessattempt",
    "otp_totp.delete_totpdevice", "otp_totp.view_totpdevice",
}  # fmt: skip
ROLES = {
    "contributor": {"ledger.propose"},
    "editor": {"ledger.propose", "ledger.draft", "ledger.review"},
    "publisher": {"ledger.propose", "ledger.draft", "ledger.review", "ledger.publish"},
    "administrator": {*Act, *TABLES},
}
migration = import_module("apps.accounts.migrations.0002_roles")
EDITOR = SimpleNamespace(connection=connection)


def make_request(user, token=None):
    request = RequestFactory().get("/")
    request.user, request.auth = user, token
    return request


def test_the_roles_are_these_four():
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_permits_exactly_its_acts(role):
    user = UserFactory(role=role)
    assert user.get_all_permissions() == ROLES[role]
    assert {act for act in Act if may_perform(make_request(user), act)} == ROLES[role] & set(Act)


def test_the_acts_are_the_permissions_of_the_ledger():
    declared = {f"ledger.{codename}" for codename, _ in Revision._meta.permissions}
    assert declared == set(Act)
    assert dict(Revision._meta.permissions) == migration.ACTS


def test_the_migration_names_permissions_as_django_does():
    Permission.objects.all().delete()
    migration.make_roles(apps, EDITOR)
    made = set(Permission.objects.values_list("content_type__app_label", "codename", "name"))
    Permission.objects.all().delete()
    for config in apps.get_app_configs():
        create_permissions(config, verbosity=0)
    own = set(Permission.objects.values_list("content_type__app_label", "codename", "name"))
    assert made <= own


def test_the_migration_may_run_again():
    before = Permission.objects.count(), Group.objects.count()
    migration.make_roles(apps, EDITOR)
    assert (Permission.objects.count(), Group.objects.count()) == before
    assert UserFactory(role="publisher").get_all_permissions() == ROLES["publisher"]


def test_nobody_and_disabled_accounts_may_do_nothing():
    assert not may_perform(make_request(None), Act.PROPOSE)
    assert not may_perform(
        make_request(UserFactory(role="administrator", is_active=False)), Act.PROPOSE
    )


@pytest.mark.parametrize(
    ("scopes", "acts"),
    [
        (["read"], set()),
        (["propose"], {Act.PROPOSE, Act.DRAFT}),
        (["publish"], {Act.PROPOSE, Act.DRAFT, Act.REVIEW, Act.PUBLISH}),
        (["admin"], set(Act)),
        (["read", "propose"], {Act.PROPOSE, Act.DRAFT}),
    ],
)
@pytest.mark.parametrize("role", ROLES)
def test_a_token_does_what_its_scopes_open_and_its_owner_may(role, scopes, acts):
    token = TokenFactory(user=UserFactory(role=role), scopes=scopes)
    allowed = {act for act in Act if may_perform(make_request(token.user, token), act)}
    assert allowed == acts & ROLES[role]
