"""Commands of an operator, as a test gives them."""

import io
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command


def run_command(name: str, *arguments: Any, **options: Any) -> str:
    """What a command says that ends well."""
    out = io.StringIO()
    call_command(name, *arguments, stdout=out, **options)
    return out.getvalue()


def refusal_of_command(name: str, *arguments: Any, **options: Any) -> str:
    """All that a command says that does not end well."""
    out = io.StringIO()
    try:
        call_command(name, *arguments, stdout=out, **options)
    except CommandError as error:
        return f"{out.getvalue()}{error}"
    raise AssertionError(f"{name} did not refuse: {out.getvalue()}")


def database_file(folder: Path) -> Path:
    """The one file of a backup that holds the rows."""
    (path,) = [path for path in folder.iterdir() if path.name != "manifest.json"]
    return path
