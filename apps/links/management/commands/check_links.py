"""Ask the web addresses of all articles, and of their archived copies, whether they still answer.

Politely: one request at a time to a host, with a pause; HEAD, and GET where that is refused; no
body is read. A link is dead if the answer is 404 or 410, or if it fails at two checks at least a
day apart. Only public addresses are asked. What comes of it is shown at the desk; the dataset does
not change. The exit code is 0 whatever the links answer.
"""

from argparse import ArgumentTypeError
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from apps.articles.models import Article, Link
from apps.links.public_transport import PublicTransport, is_public_number
from apps.links.visiting import LinkAnswer, LinkVisitor, ask_addresses


def bounded_number(of: Callable[[str], Any], least: float, most: float) -> Callable[[str], Any]:
    """Reads an argument that is a number within bounds."""

    def read(text: str) -> Any:
        try:
            number = of(text)
        except ValueError:
            number = None
        if number is None or not least <= number <= most:
            raise ArgumentTypeError(f"“{text}” is no number from {least:g} to {most:g}")
        return number

    return read


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        days, seconds = bounded_number(int, 0, 36_500), bounded_number(float, 0.05, 600)
        parser.add_argument(
            "--older-than",
            type=days,
            metavar="DAYS",
            help="Leave out the links that were asked within so many days.",
        )
        parser.add_argument(
            "--limit",
            type=seconds,
            default=15,
            metavar="SECONDS",
            help="For a connection, and for the answer over it.",
        )
        parser.add_argument(
            "--pause",
            type=bounded_number(float, 0, 600),
            default=1,
            metavar="SECONDS",
            help="Between two requests to a host.",
        )
        parser.add_argument(
            "--private",
            action="store_true",
            help="Also addresses of this machine and its network, for tests.",
        )

    def handle(
        self,
        *args: str,
        older_than: int | None,
        limit: float,
        pause: float,
        private: bool,
        **options: Any,
    ) -> None:
        every = Article.objects.addresses()
        Link.objects.forget_all_but(every)
        recent = self.recently_asked(older_than) & every
        transport = PublicTransport((lambda _: True) if private else is_public_number)
        asked = sorted(every - recent)
        fails = async_to_sync(self.ask_and_note)(asked, LinkVisitor(limit, pause, transport))
        dead = Link.objects.dead().count()
        left = f" {len(recent)} left out, asked within {older_than} days." if recent else ""
        self.stdout.write(
            f"{len(asked)} links asked: {fails[False]} answered, {fails[True]} failed.{left}"
            f" {dead} of {len(every)} are dead."
        )

    def recently_asked(self, days: int | None) -> set[str]:
        """The links that are left out because they were asked lately."""
        if days is None:
            return set()
        since = timezone.now() - timedelta(days=days)
        return set(Link.objects.checked_since(since).values_list("address", flat=True))

    async def ask_and_note(self, addresses: list[str], visitor: LinkVisitor) -> Counter[bool]:
        """Ask, keep and tell what came of each; how many fail."""
        console = Console()
        shown = console.is_terminal
        plain = partial(console.print, markup=False, highlight=False, soft_wrap=True)
        tell: Callable[[str], Any] = plain if shown else self.stdout.write
        fails: Counter[bool] = Counter()
        with Progress(console=console, disable=not shown) as progress:
            task = progress.add_task("Links", total=len(addresses))
            async for address, answer in ask_addresses(addresses, visitor):
                await sync_to_async(keep_answer)(address, answer)
                tell(f"{address}: {answer.reason}")
                fails[answer.fails] += 1
                progress.advance(task)
        return fails


def keep_answer(address: str, answer: LinkAnswer) -> None:
    """What became of a link, for the desk."""
    Link.objects.note_answer(
        address,
        status=answer.status,
        reason=answer.reason,
        fails=answer.fails,
        at=timezone.now(),
    )
