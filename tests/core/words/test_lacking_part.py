"""Records without any row in a list that meets all conditions together."""

import pytest

from apps.agreements.models import Agreement
from tests.core.worlds import PARTIES, store_parties
from tests.types.tables import slugs_of

pytestmark = pytest.mark.django_db


def test_it_finds_all_but_what_having_finds():
    norland = store_parties()
    conditions = {"actor": norland, "role": "party"}
    slugs = slugs_of(Agreement.objects.lacking_part("parties", **conditions))
    assert slugs == ["a-broker", "both-in-one-row-each", "of-nobody"]
    assert sorted(
        [*slugs, *slugs_of(Agreement.objects.having_part("parties", **conditions))]
    ) == sorted(PARTIES)


def test_a_record_without_any_row_lacks_everything():
    store_parties()
    assert slugs_of(Agreement.objects.lacking_part("parties")) == ["of-nobody"]
