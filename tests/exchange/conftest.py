"""What the tests of imports ask for."""

from typing import Any

import pytest

from tests.accounts.factories import UserFactory


@pytest.fixture
def publisher(db: None) -> Any:
    """An account that may publish."""
    return UserFactory(role="publisher")


@pytest.fixture
def contributor(db: None) -> Any:
    """An account that may only propose."""
    return UserFactory(role="contributor")


@pytest.fixture
def administrator(db: None) -> Any:
    """An account that may undo imports."""
    return UserFactory(role="administrator")
