"""What no record could meet is refused in words, instead of finding nothing in silence."""

import pytest

from tests.support.counting import make_exact_record, parameter_refusals
from tests.types.actors.factories import ActorFactory
from tests.types.arms_transfers.factories import ArmsTransferFactory

pytestmark = pytest.mark.django_db

UPSIDE_DOWN = "The range is upside down: it ends before it begins."


@pytest.mark.parametrize(
    ("query", "name", "detail"),
    [
        # values that no column of that kind could hold
        (
            "arms-transfers/?number_ordered=-1",
            "number_ordered",
            "A number from 0 to 2,147,483,647.",
        ),
        ("places/?latitude__in=10,91", "latitude__in", "A number from -90 to 90."),
        ("places/?latitude__gt=91", "latitude__gt", "A number from -1,000,000,000,000 to 90."),
        ("arms-transfers/?share_percent__lte=-1", "share_percent__lte", "A number from 0 to "),
        ("agreements/?duration_years=0", "duration_years", "A number from 1 to 999."),
        ("actors/?names__language=Armenian!", "names__language", "A BCP 47 tag, such as az-Cyrl."),
        ("articles/?url=example.org", "url", "Enter a valid URL."),
        ("articles/?citations__page=" + "1" * 21, "citations__page", "Ensure this value has at"),
        ("actors/?citations__field=foundd_on", "citations__field", "“foundd_on” is not one of: "),
        (
            "actors/?slug=norlandia",
            "slug",
            "There is no actor “norlandia”. Did you mean “norland”?",
        ),
        ("actors/?slug__in=norland,x", "slug__in", "There is no actor “x”."),
        ("actors/?slug__not=No Slug", "slug__not", "There is no actor “No Slug”."),
        (
            "exercises/?participant__all=norland,sorland",
            "participant__all",
            "There is no actor “so",
        ),
        ("exercises/?domains__all=land,nval", "domains__all", "“nval” is not one of: land, naval"),
        # ranges within which nothing lies
        ("arms-transfers/?number_ordered__range=5,1", "number_ordered__range", UPSIDE_DOWN),
        ("agreements/?signed_on__range=2024-02,2024-01", "signed_on__range", UPSIDE_DOWN),
        ("agreements/?signed_on__range=2024/..,../2020", "signed_on__range", UPSIDE_DOWN),
        (
            "agreements/?signed_on__gte=2024&signed_on__lte=2020",
            "signed_on__lte",
            "No value meets this and signed_on__gte=2024, too.",
        ),
        (
            "agreements/?signed_on__lt=2024-06&signed_on__gt=2024-05",
            "signed_on__lt",
            "No value meets this and signed_on__gt=2024-05, too.",
        ),
        (
            "agreements/?signed_on=2023-05-01&signed_on__gte=2024",
            "signed_on",
            "No value meets this and signed_on__gte=2024, too.",
        ),
        (
            "exercises/?participants__personnel__gt=5&participants__personnel__lt=6",
            "participants__personnel__lt",
            "No value meets this and participants__personnel__gt=5, too.",
        ),
        (
            "arms-transfers/?number_ordered__in=1,2&number_ordered__gte=3",
            "number_ordered__in",
            "No value meets this and number_ordered__gte=3, too.",
        ),
        (
            "actors/?citations__count__gte=3&citations__count__lte=2",
            "citations__count__lte",
            "No value meets this and citations__count__gte=3, too.",
        ),
    ],
)
def test_it_is_refused_with_the_reason(api, query, name, detail):
    ActorFactory(slug="norland")
    ((parameter, text),) = parameter_refusals(api.get(f"/api/v1/{query}"))
    assert parameter == name
    assert text.startswith(detail)


@pytest.mark.parametrize(
    "query",
    [
        "arms-transfers/?number_ordered__gte=-1&number_ordered__lte=2147483647",
        "arms-transfers/?number_ordered__gte=3&number_ordered__lte=3",
        "arms-transfers/?number_ordered__gte=3&number_delivered__lte=2",
        "arms-transfers/?number_ordered__gte=5&number_ordered__gte__not=3",
        "corridors/?length_km__gt=5&length_km__lt=5.002",
        "agreements/?signed_on__gte=2024-12&signed_on__lte=2024",
        "agreements/?signed_on__range=2024-12,2024",
        "agreements/?signed_on__gte=2024&signed_on__possible=2020",
        "agreements/?signed_on__lt=../2020",
        "actors/?citations__count__gte=2&citations__count__lte=2",
    ],
)
def test_what_may_be_met_is_answered(api, query):
    assert api.get(f"/api/v1/{query}").status_code == 200


def test_all_of_them_are_named_at_once(api):
    query = (
        "number_ordered__range=5,1&ordered_on__gte=2024&ordered_on__lte=2020&number_delivered=-1"
    )
    named = {name for name, _ in parameter_refusals(api.get(f"/api/v1/arms-transfers/?{query}"))}
    assert named == {"number_ordered__range", "ordered_on__lte", "number_delivered"}


def test_no_record_is_lost_to_a_limit_of_its_own(api):
    """What a column holds at most and at least can be asked for."""
    for slug, number, share in (("least", 0, 0), ("most", 2147483647, 100)):
        shares = {"share_percent": share, "share_of": "all"}
        make_exact_record(ArmsTransferFactory, slug=slug, number_ordered=number, **shares)
    for query, slug in (
        ("number_ordered=0", "least"),
        ("number_ordered__lte=0", "least"),
        ("number_ordered=2147483647", "most"),
        ("number_ordered__gte=2147483647", "most"),
        ("share_percent__in=100", "most"),
        ("share_percent__lt=0.001", "least"),
    ):
        answer = api.get(f"/api/v1/arms-transfers/?{query}").json()
        assert [record["slug"] for record in answer["results"]] == [slug], query
