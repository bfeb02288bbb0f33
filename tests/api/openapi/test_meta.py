"""The codebook says what the API does: all of it, nothing else, and with the right counts."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.contrib.staticfiles import finders

from apps.agreements.models import Agreement
from apps.core.models import Record, record_models
from apps.documents.serializers import serializer_class
from caucasus.api.meta_schema import CODEBOOK_SERIALIZER
from caucasus.api.routes import router
from tests.api.test_every_resource import problem_reasons
from tests.documents.acts import change_record
from tests.support.registry import RECORD_FACTORIES
from tests.support.seeding import load_curated_data
from tests.types.actors.factories import ActorFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = pytest.mark.django_db

META, PAGE = "/api/v1/meta/", "/api/v1/codebook/"
DRAFT = Record.Publication.DRAFT


def types_by_endpoint(codebook: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The types of a codebook by endpoint."""
    return {type_entry["type"]: type_entry for type_entry in codebook["types"]}


def fields_of_types_and_parts(codebook: dict[str, Any]) -> list[dict[str, Any]]:
    """Every field of types and of their parts."""
    types = codebook["types"]
    return [
        field
        for holder in [*types, *(part for type_entry in types for part in type_entry["parts"])]
        for field in holder["fields"]
    ]


# ------------------------------------------------------------------------------------ the whole


def test_every_type_stands_with_the_keys_of_its_documents(api, endpoint, make):
    record = make()
    type_entry = types_by_endpoint(api.get(META).json())[endpoint]
    assert [field["name"] for field in type_entry["fields"]] == list(orjson.loads(record.document))
    assert type_entry["url"] == f"http://testserver/api/v1/{endpoint}/"
    assert all(field["description"] for field in type_entry["fields"])
    parts = {
        part["list"]: [field["name"] for field in part["fields"]] for part in type_entry["parts"]
    }
    assert parts["citations"] == list(orjson.loads(record.document)["citations"][0])
    assert set(parts) == {field["name"] for field in type_entry["fields"] if field["part"]}


def test_coverage_is_what_the_documents_hold(api):
    load_curated_data()
    for endpoint, type_entry in types_by_endpoint(api.get(META).json()).items():
        stored = record_models()[endpoint].objects.published().values_list("document", flat=True)
        documents = [orjson.loads(document) for document in stored]
        assert type_entry["records"] == len(documents)
        for field in type_entry["fields"]:
            held = sum(document[field["name"]] not in (None, []) for document in documents)
            assert field["coverage"] == held, f"{endpoint}.{field['name']}"


def test_a_draft_is_never_counted(api):
    ActorFactory(names=[{"name": "Северландия", "kind": "exonym"}], country="AZ")
    before = api.get(META)
    ActorFactory(publication=DRAFT, names=[{"name": "Н", "kind": "exonym"}], country="AZ")
    after = api.get(META)
    assert (after.content, after["ETag"]) == (before.content, before["ETag"])
    actors = types_by_endpoint(after.json())["actors"]
    counts = {field["name"]: field["coverage"] for field in actors["fields"]}
    assert (actors["records"], counts["names"], counts["country"], counts["region"]) == (1, 1, 1, 0)


def test_each_filter_stands_once_and_none_that_is_not_there(api):
    codebook = types_by_endpoint(api.get(META).json())
    for prefix, viewset, _ in router.registry:
        filters = codebook[prefix]["filters"]
        named = [parameter["name"] for entry in filters for parameter in entry["parameters"]]
        negated = [
            f"{parameter['name']}__not"
            for entry in filters
            if entry["negatable"]
            for parameter in entry["parameters"]
        ]
        assert sorted([*named, *negated]) == sorted(viewset.filterset_class.base_filters)


def test_what_the_codebook_says_of_a_parameter_is_what_the_reader_takes(api):
    """Words of a list are all known; numbers out of bounds, and words of no list, are refused."""
    codebook = api.get(META).json()
    words = {v["name"]: [w["word"] for w in v["words"]] for v in codebook["vocabularies"]}
    for endpoint, type_entry in types_by_endpoint(codebook).items():
        for entry in type_entry["filters"]:
            for parameter in entry["parameters"]:
                known = entry["words"] or words.get(entry["vocabulary"], [])
                wrong = [str(parameter["maximum"] + 1)] if "maximum" in parameter else []
                if parameter["type"] == "word":
                    assert known
                    right = api.get(f"/api/v1/{endpoint}/", {parameter["name"]: known[-1]})
                    assert right.status_code == 200, parameter
                    wrong = ["no-such-word"]
                for value in wrong:
                    answer = api.get(f"/api/v1/{endpoint}/", {parameter["name"]: value})
                    assert list(problem_reasons(answer)) == [parameter["name"]]


