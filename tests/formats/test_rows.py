"""A document as a row and back: which cells it takes, and that nothing is lost on the way."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework import serializers

from apps.core import dates
from apps.core.fields import EdtfField
from apps.core.holding import SHOWN_DAYS
from apps.core.models import record_models
from apps.documents.serializers import GeometryField, NumberField, ReferenceField, serializer_class
from apps.formats import rows as tables
from apps.formats.rows import document_from_row
from tests.core.readers import HOSTILE, HOSTILE_LINE, document_as_texts, read_csv, write_in_format
from tests.types.actors.factories import ActorFactory, MembershipFactory
from tests.types.agreements.factories import AgreementFactory
from tests.types.articles.factories import ArticleFactory
from tests.types.corridors.factories import CorridorFactory
from tests.types.places.factories import PlaceFactory

ACTORS = serializer_class(record_models()["actors"])()
ENDS = ("", "_earliest", "_latest")


def csv_row(record: Any, raw: bool = False) -> dict[str, str]:
    """A record's row in a CSV."""
    serializer = serializer_class(type(record))()
    (row,) = read_csv(write_in_format("csv", serializer, [json.loads(record.document)], raw=raw))
    return row


def test_a_date_stands_beside_its_earliest_and_latest_day(db):
    row = csv_row(ActorFactory(founded_on="../1994-05", dissolved_on="2024-02~/.."))
    start = list(row).index("founded_on")
    assert list(row)[start : start + 6] == [
        f"{name}{end}" for name in ("founded_on", "dissolved_on") for end in ENDS
    ]
    assert list(row.values())[start : start + 6] == [
        *("../1994-05", "", "1994-05-31", "2024-02~/..", "2024-02-01", ""),
    ]


def test_days_are_those_by_which_dates_are_filtered():
    span = dates.parse_edtf("2024-24")
    assert [tables.derived_day(end, "2024-24") for end in ("earliest", "latest")] == [
        str(d) for d in span
    ]
    assert tables.derived_day("latest", None) is None


def test_the_days_of_a_span_have_a_column_each_and_are_passed_over(db):
    row = csv_row(MembershipFactory(since="1994", until="1999-05", status="ended"))
    start = list(row).index("holds_possible_from")
    assert list(row.items())[start : start + 4] == [
        ("holds_possible_from", "1994-01-01"),
        ("holds_certain_from", "1994-12-31"),
        ("holds_certain_until", "1999-05-01"),
        ("holds_possible_until", "1999-05-31"),
    ]
    memberships = serializer_class(record_models()["memberships"])()
    assert not [key for key in document_from_row(memberships, row) if key.startswith("holds")]
    blank = csv_row(CorridorFactory(status="proposed"))
    assert [blank[name] for name in row if name.startswith("holds")] == [""] * 4


@pytest.mark.parametrize("form", ["csv", "ndjson", "yaml", "xlsx"])
def test_an_old_document_may_lack_a_key_of_today(db, form):
    membership = MembershipFactory()
    old = {k: v for k, v in json.loads(membership.document).items() if k not in ("holds", "names")}
    assert write_in_format(form, serializer_class(type(membership))(), [old])


def test_lists_share_a_cell_and_their_bars_are_escaped(db):
    parties = [
        {"actor": ActorFactory(slug="sorland"), "note": "a|b\\c"},
        {"actor": ActorFactory(slug="norland"), "role": "witness"},
    ]
    article = ArticleFactory(slug="text")
    citations = [
        {"article": article},
        {"article": article, "section": "INTRO"},
        {"article": article, "section": "INTRO", "paragraph": 2, "field": "parties"},
        {"article": article, "page": "12"},
    ]
    agreement = AgreementFactory(topics=["trade", "energy"], parties=parties, citations=citations)
    shown = re.compile("topics|parties|provisions|citations")
    assert {name: cell for name, cell in csv_row(agreement).items() if shown.match(name)} == {
        "topics": "energy | trade",
        "parties.actor": "sorland | norland",
        "parties.role": "party | witness",
        "parties.note": "a\\|b\\\\c | ",
        "provisions.number": "",
        "provisions.subject": "",
        "citations": "text | text#INTRO | text#INTRO¶2 | text p. 12",
        "citations.field": " |  | parties | ",
        "citations.value": " |  |  | ",
        "citations.stance": "states | states | states | states",
        "citations.note": " |  |  | ",
    }


def test_no_text_cell_of_a_csv_is_a_formula_and_numbers_stay_numbers(db):
    place = PlaceFactory(name="=1+1", summary="'=x", latitude=-1, longitude="-0.000001")
    row, raw = csv_row(place), csv_row(place, raw=True)
    shown = ("name", "summary", "latitude", "longitude")
    assert [row[name] for name in shown] == ["'=1+1", "''=x", "-1", "-0.000001"]
    assert [raw[name] for name in shown] == ["=1+1", "'=x", "-1", "-0.000001"]


