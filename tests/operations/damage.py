"""What can befall a database: damage that tests do to it."""

from pathlib import Path

from django.db import connection

NOISE = b"\xa5" * 4_096


def empty_a_table() -> None:
    """Somebody deletes rows by hand, past the ledger."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM actors_actorcitation")
    connection.close()


def change_a_value() -> None:
    """Somebody changes a value by hand, past the ledger; the number of rows stays."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE actors_actor SET name = 'Someone else' WHERE slug = 'norland'")
    connection.close()


def drop_a_table() -> None:
    """A table is gone."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE search_entry{cascade_word()}")
    connection.close()


def add_a_table() -> None:
    """A table is there that no backup knows."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE left_over (id integer PRIMARY KEY)")
    connection.close()


def cascade_word() -> str:
    """What PostgreSQL asks for, and SQLite does not know."""
    return " CASCADE" if connection.vendor == "postgresql" else ""


def overwrite_the_middle(path: Path) -> None:
    """A disk writes noise over the pages in the middle of a file, of which many are in use."""
    pages = path.stat().st_size // len(NOISE)
    with path.open("r+b") as file:
        file.seek(pages // 3 * len(NOISE))
        file.write(NOISE * (pages // 3))


def overwrite_the_head(path: Path) -> None:
    """... over its beginning."""
    with path.open("r+b") as file:
        file.write(NOISE)


def cut_off(path: Path) -> None:
    """... or loses its second half."""
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


DAMAGES_OF_ROWS = [empty_a_table, change_a_value, drop_a_table, add_a_table]
DAMAGES_OF_FILES = [overwrite_the_middle, overwrite_the_head, cut_off]
