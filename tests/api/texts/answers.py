"""Answers about texts out of a database of any locale, as JSON; run in a process of its own.

    DATABASE_URL=… python -m tests.api.texts.answers

makes the tables and some actors in the empty database, asks, and prints each question's slugs.
"""

import json
import os
import sys
from urllib.parse import urlencode

import django
from django.core.management import call_command
from django.test import Client

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
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caucasus.settings.test")
    django.setup()
    from tests.types.actors.factories import ActorFactory, ActorNameFactory

    call_command("migrate", verbosity=0)
    actors = {slug: ActorFactory(slug=slug, name=name) for slug, name in ACTORS.items()}
    ActorNameFactory(record=actors["erdogan"], name="Президент Турции")
    ActorFactory(slug="shusha", name="Shusha town", summary="Şuşa, a town.")
    answers = {
        **{query: slugs_of_list(query) for query in FILTERS},
        **{f"ordering={name}": walk_both_ways(name) for name in ("name", "-name", "summary,-name")},
    }
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main()
