"""Bringing an installation up to its code; where nothing is to be done, nearly nothing is done."""

from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from apps.operations.models import Installation
from apps.operations.progress import show_progress
from apps.operations.verifying import missing_migrations

COLLECTED = ".collected"  # in the folder of static files: the build that they are of


def upgrade_installation(say: Callable[[str], object]) -> None:
    """Do what is left to do, in order; each step may be done again."""
    steps = list(steps_to_do())
    with show_progress("Upgrading") as report:
        for number, (label, take) in enumerate(steps, start=1):
            take()
            say(label)
            report(number, len(steps))
    if not steps:
        say("Nothing is to be done.")


def steps_to_do() -> Iterator[tuple[str, Callable[[], object]]]:
    """The steps that this installation needs, each with what is then so."""
    has_old_tables = bool(missing_migrations())
    if has_old_tables:
        yield "The tables are those of the code.", migrate_tables
    if has_old_tables or not Installation.objects.is_brought_up_to(settings.BUILD):
        yield "The documents are what the tables say.", rebuild_documents
        yield "The search index is made anew.", rebuild_search
        yield "The database is brought up to the code.", note_upgrade
    if collected_build() != settings.BUILD:
        yield "Static files are collected.", collect_static


def migrate_tables() -> None:
    """Apply the migrations that are missing."""
    call_command("migrate", interactive=False, verbosity=0)


def rebuild_documents() -> None:
    """Write documents anew whose shape has changed."""
    call_command("check_documents", rebuild=True, verbosity=0)


def rebuild_search() -> None:
    """Enter every published record into the index."""
    call_command("rebuild_search", verbosity=0)


def note_upgrade() -> None:
    """Remember that the database needs nothing more for this build."""
    Installation.objects.note_upgrade(settings.BUILD)


def collect_static() -> None:
    """Collect the files that browsers load, and note of which build they are."""
    call_command("collectstatic", interactive=False, clear=False, verbosity=0)
    (Path(settings.STATIC_ROOT) / COLLECTED).write_text(settings.BUILD)


def collected_build() -> str | None:
    """The build whose static files were collected last."""
    path = Path(settings.STATIC_ROOT) / COLLECTED
    return path.read_text() if path.is_file() else None
