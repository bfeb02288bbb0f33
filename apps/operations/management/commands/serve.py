"""Serve, with several workers, until told to end; a server that ends by itself is started again.

SIGTERM ends it when all that was begun is answered, for 30 seconds at most; SIGHUP gives it new
workers. Where tables or static files are not those of the code, it refuses to start: `upgrade`
comes first. Its figures stand, for Prometheus, at an address of their own.
"""

import os

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from apps.operations.serving import (
    Supervisor,
    parse_address,
    require_free,
    served_metrics,
    server_command,
)
from apps.operations.upgrading import steps_to_do


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--address", default=settings.SERVER_ADDRESS, help="Where it listens.")
        parser.add_argument("--workers", type=int, default=settings.SERVER_WORKERS)
        parser.add_argument(
            "--threads", type=int, default=settings.SERVER_THREADS, help="... of each worker."
        )
        parser.add_argument(
            "--metrics",
            default=settings.METRICS_ADDRESS,
            help="Where its figures stand; with '' nowhere.",
        )

    def handle(
        self,
        *args: object,
        address: str,
        workers: int,
        threads: int,
        metrics: str,
        **options: object,
    ) -> None:
        try:
            where = parse_address(address)
            figures = parse_address(metrics) if metrics else None
            for listening in filter(None, (where, figures)):
                require_free(listening)
        except (ValueError, OSError) as error:
            raise CommandError(f"{address}, {metrics}: {error}") from error
        if any(steps_to_do()):
            raise CommandError("The installation is not that of the code: run `upgrade` first.")
        connections.close_all()
        os.environ["DJANGO_SETTINGS_MODULE"] = settings.SETTINGS_MODULE
        with served_metrics(figures) as environment:
            command = server_command(where, workers, threads)
            code = Supervisor(command, environment).run_until_told()
        if code:
            raise CommandError(f"The server ended with code {code}.", returncode=1)