def test_fields_name_their_filters_orderings_and_vocabularies(api):
    codebook = api.get(META).json()
    vocabularies = {vocabulary["name"]: vocabulary for vocabulary in codebook["vocabularies"]}
    types = types_by_endpoint(codebook)
    for field in fields_of_types_and_parts(codebook):
        assert (field["type"] in ("word", "words")) == bool(field["vocabulary"]) or (
            field["name"] == "disputed_fields"
        )
        assert field["vocabulary"] is None or field["vocabulary"] in vocabularies
        assert field["refers_to"] is None or field["refers_to"] in types
    for type_entry in types.values():
        assert type_entry["orderings"] == [f["name"] for f in type_entry["fields"] if f["orders"]]
        filters = {entry["name"] for entry in type_entry["filters"]}
        assert all(filters >= set(field["filters"]) for field in type_entry["fields"])
    transfers = {field["name"]: field for field in types["arms-transfers"]["fields"]}
    assert transfers["ordered_on"]["filters"] == ["ordered_on"]
    assert transfers["supplier"]["refers_to"] == "actors"
    assert "supplier__region" in transfers["supplier"]["filters"]
    assert vocabularies["Qualifier"]["words"][1] == {"word": "about", "label": "About"}
    assert "arms-transfers.number_ordered_qualifier" in vocabularies["Qualifier"]["used_by"]
    assert all(
        vocabulary["description"] and vocabulary["used_by"] for vocabulary in vocabularies.values()
    )


def test_when_a_type_holds_is_explained_with_its_words_and_reasons(api):
    types = types_by_endpoint(api.get(META).json())
    agreements = {field["name"]: field for field in types["agreements"]["fields"]}
    holds = agreements["holds"]
    assert (holds["type"], holds["citable"], holds["orders"]) == ("days", False, False)
    for word in ("entered_into_force_on", "ended_on", "expires_on", "in_force", "suspended"):
        assert word in holds["description"]
    for rule in Agreement.BINDING_BY_THEMSELVES.values():
        assert rule.reason in holds["description"]
    questions = {entry["name"]: entry for entry in types["agreements"]["filters"]}
    parameters = [parameter["name"] for parameter in questions["in_force_on"]["parameters"]]
    assert parameters == ["in_force_on", "in_force_on__certain", "in_force_on__possible"]


def test_its_form_is_the_documented_one(api):
    RECORD_FACTORIES["exercises"]()

    def undocumented(data: Any, serializer: Any, path: str = "") -> list[str]:
        if isinstance(data, list) and hasattr(serializer, "child"):
            return [w for item in data for w in undocumented(item, serializer.child, path)]
        if not isinstance(data, dict) or not hasattr(serializer, "fields"):
            return []
        optional = {name for name, field in serializer.fields.items() if not field.required}
        odd = (set(data) ^ set(serializer.fields)) - (optional - set(data))
        below = [
            w
            for key in set(data) - odd
            for w in undocumented(data[key], serializer.fields[key], f"{path}.{key}")
        ]
        return [*(f"{path}.{key}" for key in odd), *below]

    assert undocumented(api.get(META).json(), CODEBOOK_SERIALIZER) == []


# ------------------------------------------------------------------------------ strict and cheap


def test_a_codebook_of_some_types_has_only_their_vocabularies(api):
    answer = api.get(f"{META}?type=exercises&type=places").json()
    assert list(types_by_endpoint(answer)) == ["places", "exercises"]
    names = {vocabulary["name"] for vocabulary in answer["vocabularies"]}
    assert names >= {"Exercise.Status", "Place.Kind", "Country"}
    assert not names & {"ArmsTransfer.Status", "Currency", "Actor.Kind"}


