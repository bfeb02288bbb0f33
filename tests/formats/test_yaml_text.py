"""The text of seeds is PyYAML's own, to the byte, though it is written in a shorter way."""

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.formats import yaml_text as seed_form
from apps.formats.yaml_text import SeedDumper

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
