"""security.txt names whom the operator named, in the form of RFC 9116."""

import re
from datetime import UTC, datetime

import pytest

ADDRESS = "/.well-known/security.txt"


def test_it_has_the_two_lines_that_the_standard_asks_for(client, settings):
    settings.SECURITY_CONTACT = "mailto:security@data.example"
    response = client.get(ADDRESS)
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    text = response.content.decode()
    assert "Contact: mailto:security@data.example\n" in text
    (expires,) = re.findall(r"^Expires: (.+)$", text, re.M)
    left = datetime.fromisoformat(expires) - datetime.now(UTC)
    assert 0 < left.days < 365
    assert f"Canonical: http://testserver{ADDRESS}\n" in text
    assert client.post(ADDRESS).status_code == 405


@pytest.mark.django_db
def test_without_a_contact_there_is_no_such_file(client, settings):
    settings.SECURITY_CONTACT = ""
    assert client.get(ADDRESS).status_code == 404