def test_what_it_does_not_take_is_refused(api):
    reasons = problem_reasons(api.get(f"{META}?type=actor&form=csv"))
    assert set(reasons) == {"type", "form"}
    assert reasons["type"][0].endswith("Did you mean “actors”?")
    refused = api.get(f"{PAGE}?type=actors")
    assert refused["Content-Type"] == "application/problem+json"
    assert list(problem_reasons(refused)) == ["type"]
    assert api.get(PAGE, headers={"accept": "application/json"}).status_code == 406


@pytest.mark.parametrize("address", [META, f"{META}?type=actors", PAGE])
def test_a_codebook_that_is_held_is_not_sent_again_until_the_dataset_changes(api, address, queries):
    actor = ActorFactory()
    first = api.get(address)
    held = {"if-none-match": first["ETag"]}
    with queries() as counted:
        again = api.get(address, headers=held)
    assert (again.status_code, again.content, len(counted)) == (304, b"", 1)
    change_record(actor, summary="Other")
    assert api.get(address, headers=held).status_code == 200


def test_it_costs_one_query_a_type_however_many_records_there_are(api, queries):
    for _ in range(3):
        for factory in RECORD_FACTORIES.values():
            factory()
        with queries() as counted:
            api.get(META)
        assert len(counted) == 1 + len(RECORD_FACTORIES)


def test_the_root_leads_to_it(api):
    links = api.get("/api/v1/").json()["links"]
    assert links["meta"].endswith(META)
    assert links["codebook"].endswith(PAGE)
    assert api.get(META).json()["links"] == links


# ------------------------------------------------------------------------------------- the page


class PageReader(HTMLParser):
    """The ids, links and resources of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.resources: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.add(tag)
        self.ids += [attributes["id"]] if attributes.get("id") else []
        if tag == "link":
            self.resources.append(attributes["href"] or "")
        elif attributes.get("href"):
            self.targets.append(attributes["href"] or "")
        assert "style" not in attributes


def test_the_page_shows_every_type_field_part_and_vocabulary(api):
    codebook, text = api.get(META).json(), api.get(PAGE).content.decode()
    page = PageReader(text)
    assert len(page.ids) == len(set(page.ids))
    for type_entry in codebook["types"]:
        assert {
            type_entry["type"],
            *(f"{type_entry['type']}.{f['name']}" for f in type_entry["fields"]),
        } <= set(page.ids)
        assert {
            f"{type_entry['type']}.{part['list']}.fields" for part in type_entry["parts"]
        } <= set(page.ids)
    assert {vocabulary["name"] for vocabulary in codebook["vocabularies"]} <= set(page.ids)
    inner = {target[1:] for target in page.targets if target.startswith("#")}
    assert inner <= set(page.ids)
    shown = set(re.findall(r"<code>([\w.]+)</code>", text))
    for type_entry in codebook["types"]:
        assert (
            set(type_entry["orderings"]) | set(type_entry["expand"]) | set(type_entry["formats"])
            <= shown
        )
        for entry in type_entry["filters"]:
            for parameter in entry["parameters"]:
                name, stem = parameter["name"], (entry["field"] or "").replace(".", "__")
                shown_as = name.removeprefix(stem) or "." if entry["field"] else entry["name"]
                assert shown_as in shown, name


def test_the_page_needs_nothing_but_one_style_sheet_of_ours(api):
    ArticleFactory()
    response = api.get(PAGE)
    page = PageReader(response.content.decode())
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert not page.tags & {"script", "img", "iframe", "style", "form"}
    assert page.resources == ["/static/caucasus/codebook.css"]
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "style-src 'self'" in policy
    css = Path(str(finders.find("caucasus/codebook.css"))).read_text()
    assert "url(" not in css
    assert "@import" not in css


# ---------------------------------------------------------------------------------- coherence


def test_a_document_of_each_type_is_described_by_its_serializer(api):
    codebook = types_by_endpoint(api.get(META).json())
    for endpoint, model in record_models().items():
        fields = list(serializer_class(model).Meta.fields)
        assert [field["name"] for field in codebook[endpoint]["fields"]] == fields
        citable = [f["name"] for f in codebook[endpoint]["fields"] if f["citable"]]
        assert set(citable) == set(model.citable_fields())
