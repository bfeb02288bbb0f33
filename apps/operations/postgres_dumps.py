"""Backups of PostgreSQL, by its own tools: pg_dump, pg_restore and psql of the server's version."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

from django.core.management import CommandError
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.operations.digests import Contents, existing_tables, read_contents
from apps.operations.progress import Report, show_progress

FILE = "database.dump"
INSTALLED = Path("/usr/lib/postgresql")  # where Debian keeps each version's tools
UNBOUNDED = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c lock_timeout=0"
# By the name of a parameter of the connection.
VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}
ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
# Nothing that stands in the schema before outlives it, also what the dump does not know.
EMPTY_SCHEMA = b"BEGIN;\nDROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"


def save_database(connection: BaseDatabaseWrapper, path: Path) -> Contents:
    """Dump the database, as it is at one moment, to `path`; writers go on meanwhile."""
    with opened_session(connection) as session:
        session.set_autocommit(False)
        with session.cursor() as cursor:
            cursor.execute(ONE_MOMENT)
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
        dump = [find_tool(session, "pg_dump"), "--format=custom", "--no-owner", "--no-privileges"]
        dump += ["--verbose", f"--snapshot={snapshot}", f"--file={path}"]
        with show_progress("Dumping the database") as report:
            run_dump(session, dump, len(existing_tables(session)), report)
        with show_progress("Reading what was dumped") as report:
            return read_contents(session, report)


def load_database(connection: BaseDatabaseWrapper, path: Path, tables: int) -> None:
    """Put the dump at `path` in the database's place, in one transaction."""
    connection.close()
    with opened_session(connection) as session:
        environment = tool_environment(session)
        psql = [find_tool(session, "psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
        read = [find_tool(session, "pg_restore"), "--no-owner", "--no-privileges", "--file=-"]
    into = Popen(  # noqa: S603
        psql,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
    )
    script = Popen([*read, str(path)], stdout=subprocess.PIPE)  # noqa: S603
    with show_progress("Putting the dump in place") as report:
        is_whole = feed_script(script, into, tables, report)
    _, said = into.communicate()
    if not is_whole or into.returncode:
        raise CommandError(f"The database is as it was. {said.decode().strip()}")


def feed_script(script: Popen, into: Popen, tables: int, report: Report) -> bool:
    """Whether psql was given the whole script, and then the word to commit it.

    A script that was cut off is never committed: psql ends, and the server takes all back.
    """
    assert script.stdout is not None
    assert into.stdin is not None
    filled = 0
    try:
        into.stdin.write(EMPTY_SCHEMA)
        for line in script.stdout:
            into.stdin.write(line)
            if line.startswith(b"COPY "):
                filled += 1
                report(filled, tables)
        if is_whole := script.wait() == 0:
            into.stdin.write(b"COMMIT;\n")
        into.stdin.flush()
    except BrokenPipeError:  # psql has refused something, and says what
        script.kill()
        is_whole = False
    finally:
        script.stdout.close()
        script.wait()
    return is_whole


def check_file(connection: BaseDatabaseWrapper, path: Path) -> None:
    """Refuse a dump that cannot be read to its end."""
    with opened_session(connection) as session:
        reading = [find_tool(session, "pg_restore"), "--file=/dev/null", str(path)]
    answer = subprocess.run(reading, capture_output=True, text=True, check=False)  # noqa: S603
    if answer.returncode:
        raise CommandError(f"{path} is damaged: {answer.stderr.strip()}")


@contextmanager
def opened_session(connection: BaseDatabaseWrapper) -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own, whose statements may take as long as they need."""
    session = connection.copy()
    options = session.settings_dict["OPTIONS"]
    session.settings_dict["OPTIONS"] = {**options, "options": UNBOUNDED}
    try:
        yield session
    finally:
        session.close()


def structure_faults(connection: BaseDatabaseWrapper) -> list[str]:
    """Rules of tables that were never held against all their rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass, conname FROM pg_constraint WHERE NOT convalidated"
        )
        return [f"{table}: the rule {rule} was not checked." for table, rule in cursor.fetchall()]


def read_database(connection: BaseDatabaseWrapper) -> Contents:
    """What the database holds at one moment."""
    with opened_session(connection) as session, show_progress("Reading the database") as report:
        session.set_autocommit(False)
        with session.cursor() as cursor:
            cursor.execute(ONE_MOMENT)
        return read_contents(session, report)


def tool_environment(session: BaseDatabaseWrapper) -> dict[str, str]:
    """The environment in which PostgreSQL's tools meet the same database, as nobody can see."""
    parameters = session.get_connection_params()
    named = {
        variable: str(parameters[name])
        for name, variable in VARIABLES.items()
        if parameters.get(name)
    }
    return {**os.environ, **named, "PGOPTIONS": UNBOUNDED, "LC_ALL": "C"}


def find_tool(session: BaseDatabaseWrapper, name: str) -> str:
    """The path of a tool that is not older than the server, the nearest to it."""
    with session.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        server = int(cursor.fetchone()[0]) // 10_000
    there = {int(path.parts[-3]): path for path in INSTALLED.glob(f"[0-9]*/bin/{name}")}
    fitting = sorted(major for major in there if major >= server)
    if fitting:
        return str(there[fitting[0]])
    elsewhere = shutil.which(name)
    if elsewhere and tool_version(elsewhere) >= server:
        return elsewhere
    raise CommandError(
        f"{name} {server} or later is needed for this server, and not installed:"
        f" apt-get install postgresql-client-{server}"
    )


def tool_version(path: str) -> int:
    """The major version of one of PostgreSQL's tools; 0 if it does not say."""
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    number = re.search(r"\) (\d+)", answer.stdout)
    return int(number[1]) if number else 0


def run_dump(
    session: BaseDatabaseWrapper, arguments: list[str], tables: int, report: Report
) -> None:
    """Run pg_dump, which names each table that it comes to."""
    said, filled = [""], 0
    environment = tool_environment(session)
    with Popen(arguments, stderr=subprocess.PIPE, text=True, env=environment) as process:  # noqa: S603
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line.strip())
            if "dumping contents of table" in line:
                filled += 1
                report(filled, tables)
    if process.returncode:
        raise CommandError(f"pg_dump failed: {said[-1]}")
