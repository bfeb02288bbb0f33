"""The command for files that are too long for a page."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from rich.console import Console

from apps.actors.models import Actor
from apps.exchange.management.commands import import_file
from apps.exchange.models import Batch
from apps.ledger.models import Revision
from tests.exchange.factories import actor_row, make_csv
from tests.support.desk import database_state
from tests.types.actors.factories import ActorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path):
    """Runs the command on a file; what it prints."""

    def run(content: bytes, *options: str, name: str = "actors.csv") -> str:
        path, out = tmp_path / name, StringIO()
        path.write_bytes(content)
        call_command("import_file", "actors", str(path), *options, stdout=out)
        return out.getvalue()

    return run


def test_a_plan_is_made_and_kept_and_only_applied_when_asked_to(run, publisher):
    content = make_csv(actor_row())
    before = database_state()
    assert run(content).endswith(": 1 create.\n")
    assert (Batch.objects.get().state, database_state()) == ("planned", before)
    options = ("--apply", "--reason", "Nightly", "--user", publisher.username)
    assert "Applied, revision" in run(content, *options)
    made = Revision.objects.get(origin="import")
    assert (made.reason, made.user) == ("Nightly", publisher)


def test_every_fault_is_printed_and_nothing_imported(run):
    before = [actor_row("a", kind="x"), actor_row("b", certainty="y")]
    with pytest.raises(CommandError) as error:
        run(make_csv(*before), "--apply", "--reason", "Nightly")
    lines = str(error.value).splitlines()
    assert [line.split(": ")[:3] for line in lines[:-1]] == [
        ["row 2", "a", "kind"],
        ["row 3", "b", "certainty"],
    ]
    assert lines[-1] == "Nothing was imported."
    assert not Actor.objects.exists()


def test_what_it_needs_is_asked_for(run, tmp_path):
    ActorFactory(slug="union", name="Grey Lake Union")
    content = make_csv(actor_row("other", name="Grey Lake Union"))
    for options, reason in [
        (("--apply",), "Say why"),
        (("--apply", "--reason", "x"), "other may be union"),
        (("--user", "nobody"), "There is no account “nobody”."),
    ]:
        with pytest.raises(CommandError, match=reason):
            run(content, *options)
    with pytest.raises(CommandError, match="no column “nmae”"):
        run(b"slug,nmae\n")
    for path, reason in [
        (tmp_path / "nothing.csv", f"No such file: {tmp_path / 'nothing.csv'}"),
        (tmp_path, f"{tmp_path} cannot be read: Is a directory"),
    ]:
        with pytest.raises(CommandError) as error:
            call_command("import_file", "actors", str(path))
        assert str(error.value) == reason
    assert "Applied" in run(content, "--apply", "--reason", "x", "--are-new")


def test_who_may_not_publish_proposes_by_the_command_as_well(run, contributor):
    options = ("--apply", "--reason", "x", "--user", contributor.username)
    assert "Handed in as proposals.\n" in run(make_csv(actor_row()), *options)
    assert not Actor.objects.exists()


def test_long_work_shows_on_a_terminal_how_far_it_is_and_to_a_program_nothing(
    run, monkeypatch, capsys
):
    screen = StringIO()
    terminal = Console(file=screen, force_terminal=True, width=120)
    monkeypatch.setattr(import_file, "Console", lambda: terminal)
    run(make_csv(actor_row("a"), actor_row("b")), "--apply", "--reason", "x")
    shown = screen.getvalue()
    assert "Reading actors.csv" in shown
    assert [stage for stage in import_file.STAGES if stage in shown] == list(import_file.STAGES)
    assert "100%" in shown
    monkeypatch.undo()
    run(make_csv(actor_row("c")), "--apply", "--reason", "x")
    assert capsys.readouterr() == ("", "")
