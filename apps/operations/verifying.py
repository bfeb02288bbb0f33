"""Whether an installation is whole: database, records, search, static files, settings."""

from collections.abc import Callable, Iterator
from itertools import chain

import orjson
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core import checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from apps.core.models import record_models
from apps.documents import consistency
from apps.operations import backups
from apps.operations.progress import show_progress
from apps.search import index
from apps.search.models import Entry


def find_faults() -> list[str]:
    """What is wrong with the installation, a sentence each; nothing is changed."""
    faults: list[str] = []
    with show_progress("Verifying") as report:
        for number, (subject, find) in enumerate(CHECKS.items(), start=1):
            try:
                faults += [f"{subject}: {fault}" for fault in find()]
            except DatabaseError as error:
                faults.append(f"{subject}: the database does not say, {str(error).strip()}")
            report(number, len(CHECKS))
    return faults


def missing_migrations() -> list[str]:
    """Changes of the tables that the code needs and the database has not had."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration} is not applied; `upgrade` does it." for migration, _ in plan]


def database_faults() -> Iterator[str]:
    """What the database finds wrong with itself; every row of every table is read."""
    engine = backups.database_engine()
    yield from engine.structure_faults(connection)
    engine.read_database(connection)


def document_faults() -> Iterator[str]:
    """Documents that are not what their tables say."""
    for record in consistency.records_that_differ():
        yield f"{record.endpoint()}/{record.slug}: the stored document is not what its tables say."


def ledger_faults() -> Iterator[str]:
    """Where the ledger says otherwise than the dataset's number and the records."""
    return chain(consistency.number_faults(), consistency.history_faults())


def search_faults() -> Iterator[str]:
    """Published records that are not found by their words, and entries of what is not published."""
    names = [field.name for field in Entry._meta.concrete_fields if not field.primary_key]
    for endpoint, model in record_models().items():
        entries = Entry.objects.filter(type=endpoint).values(*names)
        known = {entry["slug"]: entry for entry in entries.iterator()}
        published = model.objects.published().values_list("slug", "document")
        for slug, text in published.iterator():
            entry = index.build_entry(model.search_record(slug, orjson.loads(text or "null")))
            if known.pop(slug, None) != {name: getattr(entry, name) for name in names}:
                yield f"{endpoint}/{slug}: its entry is missing or old; `rebuild_search` mends it."
        yield from (f"{endpoint}/{slug}: nothing is published there." for slug in known)


def static_faults() -> Iterator[str]:
    """Files for browsers that were not collected."""
    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        return  # this place serves them out of the source
    collected = staticfiles_storage.hashed_files
    sources = [path for finder in get_finders() for path, _ in finder.list([])]
    missing = [
        path
        for path in sources
        if path not in collected or not staticfiles_storage.exists(collected[path])
    ]
    if missing:
        yield f"{len(missing)} are not collected, such as {missing[0]}; `upgrade` does it."


def settings_faults() -> Iterator[str]:
    """What Django's own checks say, for a public server if this is one."""
    for message in checks.run_checks(include_deployment_checks=settings.IN_THE_OPEN):
        if message.level >= checks.WARNING and not message.is_silenced():
            yield f"{message.msg} ({message.id})"


CHECKS: dict[str, Callable[[], list[str] | Iterator[str]]] = {
    "migrations": missing_migrations,
    "database": database_faults,
    "documents": document_faults,
    "ledger": ledger_faults,
    "search": search_faults,
    "static files": static_faults,
    "settings": settings_faults,
}
