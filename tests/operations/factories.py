"""The row by which an installation remembers its last upgrade."""

from datetime import UTC, datetime

import factory

from apps.operations.models import Installation


class InstallationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Installation
        django_get_or_create = ["pk"]

    pk = 1
    state = "0123456789ab"
    at = datetime(2026, 1, 31, tzinfo=UTC)