def test_columns_of_one_list_have_one_length():
    row = {"slug": "a", "names.name": "A | B", "names.kind": "short", "names.language": ""}
    reason = "The columns of names differ in their number of entries: 2 in names.name, 1 in names"
    with pytest.raises(ValueError, match=reason):
        document_from_row(ACTORS, row)


def test_columns_that_a_type_lacks_are_left_for_its_serializer_to_refuse():
    row = {"slug": "a", "colour": "red", "slug.x": "1", "names.name": "A", "names.hue": "'=1"}
    assert document_from_row(ACTORS, row) == {
        "slug": "a",
        "colour": "red",
        "slug.x": "1",
        "names": [{"name": "A", "hue": "=1"}],
    }


def test_a_cell_typed_by_hand_is_read_as_meant():
    row = {
        "topics": "energy|trade",
        "citations": "text#INTRO¶2|text p. 9",
        "founded_on": "1994",
        "founded_on_earliest": "passed over",
        "revision": "9",
        "parent": "",
    }
    assert document_from_row(ACTORS, row) == {
        "topics": ["energy", "trade"],
        "citations": [
            {"article": "text", "section": "INTRO", "paragraph": "2"},
            {"article": "text", "page": "9"},
        ],
        "founded_on": "1994",
    }


ALPHABET = st.one_of(
    st.sampled_from("=+-@\t\r\n'\"|\\¶#., p"), st.characters(exclude_categories=["Cs"])
)
TEXT = st.one_of(st.sampled_from(HOSTILE), st.text(ALPHABET, min_size=1, max_size=12))
SLUG = st.from_regex(r"[a-z0-9]{1,4}(-[a-z0-9]{1,4})?", fullmatch=True)
DATE = st.sampled_from(["1994", "1994-05?", "../2001", "2011/..", "2024-24", "2020-01-31/2021~"])
INTEGER = st.integers(-(10**15), 10**15)
NUMBER = INTEGER | st.decimals(-180, 180, places=6).map(float)
HELD = st.dictionaries(st.sampled_from(SHOWN_DAYS), st.none() | st.just("2020-01-31"), min_size=4)
ANY_OF = {
    serializers.ManyRelatedField: st.lists(SLUG, max_size=3),
    serializers.ListField: st.lists(TEXT, max_size=3),
    serializers.BooleanField: st.booleans(),
    serializers.IntegerField: st.none() | INTEGER,
    NumberField: st.none() | NUMBER,
    GeometryField: st.sampled_from([None, HOSTILE_LINE]),
}


def value_strategy(model: Any, name: str, field: Any) -> st.SearchStrategy[Any]:
    """Anything that a key of a document may hold, and hostile texts that it may not."""
    if isinstance(field, serializers.ListSerializer):
        return st.lists(mapping_strategy(field.child), max_size=4)
    for kind, strategy in ANY_OF.items():
        if isinstance(field, kind):
            return strategy
    if name == "holds":
        return HELD
    columns = {column.name: column for column in model._meta.fields}
    if isinstance(columns.get(name), EdtfField):
        return st.none() | DATE
    known = SLUG if isinstance(field, ReferenceField) else TEXT
    return known if field.required else st.none() | known


def mapping_strategy(serializer: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Any document, or any part of one."""
    keys = serializer.fields.items()
    return st.fixed_dictionaries(
        {name: value_strategy(serializer.model, name, field) for name, field in keys}
    )


@pytest.mark.parametrize("endpoint", list(record_models()))
def test_any_document_comes_back_out_of_its_row(endpoint):
    serializer = serializer_class(record_models()[endpoint])()
    spoken = [name for name, field in serializer.fields.items() if is_text(field)]

    @settings(max_examples=40, deadline=None)
    @given(mapping_strategy(serializer), st.booleans())
    def comes_back(document, raw):
        (row,) = read_csv(write_in_format("csv", serializer, [document], raw=raw))
        assert document_from_row(serializer, row, raw=raw) == document_as_texts(
            serializer, document
        )
        assert raw or not any(
            row[name].startswith(tuple("=+-@\t\r")) for name in spoken if name in row
        )

    comes_back()


def is_text(field: Any) -> bool:
    """Whether a key's own column holds text."""
    others = serializers.IntegerField | NumberField | serializers.ListSerializer
    return not isinstance(field, others)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([c.header for c in tables.table_columns(ACTORS)]), TEXT))
def test_any_row_is_read_or_refused_with_its_reason(row):
    try:
        document_from_row(ACTORS, row)
    except ValueError as error:
        reason = str(error)
    else:
        reason = ""
    assert re.match(r"(The columns of \w+ differ in their number of entries: .*)?\Z", reason)
