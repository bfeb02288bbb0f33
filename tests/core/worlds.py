"""Records by their citations, by the rows of a list, by names: the worlds of several words."""

from typing import Any

from apps.actors.models import Actor, ActorCitation
from apps.agreements.models import Agreement, Party
from apps.articles.models import Article
from tests.types.actors.factories import ActorFactory, ActorNameFactory
from tests.types.tables import store

SOURCES = {  # actor to the articles that it cites, in order
    "on-none": [],
    "on-first": ["first"],
    "on-second": ["second"],
    "on-first-twice": ["first", "first"],
    "on-both": ["first", "second"],
    "on-three": ["first", "second", "first", "third"],
    "a-draft": ["first", "second"],
}
PARTIES = {
    "a-party": [("norland", "party")],
    "a-broker": [("norland", "broker")],
    "both-in-one-row-each": [("norland", "broker"), ("sudland", "party")],
    "twice": [("norland", "party"), ("norland", "broker")],
    "of-nobody": [],
}


def store_sources() -> dict[str, Any]:
    """Store the actors with their citations; the articles by slug."""
    articles = store(Article, ["first", "second", "third", "uncited"])
    actors = store(Actor, {slug: {} for slug in SOURCES} | {"a-draft": {"publication": "draft"}})
    ActorCitation.objects.bulk_create(
        ActorCitation(record=actors[slug], position=position, article=articles[article])
        for slug, cited in SOURCES.items()
        for position, article in enumerate(cited, start=1)
    )
    return articles


def store_parties() -> Actor:
    """Store the agreements with their parties; the actor who is asked for."""
    actors = store(Actor, ["norland", "sudland"])
    agreements = store(Agreement, list(PARTIES))
    Party.objects.bulk_create(
        Party(record=agreements[slug], position=position, actor=actors[actor], role=role)
        for slug, parties in PARTIES.items()
        for position, (actor, role) in enumerate(parties, start=1)
    )
    return actors["norland"]


def store_called_actors() -> None:
    """Actors with names, acronyms and codes, two of one name, and a draft."""
    turkey = ActorFactory(slug="turkey", name="Turkey", kind="state", iso_code="TUR")
    ActorNameFactory(record=turkey, name="Türkiye")
    emirates = ActorFactory(
        slug="united-arab-emirates", name="United Arab Emirates", kind="state", iso_code="ARE"
    )
    ActorNameFactory(record=emirates, name="UAE", kind="acronym")
    ActorFactory(slug="ukraine", name="Ukraine", kind="state", iso_code="UKR")
    treaty = ActorFactory(slug="collective-security-treaty", name="Treaty Organization")
    for name in ("CSTO", "ОДКБ"):
        ActorNameFactory(record=treaty, name=name, kind="acronym")
    ActorFactory(slug="turkey-air-force", name="Turkey's air force")
    for slug in ("first", "second"):
        ActorFactory(slug=slug, name="Sunny League")
    ActorFactory(slug="iran", name="Iran", kind="state", iso_code="IRN")
    ActorFactory(slug="a-draft", name="Hidden", publication="draft")
