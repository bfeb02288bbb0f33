"""Accounts and their tokens."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import factory
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import connection
from django.utils import timezone

from apps.accounts.models import Token

migration = import_module("apps.accounts.migrations.0002_roles")


class UserFactory(factory.django.DjangoModelFactory):
    """A member of the staff; `role` puts it into a group."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence("curator-{}".format)
    is_staff = True
    password = factory.django.Password("of the test")

    @factory.post_generation
    def role(self: Any, create: bool, role: str | None) -> None:
        if role and not Group.objects.filter(name=role).exists():
            # A test with transactions of its own has emptied all tables, as Django does then.
            migration.make_roles(apps, SimpleNamespace(connection=connection))
        if role:
            self.groups.add(Group.objects.get(name=role))


class TokenFactory(factory.django.DjangoModelFactory):
    """A token; the attribute `key` is what its bearer sends."""

    class Meta:
        model = Token

    user = factory.SubFactory(UserFactory)
    name = "nightly copy"
    scopes = factory.List(["read"])
    expiry = factory.LazyFunction(lambda: timezone.now() + timedelta(days=90))

    @classmethod
    def _create(cls, model: Any, *args: Any, **values: Any) -> Token:
        token: Token = model(**values)
        token.key = token.make_key()  # type: ignore[attr-defined]
        token.save(force_insert=True)
        return token
