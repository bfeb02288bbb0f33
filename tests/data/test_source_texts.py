"""No sentence of a source stands in what is passed on: the texts may be read, not handed out.

The texts are looked for beside the project. Where they are absent, as in CI, the test is skipped:
they may not be passed on.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.seeds import files as seeds

ROOT = Path(__file__).parents[2]
TEXTS = Path(__file__).parents[3] / "shared" / "seeds"
LENGTH = 8
WORD = re.compile(r"\w+")
APOSTROPHES = str.maketrans("", "", "'’‘ʼ")
Run = tuple[str, ...]


def word_runs(text: str) -> set[Run]:
    """Every run of eight words of a text, whatever its case, spacing and punctuation."""
    words = WORD.findall(text.casefold().translate(APOSTROPHES))
    return {tuple(words[at : at + LENGTH]) for at in range(len(words) - LENGTH + 1)}


def nested_texts(value: Any) -> Iterator[str]:
    """The texts within JSON or YAML."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for inner in value:
            yield from nested_texts(inner)
    elif isinstance(value, str):
        yield value


def file_texts(path: Path) -> Iterator[str]:
    """What a file says: each text of JSON or YAML by itself, other files as one."""
    if path.suffix == ".json":
        yield from nested_texts(json.loads(path.read_text(encoding="utf-8")))
    elif path.suffix == ".yaml":
        yield from nested_texts(seeds.data_from_node(seeds.compose_yaml(path), path.name))
    else:
        # A picture has no words but those of our own pages, which are looked at where they stand.
        yield "" if path.suffix == ".png" else path.read_text(encoding="utf-8")


def title_runs() -> set[Run]:
    """The runs within the titles of the articles, which are facts of bibliography."""
    articles = seeds.read_entries(ROOT / "seeds" / seeds.seed_file_name("articles"))
    return {run for article, _ in articles for run in word_runs(article["title"])}


@pytest.fixture(scope="module")
def forbidden() -> set[Run]:
    """The runs of eight words of all the source texts, but for those of the titles."""
    sources = sorted(TEXTS.glob("*.txt"))
    if not sources:
        pytest.skip("the source texts are not beside the project; they may not be passed on")
    return {
        run for path in sources for run in word_runs(path.read_text(encoding="utf-8"))
    } - title_runs()


COMMITTED = sorted(
    path
    for pattern in ("seeds/*.yaml", "fixtures/*.json", "docs/**/*", "*.md", "*.cff", "tests/*.yaml")
    for path in ROOT.glob(pattern)
    if path.is_file()
)


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_eight_words_in_a_row_are_those_of_a_source(path, forbidden):
    shared_runs = {run for text in file_texts(path) for run in word_runs(text) & forbidden}
    assert sorted(" ".join(run) for run in shared_runs) == []


def test_a_borrowed_sentence_would_be_found(forbidden):
    borrowed = " ".join(min(forbidden))
    assert word_runs(f"The text says: “{borrowed.upper()}”, it is true.") & forbidden
    assert not word_runs(borrowed.rsplit(" ", 1)[0]) & forbidden
