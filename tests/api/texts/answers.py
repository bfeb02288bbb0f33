"""Answers about texts out of a database of any locale, as JSON; run in a process of its own.

    DATABASE_URL=… python -m tests.api.texts.answers

makes the tables and some actors in the empty database, asks, and prints each question's slugs.
"""

import json
import os
import sys
from urllib.parse import urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caucasus.settings.test")
if __name__ == "__main__":
    django.setup()

from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from tests.types.actors.factories import ActorFactory, ActorNameFactory

ACTORS = {
    "abdul": "Abdul",
    "al-qaeda": "al-Qaeda",
    "asfat": "ASFAT",
    "azat": "azat",
    "azat-accented": "Āzat",
    "azat-capital": "Azat",
    "azerbaijan": "Azerbaijan",
    "erdogan": "Recep Tayyip Erdoğan",
    "hyphen": "al Qaeda",
    "kazakhstan": "Қазақстан",
    "percent": "100% Sure_thing",
    "russia": "Россия",
    "turkey": "Türkiye",
    "zangezur": "Zangezur",
}
CODES = {"turkey": "TUR", "russia": "RUS"}
FILTERS = [
    "name__icontains=россия",
    "name__icontains=СС",
    "name__icontains=ERDOĞAN",
    "name__icontains=erdogan",
    "name__icontains=ardogan",
    "name__icontains=казакстан",
    "name__icontains=0% s",
    "name__icontains=e_t",
    "name__icontains=-",
    "name__istartswith=AL",
    "name__istartswith=āZ",
    "name__istartswith=тур",
    "name__icontains__not=a",
    "name=Россия",
    "name=россия",
    "name__in=Azat,azat",
    "names__name__icontains=ПРЕЗИДЕНТ",
    "names__name__istartswith=през",
    "parent__isnull=true&summary__icontains=ŞUŞA",
    "q=россия",
    "q=ERDOĞAN",
]


def slugs_of_list(query: str) -> list[str]:
    """The slugs of one page of actors."""
    answer = Client().get(f"/api/v1/actors/?{query}&fields=slug")
    return [record["slug"] for record in answer.json()["results"]]


TERMS = ["Türk", "turk", "тюрк", "TUR", "tr", "türkiyə", "президент турции", "qaeda", "ԱԶԱՏ"]
SEARCHES = ["TUR", "türkiye", "azat", "CSTO"]
UNKNOWN = ["Türk", "TÜRKIYE", "csto", "tr", "russa", "uae"]


def complete(term: str) -> list[str]:
    """What the desk offers for a reference to an actor."""
    desk = Client()
    desk.force_login(
        User.objects.get_or_create(username="curator", is_superuser=True, is_staff=True)[0]
    )
    source = {"app_label": "actors", "model_name": "membership", "field_name": "actor"}
    answer = desk.get("/admin/autocomplete/", {**source, "term": term}).json()
    return [result["text"].partition(" — ")[0] for result in answer["results"]]


def search(words: str) -> list[str]:
    """The slugs of what is found over all types."""
    answer = Client().get("/api/v1/search/", {"q": words}).json()
    return [result["slug"] for result in answer["results"]]


def hint_at(slug: str) -> list[str]:
    """The slug that was meant by another as the party of an agreement."""
    (error,) = Client().get("/api/v1/agreements/", {"party": slug}).json()["errors"]
    return list(error.get("suggestions", []))


def walk_both_ways(ordering: str) -> list[list[str]]:
    """The slugs of all actors, three a page by cursor, to the end and back to the beginning."""
    params = urlencode({"ordering": ordering, "page_size": 3, "cursor": "*", "fields": "slug"})
    ways, address = [], f"/api/v1/actors/?{params}"
    for direction in ("next", "previous"):
        pages = []
        while address:
            answer = Client().get(address).json()
            pages.append([record["slug"] for record in answer["results"]])
            address, last = answer[direction], address
        address = last
        ordered = pages if direction == "next" else pages[::-1]
        ways.append([slug for page in ordered for slug in page])
    return ways


def main() -> None:
    """Make, ask, print."""
    call_command("migrate", verbosity=0)
    actors = {
        slug: ActorFactory(slug=slug, name=name, iso_code=CODES.get(slug), kind="state")
        for slug, name in ACTORS.items()
    }
    ActorNameFactory(record=actors["erdogan"], name="Президент Турции")
    ActorNameFactory(record=actors["azerbaijan"], name="CSTO")  # so that its name is another
    ActorFactory(slug="asfat-turk", name="ASFAT, Turkish works", iso_code=None)
    ActorFactory(slug="shusha", name="Shusha town", summary="Şuşa, a town.")
    answers = {
        **{query: slugs_of_list(query) for query in FILTERS},
        **{f"term={term}": complete(term) for term in TERMS},
        **{f"search={words}": search(words) for words in SEARCHES},
        **{f"party={slug}": hint_at(slug) for slug in UNKNOWN},
        **{f"ordering={name}": walk_both_ways(name) for name in ("name", "-name", "summary,-name")},
    }
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main()
