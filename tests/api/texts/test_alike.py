"""Texts compare alike on SQLite and on PostgreSQL, whatever the locale of the database.

On PostgreSQL two databases are made for it, one of the C locale and one of an ICU locale.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests.api.texts.answers import ACTORS

pytestmark = pytest.mark.django_db

LOCALES = {
    "c": "LOCALE 'C'",
    "icu": "LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C.UTF-8'",
}
IN_ORDER = [
    "percent", "abdul", "hyphen", "al-qaeda", "asfat", "asfat-turk", "azat", "azat-capital",
    "azat-accented", "azerbaijan", "erdogan", "shusha", "turkey", "zangezur", "kazakhstan",
    "russia",
]  # fmt: skip
ANSWERS = {
    "name__icontains=россия": ["russia"],
    "name__icontains=СС": ["russia"],
    "name__icontains=ERDOĞAN": ["erdogan"],
    "name__icontains=erdogan": ["erdogan"],
    "name__icontains=ardogan": [],
    "name__icontains=казакстан": ["kazakhstan"],
    "name__icontains=0% s": ["percent"],
    "name__icontains=e_t": ["percent"],
    "name__icontains=-": ["al-qaeda"],
    "name__istartswith=AL": ["al-qaeda", "hyphen"],
    "name__istartswith=āZ": ["azat", "azat-accented", "azat-capital", "azerbaijan"],
    "name__istartswith=тур": ["turkey"],
    "name__icontains__not=a": ["percent", "turkey"],
    "name=Россия": ["russia"],
    "name=россия": [],
    "name__in=Azat,azat": ["azat", "azat-capital"],
    "names__name__icontains=ПРЕЗИДЕНТ": ["erdogan"],
    "names__name__istartswith=през": ["erdogan"],
    "parent__isnull=true&summary__icontains=ŞUŞA": ["shusha"],
    "q=россия": ["russia"],
    "q=ERDOĞAN": ["erdogan"],
    "term=Türk": ["Türkiye", "ASFAT, Turkish works"],
    "term=turk": ["Türkiye", "ASFAT, Turkish works"],
    "term=тюрк": [],
    "term=TUR": ["Türkiye", "ASFAT, Turkish works", "Recep Tayyip Erdoğan"],
    "term=tr": ["Türkiye"],
    "term=türkiyə": ["Türkiye"],
    "term=президент турции": ["Recep Tayyip Erdoğan"],
    "term=qaeda": ["al-Qaeda", "al Qaeda"],
    "term=ԱԶԱՏ": ["azat", "Āzat", "Azat"],
    "search=TUR": ["turkey", "asfat-turk", "erdogan"],
    "search=türkiye": ["turkey"],
    "search=azat": ["azat", "azat-accented", "azat-capital"],
    "search=CSTO": ["azerbaijan"],
    "party=Türk": ["turkey"],
    "party=TÜRKIYE": ["turkey"],
    "party=csto": ["azerbaijan"],
    "party=tr": ["turkey"],
    "party=russa": ["russia"],
    "party=uae": [],
}
WALKS = {
    "ordering=name": IN_ORDER,
    "ordering=-name": IN_ORDER[::-1],
    "ordering=summary,-name": ["shusha", *(s for s in IN_ORDER[::-1] if s != "shusha")],
}


@pytest.fixture(params=LOCALES if connection.vendor == "postgresql" else ["file"])
def database(request: Any, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of some locale; on SQLite, which has none, of a file."""
    if request.param == "file":
        yield f"sqlite:///{tmp_path / 'alike.sqlite3'}"
        return
    wanted = connection.get_connection_params() | {"dbname": "postgres"}
    server = {key: wanted[key] for key in ("host", "port", "user", "password") if wanted.get(key)}
    name = f"{connection.settings_dict['NAME']}_{request.param}"
    with psycopg.connect(**server, dbname="postgres", autocommit=True) as postgres:
        postgres.execute(f'DROP DATABASE IF EXISTS "{name}"')
        postgres.execute(f'CREATE DATABASE "{name}" {LOCALES[request.param]} TEMPLATE template0')
        account = ":".join(filter(None, [server.get("user"), server.get("password")]))
        yield f"postgres://{account}@{server.get('host', '')}:{server.get('port', 5432)}/{name}"
        postgres.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_every_locale_answers_alike(database, root):
    done = subprocess.run(
        [sys.executable, "-m", "tests.api.texts.answers"],
        env={**os.environ, "DATABASE_URL": database},
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert {query: answers[query] for query in ANSWERS} == ANSWERS
    assert {query: answers[query] for query in WALKS} == {q: [w, w] for q, w in WALKS.items()}
    assert answers.keys() == {*ANSWERS, *WALKS}
    assert len(IN_ORDER) == len(ACTORS) + 2
