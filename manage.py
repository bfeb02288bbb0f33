#!/usr/bin/env python3
"""Django's command line; `python manage.py help` lists what this project adds under [caucasus]."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "caucasus.settings.dev")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if not str(error).startswith("connection failed"):  # psycopg's words
            raise
        sys.exit(f"The database of DATABASE_URL does not answer: {error}")


if __name__ == "__main__":
    main()
