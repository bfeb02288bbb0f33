"""What rests on an article: the records of all types that cite it, with the places."""

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from apps.articles.models import Article
from apps.core.models import Record, record_models
from tests.api.test_every_resource import problem_reasons
from tests.documents.acts import change_record, merge_records, retract_record
from tests.support.seeding import load_curated_data
from tests.types.actors.factories import ActorFactory
from tests.types.articles.factories import ArticleFactory
from tests.types.exercises.factories import ExerciseFactory
from tests.types.places.factories import PlaceFactory

pytestmark = pytest.mark.django_db

DRAFT = Record.Publication.DRAFT
KEYS = ("section", "paragraph", "page", "field", "value", "stance", "note")


def article_records_address(slug: str) -> str:
    return f"/api/v1/articles/{slug}/records/"


def all_results(api: Any, path: str) -> Iterator[dict[str, Any]]:
    """Every result of a list, page after page."""
    following: str | None = path
    while following:
        answer = api.get(following).json()
        yield from answer["results"]
        following = answer["next"]


def expected_results(
    slug: str, fits: Callable[[dict[str, Any]], bool], types: Any = None
) -> list[Any]:
    """The same out of the stored documents."""
    results = []
    for endpoint, model in record_models().items():
        rows = model.objects.published().order_by("slug").values_list("document", flat=True)
        for document in map(orjson.loads, rows):
            cited = [
                {key: citation[key] for key in KEYS}
                for citation in document["citations"]
                if citation["article"] == slug and fits(citation)
            ]
            if cited and (types is None or endpoint in types):
                results.append((endpoint, document["slug"], cited))
    return sorted(results, key=lambda result: (list(record_models()).index(result[0]), result[1]))


def brief_results(results: Any) -> list[Any]:
    return [(result["type"], result["slug"], result["citations"]) for result in results]


@pytest.fixture
def seeded(db: None) -> None:
    load_curated_data()


@pytest.mark.usefixtures("seeded")
def test_it_is_what_the_documents_of_all_types_say(api):
    slugs = Article.objects.published().values_list("slug", flat=True)
    assert len(slugs) > 10
    for slug in slugs:
        results = list(all_results(api, f"{article_records_address(slug)}?page_size=7"))
        assert brief_results(results) == expected_results(slug, lambda citation: True)
        assert api.get(article_records_address(slug)).json()["count"] == len(results)
        for result in results[:2]:
            assert api.get(result["url"]).json()["slug"] == result["slug"]


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("section=BACKGROUND&paragraph=2", {"section": ["BACKGROUND"], "paragraph": [2]}),
        ("section=INTRO&section=CONCLUSIONS", {"section": ["INTRO", "CONCLUSIONS"]}),
        ("field=number_requested", {"field": ["number_requested"]}),
        ("field=status&stance=states", {"field": ["status"], "stance": ["states"]}),
        ("stance=alleges&stance=denies", {"stance": ["alleges", "denies"]}),
    ],
)
def test_filters_are_met_by_one_citation_and_show_only_such(api, query, wanted):
    def fits(citation: dict[str, Any]) -> bool:
        return all(citation[key] in values for key, values in wanted.items())

    slug = "fazl-e-haider-arms-race"
    answer = api.get(f"{article_records_address(slug)}?{query}&page_size=500").json()
    assert brief_results(answer["results"]) == expected_results(slug, fits)
    only = api.get(
        f"{article_records_address(slug)}?{query}&page_size=500&type=arms-transfers&type=actors"
    ).json()
    assert brief_results(only["results"]) == expected_results(
        slug, fits, ("arms-transfers", "actors")
    )
    assert only["count"] == len(only["results"])


def test_a_record_is_named_by_its_label_and_a_draft_is_never_named(api):
    article = ArticleFactory(title="On lakes")
    place = PlaceFactory(name="Grey Lake", citations=[{"article": article}])
    ActorFactory(publication=DRAFT, citations=[{"article": article}])
    retract_record(ActorFactory(citations=[{"article": article}]))
    answer = api.get(article_records_address(article.slug)).json()
    labels = [(result["type"], result["label"]) for result in answer["results"]]
    assert labels == [("articles", "On lakes"), ("places", "Grey Lake")]
    assert answer["results"][1]["slug"] == place.slug
    assert answer["count"] == 2


