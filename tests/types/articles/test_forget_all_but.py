"""The checks of links that no article has any more are dropped."""

import pytest

from apps.articles.models import Link
from tests.types.articles.factories import LinkFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("addresses", "left"),
    [
        (["a", "b", "c"], ["a", "b", "c"]),
        (["b"], ["b"]),
        ({"c", "a", "never-asked"}, ["a", "c"]),
        ([], []),
        (("a", "a"), ["a"]),
    ],
)
def test_only_the_checks_of_these_addresses_stay(addresses, left):
    for address in ("a", "b", "c"):
        LinkFactory(address=address)
    Link.objects.forget_all_but(addresses)
    assert sorted(Link.objects.values_list("address", flat=True)) == left


def test_it_forgets_only_among_those_that_were_asked_for():
    for address in ("a", "b"):
        LinkFactory(address=address)
    Link.objects.filter(address="a").forget_all_but(["c"])
    assert [link.address for link in Link.objects.all()] == ["b"]
