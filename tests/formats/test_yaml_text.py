"""YAML: seeds as PyYAML writes them, to the byte; answers as any reader takes them for text."""

from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from apps.formats import yaml_text as seed_form
from apps.formats.yaml_text import SeedDumper, quote_ambiguous

TEXT = st.one_of(
    st.text(max_size=200),
    st.sampled_from(["", " ", "- a", "a: b", "#a", "'", "1994", "no", "~", "a\nb", "é ", "\t"]),
    st.lists(st.text("abcé", min_size=1, max_size=12), min_size=8, max_size=40).map(" ".join),
    st.lists(st.text("ab-:# é", min_size=1, max_size=12), max_size=30).map(" ".join),
)
VALUE = st.recursive(
    TEXT,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text("abc_", min_size=1), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.text("abc_", min_size=1, max_size=120), VALUE, min_size=1, max_size=5))
def test_seed_text_is_what_pyyaml_writes(record):
    options: dict[str, Any] = {"allow_unicode": True, "sort_keys": False, "width": 100}
    slow = yaml.dump([record], Dumper=SeedDumper, default_flow_style=False, **options)
    assert seed_form.dump_yaml([record]) == slow


# Texts that one reader or another takes for something else.
AMBIGUOUS = [
    *(
        "NO",
        "no",
        "y",
        "Y",
        "n",
        "on",
        "Off",
        "yes",
        "TRUE",
        "false",
        "null",
        "Null",
        "~",
        "=",
        "<<",
    ),
    *("2025", "007", "1_000", "0o7", "0b11", "0x1F", "-1", "+1", "1.5", "1.", ".5", "1e3", "1E-3"),
    *("1,000", "685.230_15e+03", ".inf", "-.INF", ".NaN", "12:30:45", "190:20:30.15", "1:1"),
    *("1922-12-30", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.10 -5", "2024-02"),
]
# Texts that need no quotes, and get none.
PLAIN = [
    "Norway",
    "3+3 format",
    "102nd Military Base",
    "1994-05?",
    "2011/2020",
    "A-50",
    "none",
    "of",
]


def read_by_ruamel(text: str, version: tuple[int, int]) -> Any:
    """A text as ruamel reads it, by a version of YAML."""
    reader = YAML(typ="safe", pure=True)
    reader.version = version
    return reader.load(text)


def read_by_all(text: str) -> list[Any]:
    """A text as readers of YAML 1.1 and of 1.2 take it."""
    readings = [read_by_ruamel(text, version) for version in ((1, 1), (1, 2))]
    return [yaml.safe_load(text), *readings]


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_what_a_reader_would_take_for_something_else_is_quoted(text):
    record = {"key": quote_ambiguous(text), "words": quote_ambiguous([text, "of"])}
    written = seed_form.dump_yaml([record])
    assert written == f"- key: '{text}'\n  words:\n    - '{text}'\n    - of\n"
    assert read_by_all(written) == [[{"key": text, "words": [text, "of"]}]] * 3


@pytest.mark.parametrize("text", PLAIN)
def test_what_nobody_would_mistake_is_not_quoted(text):
    written = seed_form.dump_yaml([{"key": quote_ambiguous(text)}])
    assert written == f"- key: {text}\n"
    assert read_by_all(written) == [[{"key": text}]] * 3


READABLE = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=60)
SHORT = st.text("0123456789+-_.:,xobeEtTzZ nyNofFsaulr~=<", max_size=12)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(SHORT, READABLE, st.sampled_from(AMBIGUOUS)), min_size=1, max_size=5))
@example(["0_"])
def test_every_reader_reads_every_text_as_text(texts):
    written = seed_form.dump_yaml([{"key": quote_ambiguous(texts)}])
    assert read_by_all(written) == [[{"key": texts}]] * 3
