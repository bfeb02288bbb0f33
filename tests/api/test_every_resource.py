"""What every endpoint promises, held over the router: a new type gets all of it by being there."""

import json
import re
from collections.abc import Iterator

import pytest
from django.db import models
from rest_framework.test import APIClient

from apps.core.fields import CodeField, EdtfField, GeometryField, HttpURLField, WordListField
from apps.core.holds_field import HoldsField
from apps.core.models import Record, record_models
from apps.documents.revisions import open_revision
from apps.documents.serializers import serializer_class
from apps.ledger.models import Dataset, Version
from caucasus.api.root import router
from tests.support.registry import FACTORIES, RECORD_FACTORIES

pytestmark = pytest.mark.django_db

NO_TEXTS = (CodeField, EdtfField, GeometryField, HoldsField, HttpURLField, WordListField)
HOSTILE_VALUES = [
    "'",
    '"',
    "%",
    "\\",
    "💥",
    "ａ",
    "a" * 300,
    "1e400",
    "-1",
    "9" * 25,
    "null",
    "[]",
    "{}",
    ";--",
]


def problem_reasons(response) -> dict[str, list[str]]:
    """The parameters that a problem names, with their reasons."""
    reasons: dict[str, list[str]] = {}
    for error in response.json()["errors"]:
        reasons.setdefault(error["parameter"], []).append(error["detail"])
    return reasons


def texts_of(model: type[Record]) -> Iterator[str]:
    """Where a document has text of its own: no slug, word, code, date, address, line or note."""
    names = serializer_class(model).Meta.fields
    rows = [("", model, names)]
    rows += [(f"{name}.", part, part.document_fields()) for name, part in model.parts().items()]
    for prefix, row, keys in rows:
        for field in row._meta.fields:
            is_text = isinstance(field, models.CharField | models.TextField)
            is_text = is_text and not isinstance(field, NO_TEXTS) and not field.choices
            if is_text and field.name in keys and not re.search("^slug$|note$", field.name):
                yield prefix + field.name


def is_unsearched(model: type[Record], path: str) -> bool:
    """Whether the type says why this text, or the whole of its list, is not searched."""
    return bool({path, path.partition(".")[0]} & set(model.unsearched_texts))


def test_every_type_has_a_factory_and_an_address():
    prefixes = [prefix for prefix, _, _ in router.registry]
    assert prefixes == list(RECORD_FACTORIES) == list(record_models())


def test_the_root_names_every_endpoint(api):
    answer = api.get("/api/v1/").json()
    assert list(answer["endpoints"]) == list(RECORD_FACTORIES)
    assert answer["revision"] == Dataset.current_revision()
    assert api.get("/api/v1").json() == answer
    assert list(problem_reasons(api.get("/api/v1/?fields=title"))) == ["fields"]


def test_a_list_is_an_envelope_of_documents(api, endpoint, make):
    made = [make(), make()]
    answer = api.get(f"/api/v1/{endpoint}/").json()
    slugs = {record["slug"] for record in answer["results"]}
    assert list(answer) == ["count", "next", "previous", "results"]
    assert slugs >= {record.slug for record in made}
    assert answer["count"] == len(answer["results"])


def test_a_detail_is_the_stored_document_byte_for_byte(api, endpoint, make):
    record = make()
    response = api.get(f"/api/v1/{endpoint}/{record.slug}/")
    assert response.content.decode() == record.document
    assert response["Content-Type"] == "application/json"
    assert list(json.loads(record.document)) == list(serializer_class(type(record)).Meta.fields)


def test_both_slash_forms_answer_and_none_is_redirected(api, endpoint, make):
    record = make()
    for path in (f"/api/v1/{endpoint}", f"/api/v1/{endpoint}/{record.slug}"):
        bare, slashed = api.get(path), api.get(f"{path}/")
        assert bare.status_code == slashed.status_code == 200
        assert bare.json() == slashed.json()


def test_what_is_not_there_is_a_404_problem(api, endpoint):
    for slug in ("nobody", "No-Body", "%27", "a" * 500):
        response = api.get(f"/api/v1/{endpoint}/{slug}/")
        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["title"] == "Not found"


def test_nothing_can_be_written_without_permission(api, endpoint, make):
    record = make()
    for method, path in (
        ("post", f"/api/v1/{endpoint}/"),
        ("put", f"/api/v1/{endpoint}/{record.slug}/"),
        ("patch", f"/api/v1/{endpoint}/{record.slug}/"),
        ("delete", f"/api/v1/{endpoint}/{record.slug}/"),
    ):
        response = getattr(api, method)(path, {}, format="json")
        assert response.status_code in (401, 405)
        assert response["Content-Type"] == "application/problem+json"


def test_drafts_and_retracted_records_are_seen_nowhere(api, endpoint, make):
    draft = make(publication=Record.Publication.DRAFT)
    retracted = make()
    with open_revision(reason="Wrong", origin="admin") as opened:
        retracted.publication = Record.Publication.RETRACTED
        retracted.save()
        opened.touch(retracted)
    for record, status in ((draft, 404), (retracted, 410)):
        assert api.get(f"/api/v1/{endpoint}/{record.slug}/").status_code == status
        assert f'"slug":"{record.slug}"' not in api.get(f"/api/v1/{endpoint}/").content.decode()


def test_an_unknown_parameter_is_refused_with_a_suggestion(api, endpoint):
    response = api.get(f"/api/v1/{endpoint}/?certanty=reported&page_sise=3")
    assert response.status_code == 400
    assert response.json()["type"].endswith("/problems/invalid-parameters/")
    assert problem_reasons(response) == {
        "certanty": ["Unknown parameter. Did you mean “certainty”?"],
        "page_sise": ["Unknown parameter. Did you mean “page_size”?"],
    }


