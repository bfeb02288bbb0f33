"""Make the search index anew from the documents of all published records.

Every revision keeps it in step; this is for when tables were filled past the ledger, and after a
change of what is indexed. Readers and writers may go on meanwhile.
"""

from typing import Any

import orjson
from django.core.management.base import BaseCommand
from django.db import transaction

from apps.core.models import Record, record_models
from apps.search import index
from apps.search.engines import current_engine

CHUNK = 500


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: object, **options: object) -> None:
        current_engine().rebuild()
        models = record_models().items()
        index.delete_entries_except(
            {endpoint: model.objects.published() for endpoint, model in models}
        )
        for endpoint, model in models:
            self.stdout.write(f"{endpoint}: {self.index_type(model)}")

    def index_type(self, model: type[Record]) -> int:
        """Enter all published records of a type; returns their number."""
        count, last = 0, 0
        while True:
            with transaction.atomic():
                # Locked, so that no revision changes a document between its reading and its entry.
                rows: Any = model.objects.published().filter(pk__gt=last).select_for_update()
                chunk = rows.order_by("pk").values_list("pk", "slug", "document")[:CHUNK]
                documents = {(pk, slug): orjson.loads(text) for pk, slug, text in chunk}
                index.update_entries(
                    model.search_record(slug, document) for (_, slug), document in documents.items()
                )
            if not documents:
                return count
            count, (last, _) = count + len(documents), max(documents)