def test_an_article_that_is_gone_answers_as_its_detail_does(api):
    article, survivor = ArticleFactory(), ArticleFactory()
    retract_record(article, "Told twice")
    detail, here = (
        api.get(path)
        for path in (f"/api/v1/articles/{article.slug}/", article_records_address(article.slug))
    )
    assert (here.status_code, here["Content-Type"]) == (410, detail["Content-Type"])
    same = {"instance": here.json()["instance"]}
    assert here.json() == detail.json() | same
    other = ArticleFactory()
    merge_records(other, survivor)
    moved = api.get(f"{article_records_address(other.slug)}?stance=states")
    assert moved.status_code == 308
    assert (
        moved["Location"]
        == f"http://testserver{article_records_address(survivor.slug)}?stance=states"
    )
    assert api.get(moved["Location"]).status_code == 200
    for slug in ("not-there", ArticleFactory(publication=DRAFT).slug):
        assert api.get(article_records_address(slug)).status_code == 404


def test_the_queries_do_not_grow_with_the_page(api, queries):
    article = ArticleFactory()
    costs = []
    for _ in range(2):
        for factory in (ActorFactory, PlaceFactory, ExerciseFactory, ActorFactory):
            factory(citations=[{"article": article}])
        for size in (1, 2, 500):
            with queries() as counted:
                api.get(f"{article_records_address(article.slug)}?page_size={size}")
            costs.append(len(counted))
    assert set(costs) == {5}


def test_pages_lead_to_each_other(api):
    article = ArticleFactory()
    made = [ActorFactory(citations=[{"article": article}]) for _ in range(4)]
    first = api.get(f"{article_records_address(article.slug)}?type=actors&page_size=2")
    assert 'rel="next"' in first["Link"]
    second = api.get(first.json()["next"]).json()
    assert second["next"] is None
    assert api.get(second["previous"]).json()["results"] == first.json()["results"]
    slugs = [result["slug"] for result in first.json()["results"] + second["results"]]
    assert slugs == sorted(record.slug for record in made)
    beyond = api.get(f"{article_records_address(article.slug)}?type=actors&page_size=2&page=9")
    assert (beyond.json()["results"], beyond.json()["last_page"]) == ([], 2)
    assert api.get(beyond.json()["previous"]).json()["results"] == second["results"]


def test_what_it_does_not_take_is_refused_all_at_once(api):
    article = ArticleFactory()
    query = "type=actor&paragraph=0&field=statuss&stance=says&page_size=501&colour=red&section="
    reasons = problem_reasons(api.get(f"{article_records_address(article.slug)}?{query}"))
    names = {"type", "paragraph", "field", "stance", "page_size", "colour", "section"}
    assert set(reasons) == names
    assert reasons["field"][0].endswith("Did you mean “status”?")
    (error,) = api.get(f"{article_records_address(article.slug)}?section=BACKGRUOND").json()[
        "errors"
    ]
    assert error["parameter"] == "section"
    assert error["suggestions"] == ["BACKGROUND"]
    assert error["allowed"] == ["INTRO", "BACKGROUND"]


def test_an_answer_that_is_held_is_not_sent_again_until_the_dataset_changes(api):
    article = ArticleFactory()
    first = api.get(article_records_address(article.slug))
    held = {"if-none-match": first["ETag"]}
    assert api.get(article_records_address(article.slug), headers=held).status_code == 304
    bare = api.get(article_records_address(article.slug).rstrip("/"), headers=held)
    assert bare.status_code == 304
    assert (
        api.get(article_records_address("not-there"), headers={"if-none-match": "*"}).status_code
        == 404
    )
    change_record(article, summary="Other")
    assert api.get(article_records_address(article.slug), headers=held).status_code == 200
