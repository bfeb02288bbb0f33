"""What the tests of accounts ask for."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient


@pytest.fixture
def bearer() -> Callable[[str], APIClient]:
    """A client of the API that sends a token's key."""
    return lambda key: APIClient(headers={"authorization": f"Bearer {key}"})


@pytest.fixture(autouse=True)
def fresh_cache() -> Any:
    """Nobody has used up anything."""
    cache.clear()
    yield
    cache.clear()
