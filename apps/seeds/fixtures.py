"""The fixtures as a set: one file for the ledger, one for each type, one for the search index."""

from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder

from apps.core.models import record_models
from apps.ledger.models import Dataset, Revision, Version, utc_text
from apps.search.models import Entry

LEDGER_MODELS = (Dataset, Revision, Version)


class FixtureEncoder(DjangoJSONEncoder):
    """Django's, which would cut times off at the millisecond: documents have them in full."""

    def default(self, o: object) -> object:
        return utc_text(o) if isinstance(o, datetime) else super().default(o)


def fixture_stem(number: int, name: str) -> str:
    """The name of a fixture's file without its ending: `06_arms_transfers`."""
    return f"{number:02}_{name.replace('-', '_')}"


def fixture_stems() -> list[str]:
    """All of them, each after those that it names."""
    names = ["ledger", *record_models(), "search"]
    return [fixture_stem(number, name) for number, name in enumerate(names)]


def dataset_models() -> set[type]:
    """Every model whose rows fixtures hold."""
    records = record_models().values()
    parts = (part for model in records for part in model.parts().values())
    return {*LEDGER_MODELS, *records, *parts, Entry}
