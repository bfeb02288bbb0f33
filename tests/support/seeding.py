"""What tests of seeds share: writing seed files, loading them, and what a load could change."""

import io
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command

from apps.core.models import record_models
from apps.ledger.models import Dataset, Version

ARTICLE_SEED = {
    "slug": "text",
    "title": "Text",
    "kind": "analysis",
    "sections": [{"name": "INTRO", "paragraphs": 2}],
    "certainty": "confirmed",
    "citations": [{"article": "text", "section": "INTRO", "paragraph": 1}],
}
CITED_VALUES = {"certainty": "confirmed", "citations": [{"article": "text", "section": "INTRO"}]}
NORLAND_SEED = {"slug": "norland", "name": "Norland", "kind": "state", **CITED_VALUES}


class PlainDumper(yaml.SafeDumper):
    """YAML without aliases: Python's lists share their entries, seed files do not."""

    def ignore_aliases(self, data):
        return True


def write_seed_files(folder: Path, **files) -> Path:
    """Seed files out of Python lists: write(folder, actors=[...])."""
    for name, records in {"articles": [ARTICLE_SEED], **files}.items():
        text = yaml.dump(records, Dumper=PlainDumper, allow_unicode=True)
        (folder / f"{name}.yaml").write_text(text)
    return folder


def run_seed(folder: Path = settings.SEEDS_DIR, *endpoints: str) -> str:
    """Run the command; what it says."""
    out = io.StringIO()
    call_command("seed", *endpoints, folder=folder, stdout=out)
    return out.getvalue()


def faults_of_refused_seed(folder: Path) -> list[str]:
    """The faults for which the command refuses a folder; nothing may have been written."""
    before = stored_state()
    with pytest.raises(CommandError) as refused:
        run_seed(folder)
    assert stored_state() == before
    lines = str(refused.value).splitlines()
    assert lines[-1] == f"Nothing was loaded: {len(lines) - 1} faults."
    return lines[:-1]


def stored_state() -> tuple:
    """All that a load could change."""
    return (
        [list(model.objects.values_list("slug", "document")) for model in record_models().values()],
        Dataset.current(),
        Version.objects.count(),
    )


def documents_by_address() -> dict[str, str]:
    """Every public document by address."""
    return {
        f"{endpoint}/{slug}": document
        for endpoint, model in record_models().items()
        for slug, document in model.objects.published().values_list("slug", "document")
    }
