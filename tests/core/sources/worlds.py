"""Records by the publishers of their articles: some are not named, some printed the same text."""

from apps.actors.models import Actor, ActorCitation
from apps.articles.models import Article
from tests.types.tables import store

ARTICLES = {  # title and publisher
    "first": ("Tanks", "The Journal"),
    "second": ("Ships", "The Journal"),
    "reprint": ("Tanks", "The Herald"),
    "other": ("Planes", "The Herald"),
    "unnamed": ("Roads", None),
    "general-knowledge": ("What we know", None),
}
CITED = {
    "on-none": [],
    "on-what-we-know": ["general-knowledge"],
    "on-two-of-one": ["first", "second", "general-knowledge"],
    "on-a-reprint": ["first", "reprint"],
    "on-two": ["first", "other"],
    "on-three-texts-of-two": ["first", "reprint", "other"],
    "on-an-unnamed": ["unnamed"],
    "on-one-and-an-unnamed": ["first", "unnamed"],
}


def store_publishers() -> None:
    """Store the articles, and the actors that cite them."""
    columns = {slug: {"title": t, "publisher": p} for slug, (t, p) in ARTICLES.items()}
    articles, actors = store(Article, columns), store(Actor, list(CITED))
    ActorCitation.objects.bulk_create(
        ActorCitation(record=actors[slug], position=position, article=articles[article])
        for slug, cited in CITED.items()
        for position, article in enumerate(cited, start=1)
    )
