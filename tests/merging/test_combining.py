"""What a record says after another was merged into it: what was chosen, and every claim of both."""

import pytest

from apps.search.models import Entry
from tests.merging.acts import merge
from tests.merging.test_merge import public_document
from tests.types.actors.factories import ActorFactory
from tests.types.agreements.factories import AgreementFactory
from tests.types.arms_transfers.factories import ArmsTransferFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = pytest.mark.django_db


def test_a_field_is_the_survivors_unless_it_is_silent_or_the_others_is_chosen():
    survivor = AgreementFactory(summary="Ours.", signed_on="1994", ended_on=None)
    other = AgreementFactory(summary="Theirs.", signed_on="1995", ended_on="2001", status="expired")
    merge(survivor, other, {"signed_on": "other"}, reason="The same")
    now = public_document(survivor)
    values = [now[name] for name in ("summary", "signed_on", "ended_on", "status")]
    assert values == ["Ours.", "1995", "2001", "signed"]


def test_a_number_goes_with_its_qualifier_and_an_amount_with_its_currency():
    survivor = ArmsTransferFactory(number_ordered=5, number_ordered_qualifier="about")
    other = ArmsTransferFactory(
        number_ordered=5,
        number_ordered_max=9,
        number_ordered_qualifier="estimated",
        value_amount=100,
        value_currency="USD",
        value_qualifier="at_most",
    )
    merge(survivor, other, reason="The same")
    now = public_document(survivor)
    names = ("number_ordered", "number_ordered_max", "number_ordered_qualifier")
    assert [now[name] for name in names] == [5, None, "about"]
    names = ("value_amount", "value_currency", "value_qualifier")
    assert [now[name] for name in names] == [100, "USD", "at_most"]


def test_names_ids_topics_and_citations_of_both_are_kept_each_once():
    first, second = ArticleFactory(), ArticleFactory()
    both = {"article": second, "note": "Of both"}
    alias = {"name": "Норланд", "language": "ru", "kind": "exonym"}
    survivor = ActorFactory(
        name="Norland",
        topics=["energy"],
        names=[alias],
        citations=[{"article": first}, both],
        external_ids=[{"scheme": "wikidata", "value": "Q1"}],
    )
    other = ActorFactory(
        name="NLD",
        topics=["energy", "trade"],
        names=[alias, {"name": "Norland", "kind": "short"}],
        citations=[both, {"article": second}],
        external_ids=[{"scheme": "cow", "value": "7"}],
    )
    merge(survivor, other, reason="The same")
    now = public_document(survivor)
    assert [(row["name"], row["kind"]) for row in now["names"]] == [
        ("Норланд", "exonym"),
        ("NLD", "acronym"),
    ]
    assert now["topics"] == ["energy", "trade"]
    assert [row["value"] for row in now["external_ids"]] == ["Q1", "7"]
    assert [(row["article"], row["note"]) for row in now["citations"]] == [
        (first.slug, None),
        (second.slug, "Of both"),
        (second.slug, None),
    ]
    assert Entry.objects.get(slug=survivor.slug).name_words.split().count("nld") == 1


@pytest.mark.parametrize(
    ("alias", "kind"),
    [("NRL", "acronym"), ("Norlandt", "transliteration"), ("Nor", "short")],
)
def test_the_name_that_is_not_taken_is_a_name_of_the_survivor(alias, kind):
    survivor, other = ActorFactory(name="Norland"), ActorFactory(name=alias)
    merge(survivor, other, reason="The same")
    (row,) = public_document(survivor)["names"]
    assert (row["name"], row["kind"]) == (alias, kind)


def test_what_a_source_said_of_a_value_that_is_not_taken_it_still_says():
    source = ArticleFactory()
    date = {"article": source, "field": "signed_on"}
    survivor = AgreementFactory(signed_on="1994-05-12", citations=[date])
    other = AgreementFactory(
        signed_on="1994-05-13",
        citations=[date | {"note": "Theirs"}, date | {"value": "1994-05-12", "note": "Ours"}],
    )
    merge(survivor, other, reason="The same")
    now = public_document(survivor)
    assert [(row["note"], row["value"]) for row in now["citations"]] == [
        (None, None),
        ("Theirs", "1994-05-13"),
        ("Ours", None),
    ]
    assert now["disputed_fields"] == ["signed_on"]


def test_a_source_of_a_list_that_is_not_taken_still_says_what_was_in_it():
    source = ArticleFactory()
    cites = [{"article": source, "field": "parties"}]
    norland, sorland = ActorFactory(slug="norland"), ActorFactory(slug="sorland")
    survivor = AgreementFactory(parties=[{"actor": norland}])
    other = AgreementFactory(parties=[{"actor": norland}, {"actor": sorland}], citations=cites)
    merge(survivor, other, {"parties": "survivor"}, reason="The same")
    assert public_document(survivor)["citations"][-1]["value"] == "norland, sorland"