def test_all_faults_of_a_query_are_named_at_once(api, endpoint):
    response = api.get(
        f"/api/v1/{endpoint}/?certainty=sure&topic=&q=a&q=b&page=0&ordering=-colour&article=none"
    )
    assert response.status_code == 400
    assert set(problem_reasons(response)) == {
        "certainty",
        "topic",
        "q",
        "page",
        "ordering",
        "article",
    }


def test_every_filter_takes_a_value_or_says_what_is_wrong(api, endpoint):
    viewset = {prefix: viewset for prefix, viewset, _ in router.registry}[endpoint]
    for turn, name in enumerate(viewset.filterset_class.base_filters):
        for value in (
            HOSTILE_VALUES[turn % len(HOSTILE_VALUES)],
            HOSTILE_VALUES[turn * 5 % len(HOSTILE_VALUES)],
        ):
            response = api.get(f"/api/v1/{endpoint}/", {name: value})
            assert response.status_code in (200, 400), (name, value)
            if response.status_code == 400:
                assert set(problem_reasons(response)) == {name}


def test_control_characters_are_refused_at_the_door(api, endpoint):
    for path in ("?q=%00", "?q=a%0Ab", "x%00/", "?%00=1", "?q=%ff"):
        response = api.get(f"/api/v1/{endpoint}/{path}")
        assert response.status_code == 400
        assert response.json()["type"].endswith("/problems/malformed-request/")


def test_words_of_a_vocabulary_may_be_repeated_for_or(api, endpoint, make):
    make(certainty="alleged")
    make(certainty="reported")
    make(certainty="confirmed")
    answer = api.get(f"/api/v1/{endpoint}/?certainty=alleged&certainty=reported").json()
    assert {record["certainty"] for record in answer["results"]} == {"alleged", "reported"}
    others = api.get(f"/api/v1/{endpoint}/?certainty__not=alleged").json()
    assert "alleged" not in {record["certainty"] for record in others["results"]}


def test_records_are_found_by_the_article_on_which_they_rest(api, endpoint, make):
    article = RECORD_FACTORIES["articles"]()
    record = make(citations=[{"article": article, "section": "INTRO", "paragraph": 1}])
    make()
    results = api.get(f"/api/v1/{endpoint}/?article={article.slug}").json()["results"]
    own = [article.slug] if endpoint == "articles" else []  # an article's factory cites itself
    assert [result["slug"] for result in results] == sorted([*own, record.slug])


def test_every_text_of_a_document_is_searched_or_the_type_says_why_not(api, endpoint, make):
    """Alike in the list's own `q` and in the search over all types."""
    model = record_models()[endpoint]
    texts = [path for path in texts_of(model) if not is_unsearched(model, path)]
    words = {path: f"zebrafish{number}" for number, path in enumerate(texts, start=10)}
    record = make(**{path: word for path, word in words.items() if "." not in path})
    for path, word in words.items():
        name, _, key = path.partition(".")
        if key:
            FACTORIES[model.parts()[name]](record=record, **{key: word})
    for path, word in words.items():
        listed = api.get(f"/api/v1/{endpoint}/?q={word}").json()["results"]
        assert [result["slug"] for result in listed] == [record.slug], (
            f"{path} is not in search_texts"
        )
        results = api.get(f"/api/v1/search/?q={word}").json()["results"]
        slugs = [(result["type"], result["slug"]) for result in results]
        assert slugs == [(endpoint, record.slug)], path


def test_pages_hold_every_record_once(api, endpoint, make):
    for _ in range(5):
        make()
    path, seen = f"/api/v1/{endpoint}/?page_size=2", []
    while path:
        answer = api.get(path).json()
        seen += [record["slug"] for record in answer["results"]]
        path = answer["next"]
    assert seen == sorted(seen)
    assert len(set(seen)) == len(seen) == answer["count"]


@pytest.mark.parametrize("value", ["0", "-1", "501", "x", "1.5", "٣", "9" * 25])
def test_page_sizes_have_bounds(api, endpoint, value):
    response = api.get(f"/api/v1/{endpoint}/", {"page_size": value})
    assert problem_reasons(response) == {"page_size": ["A whole number from 1 to 500."]}


def test_any_column_orders_a_list_both_ways(api, endpoint, make):
    make()
    make()
    allowed = api.get(f"/api/v1/{endpoint}/?ordering=nothing").json()["errors"][0]["allowed"]
    for name in allowed:
        up = api.get(f"/api/v1/{endpoint}/?ordering={name}")
        down = api.get(f"/api/v1/{endpoint}/?ordering=-{name}")
        assert up.status_code == down.status_code == 200
        assert up.json()["count"] == down.json()["count"]


def test_a_list_costs_the_same_queries_however_long_it_is(api, endpoint, make, queries):
    def count() -> int:
        with queries() as counted:
            api.get(f"/api/v1/{endpoint}/")
        return len(counted)

    make()
    queries_for_one = count()
    make()
    make()
    may_have_wholes = endpoint == "arms-transfers"  # which are counted where they are left out
    assert count() == queries_for_one == 3 + may_have_wholes  # revision, documents, count


def test_a_detail_costs_one_query(api, endpoint, make, queries):
    record = make()
    with queries() as counted:
        api.get(f"/api/v1/{endpoint}/{record.slug}/")
    assert len(counted) == 1


def test_the_ledger_holds_what_readers_see(endpoint, make):
    record = make()
    newest = Version.objects.for_record(record).public().first()
    assert newest.document == record.document
    assert newest.revision.number == record.revision


def test_only_offered_forms_are_answered(endpoint):
    response = APIClient().get(f"/api/v1/{endpoint}/", headers={"accept": "text/html"})
    assert response.status_code == 406
    assert response.json()["title"] == "Not acceptable"
