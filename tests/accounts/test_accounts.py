"""Accounts on the desk: made by one form, with a role, by people who give away what they have."""

import os
import subprocess
import sys

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Scope
from apps.actors.models import Actor
from apps.core.permissions import Act
from apps.ledger.models import Proposal
from tests.accounts.factories import TokenFactory, UserFactory
from tests.support.desk import Desk, FormReader, add_row
from tests.types.articles.factories import ArticleFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database("forms of accounts; what roles may write is asked on both engines"),
]

LIST = reverse("admin:auth_user_changelist")
WORD = "a word of some length"


@pytest.fixture
def administrator(client):
    return Desk(client, UserFactory(username="head", role="administrator"))


def make_role(name, *codenames):
    """A role; one that is not there yet is made, with permissions by their codenames."""
    made, is_new = Group.objects.get_or_create(name=name)
    if is_new:
        made.permissions.set(Permission.objects.filter(codename__in=codenames))
    return made


def add_account(desk, *roles, **changed):
    """Make the account “keto” by the form as it is shown; the errors."""
    typed = {"username": "keto", "password1": WORD, "password2": WORD}
    typed |= {"groups": [str(role.pk) for role in roles], **changed}
    return desk.save(User, desk.form(User, "add") | typed, "add")


def account_page(account):
    return reverse("admin:auth_user_change", args=[account.pk])


def test_who_is_made_a_contributor_by_one_form_logs_in_and_proposes(administrator):
    assert add_account(administrator, make_role("contributor")) == {}
    account, browser = User.objects.get(username="keto"), Client()
    assert account.get_all_permissions() == {Act.PROPOSE}
    data = {"username": "keto", "password": WORD}
    assert browser.post(reverse("admin:login"), data, REMOTE_ADDR="192.0.2.1").status_code == 302
    assert browser.get(reverse("admin:index")).status_code == 200
    desk, article = Desk(browser, account), ArticleFactory()
    new = {"slug": "norland", "name": "Norland", "kind": "state", "certainty": "reported"}
    typed = desk.form(Actor, "add") | new | {"publication": "published"}
    assert desk.save(Actor, add_row(typed, "citations", article=article), "add") == {}
    assert Proposal.objects.get().author == account
    assert not Actor.objects.exists()


def test_an_account_for_programs_alone_is_kept_from_the_desk_and_its_token_works(
    administrator, bearer
):
    assert add_account(administrator, make_role("contributor"), is_staff=[]) == {}
    account, browser = User.objects.get(username="keto"), Client()
    browser.force_login(account)
    assert browser.get(reverse("admin:index")).status_code == 302
    assert bearer(TokenFactory(user=account).key).get("/api/v1/actors/").status_code == 200


def test_a_form_that_is_not_right_makes_no_account(administrator):
    assert set(add_account(administrator, password2="another")) == {"password2"}
    assert set(add_account(administrator, username="head")) == {"username"}
    assert set(add_account(administrator, groups=["999"])) == {"groups"}
    assert User.objects.count() == 1


def test_the_list_shows_roles_and_the_last_log_in(administrator, queries):
    UserFactory(username="keto", role="editor").groups.add(make_role("contributor"))
    page = administrator.client.get(LIST).content.decode()
    assert "contributor, editor" in page
    assert "superuser, " not in page
    assert "last_login" in page
    with queries() as few:
        administrator.client.get(LIST)
    UserFactory.create_batch(5, role="editor", is_superuser=True)
    with queries() as many:
        page = administrator.client.get(LIST).content.decode()
    assert page.count("superuser, editor") == 5
    assert len(many) == len(few)


def test_permissions_come_from_roles_alone_for_superusers_too(client):
    desk = Desk(client, UserFactory(is_superuser=True))
    form = desk.form_at(account_page(UserFactory()))
    assert {"groups", "is_superuser"} <= set(form)
    assert "user_permissions" not in form


# Nobody gives away, or takes over, more than they have.


def test_a_role_that_may_more_is_not_given_away(administrator):
    more = make_role("librarian", "delete_user")
    assert set(add_account(administrator, more)) == {"groups"}
    keto = UserFactory(username="keto")
    form = administrator.form_at(account_page(keto))
    errors = administrator.save_at(account_page(keto), form | {"groups": [str(more.pk)]})
    assert set(errors) == {"groups"}
    assert not keto.groups.exists()


def test_nobody_is_made_a_superuser_by_what_is_sent_beside_the_form(administrator):
    beside = {"is_superuser": "on", "user_permissions": [str(Permission.objects.first().pk)]}
    assert add_account(administrator, **beside) == {}
    keto = User.objects.get(username="keto")
    form = administrator.form_at(account_page(keto))
    assert administrator.save_at(account_page(keto), form | beside) == {}
    keto.refresh_from_db()
    assert (keto.is_superuser, keto.get_all_permissions()) == (False, set())


@pytest.mark.parametrize("is_active", [True, False])
def test_an_account_that_may_more_is_not_taken_over(administrator, is_active):
    above = UserFactory(is_active=is_active)
    above.groups.add(make_role("librarian", "delete_user"))
    typed = {"username": "taken", "password1": WORD, "password2": WORD, "is_active": "on"}
    for name in ("auth_user_change", "auth_user_password_change"):
        path = reverse(f"admin:{name}", args=[above.pk])
        assert administrator.client.post(path, typed).status_code == 403
    before = above.password
    above.refresh_from_db()
    assert (above.password, above.is_active) == (before, is_active)


def test_who_keeps_accounts_and_little_else_gives_away_little(client):
    keeper = UserFactory()
    keeper.groups.add(make_role("keeper", "add_user", "change_user", "view_user", "propose"))
    desk = Desk(client, keeper)
    assert set(add_account(desk, make_role("publisher"))) == {"groups"}
    assert add_account(desk, make_role("contributor")) == {}
    assert client.get(account_page(UserFactory(role="publisher"))).status_code == 200
    password = reverse("admin:auth_user_password_change", args=[UserFactory(role="editor").pk])
    assert client.post(password, {"password1": WORD, "password2": WORD}).status_code == 403


def test_the_form_of_a_token_shows_the_word_of_each_scope(client):
    client.force_login(UserFactory())
    page = client.get(reverse("admin:accounts_token_add")).content.decode()
    assert "scopes" in FormReader(page).data
    for scope in Scope:
        assert f"{scope.value}: " in page


def test_a_database_that_does_not_answer_is_told_in_plain_words():
    nowhere = {**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    command = [sys.executable, "manage.py", "migrate"]
    done = subprocess.run(command, env=nowhere, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("The database of DATABASE_URL does not answer: ")
    assert "Traceback" not in done.stderr
