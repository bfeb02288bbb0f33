"""For each article, section and paragraph: how many citations rest on it, or why none does.

The reasons stand in seeds/uncoded.yaml. Exit code 1 if a paragraph has neither a citation nor a
reason, or a reason although it is cited.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.seeds import files as seeds
from apps.seeds.coverage import ParagraphPlace, citation_counts, published_paragraphs


def read_reasons(path: Path) -> dict[ParagraphPlace, str]:
    """Why a paragraph is not cited: {article: {section: {paragraph: reason}}}."""
    if not path.exists():
        return {}
    reasons_by_article = seeds.data_from_node(seeds.compose_yaml(path), path.name)
    return {
        (article, section, int(paragraph)): reason
        for article, sections in reasons_by_article.items()
        for section, paragraphs in sections.items()
        for paragraph, reason in paragraphs.items()
    }


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.SEEDS_DIR, help="Seeds folder.")
        parser.add_argument("--quiet", action="store_true", help="Only what is wrong.")

    def handle(self, *args: str, folder: Path, quiet: bool, **options: Any) -> None:
        counts, why, faults = citation_counts(), read_reasons(folder / seeds.UNCODED_FILE), []
        for place in published_paragraphs():
            reason = why.pop(place, None)
            if not quiet:
                line = f"{place[0]}  {place[1]} ¶{place[2]}  {counts[place]:4}"
                self.stdout.write(f"{line}  {reason}" if reason else line)
            if counts[place] and reason:
                faults.append(f"{place}: cited, yet a reason says why it is not.")
            if not counts[place] and not reason:
                faults.append(f"{place}: neither a citation nor a reason in uncoded.yaml.")
        faults += [f"{place}: a reason for a paragraph that does not exist." for place in why]
        if faults:
            raise CommandError("\n".join(faults))
        cited = sum(1 for count in counts.values() if count)
        self.stdout.write(f"{cited} paragraphs cited by {sum(counts.values())} citations.")
