"""How aggregates are asked for: every name of every type, in few queries, else refused."""

import csv
import io

import pytest

from apps.api.query.aggregates import metric_names
from apps.api.query.grouping import Surrounded, groupings_by_name
from apps.core.models import record_models
from tests.support.counting import make_exact_record, parameter_refusals, read_groups
from tests.types.actors.factories import ActorFactory
from tests.types.arms_transfers.factories import ArmsTransferFactory

pytestmark = pytest.mark.django_db

TRANSFERS = "/api/v1/arms-transfers/aggregate/"


def test_every_grouping_and_metric_of_a_type_answers(api, endpoint, make, queries):
    make()
    make()
    model = record_models()[endpoint]
    for name, grouping in groupings_by_name(model).items():
        with queries() as counted:
            answer = api.get(f"/api/v1/{endpoint}/aggregate/?group_by={name}")
        assert answer.status_code == 200, name
        made = sum(1 for each in counted if "n_records" in each["sql"])
        assert made == 1
        by_two_ways = isinstance(grouping, Surrounded)
        has_wholes = endpoint == "arms-transfers"
        assert len(counted) == 3 + by_two_ways + has_wholes  # revision, groups, count
    for name in metric_names(model):
        assert api.get(f"/api/v1/{endpoint}/aggregate/?metric={name}").status_code == 200, name


def test_the_queries_do_not_grow_with_the_groups(api, queries):
    def count() -> int:
        with queries() as counted:
            api.get(f"{TRANSFERS}?group_by=supplier,recipient,status&metric=sum:number_ordered")
        return len(counted)

    ArmsTransferFactory()
    queries_for_one = count()
    for _ in range(5):
        make_exact_record(ArmsTransferFactory, number_ordered=3)
    assert count() == queries_for_one


@pytest.mark.parametrize(
    ("query", "parameter", "detail"),
    [
        ("group_by=suplier", "group_by", "There is no “suplier” to count by. Did you mean “suppl"),
        ("group_by=number_ordered", "group_by", "There is no “number_ordered” to count by."),
        ("group_by=status,", "group_by", "There is no “” to count by."),
        ("group_by=status,supplier,recipient,contract", "group_by", "At most 3 names."),
        ("group_by=", "group_by", "A parameter has a value."),
        ("metric=sum:nmber_ordered", "metric", "There is no metric “sum:nmber_ordered”. Did you "),
        ("metric=sum:slug", "metric", "There is no metric “sum:slug”."),
        ("metric=avg:number_ordered", "metric", "There is no metric “avg:number_ordered”."),
        ("metric=" + ",".join(f"m{n}" for n in range(11)), "metric", "At most 10 metrics."),
        ("metric=count&metric=count", "metric", "This parameter stands once."),
        ("lines=all", "lines", "Unknown parameter."),
        ("suplier=norland", "suplier", "Unknown parameter. Did you mean “supplier”?"),
        ("page=2", "page", "Unknown parameter."),
        ("ordering=supplier", "ordering", "Unknown parameter."),
        ("facet=status", "facet", "Unknown parameter."),
        ("format=xlsx", "format", "There is no format “xlsx” here."),
        ("status=lost", "status", "“lost” is not one of"),
    ],
)
def test_what_cannot_be_asked_is_refused(api, query, parameter, detail):
    refusals = parameter_refusals(api.get(f"{TRANSFERS}?{query}"))
    assert refusals[0][0] == parameter
    assert refusals[0][1].startswith(detail)


def test_all_faults_are_named_at_once(api):
    query = "group_by=a&metric=b&format=c&status=d&colour=e"
    named = {name for name, _ in parameter_refusals(api.get(f"{TRANSFERS}?{query}"))}
    assert named == {"group_by", "metric", "format", "status", "colour"}


def test_too_many_groups_are_refused(api, monkeypatch):
    monkeypatch.setattr("apps.api.query.aggregates.MAX_GROUPS", 3)
    for _ in range(3):
        ArmsTransferFactory()
    assert len(read_groups(api, f"{TRANSFERS}?group_by=supplier")) == 3
    ArmsTransferFactory()
    ((name, detail),) = parameter_refusals(api.get(f"{TRANSFERS}?group_by=supplier"))
    assert name == "group_by"
    assert detail == "More than 3 groups by supplier: add a filter, or group less."


def test_the_table_has_a_row_for_each_group(api):
    norland = ActorFactory(slug="norland")
    make_exact_record(
        ArmsTransferFactory, supplier=norland, value_amount="7.50", value_currency="USD"
    )
    ArmsTransferFactory(supplier=norland, ordered_on="2011/2020")
    path = f"{TRANSFERS}?group_by=supplier,ordered_year&metric=count,sum:value_amount&format=csv"
    response = api.get(path)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "arms-transfers-aggregate.csv" in response["Content-Disposition"]
    text = b"".join(response.streaming_content).decode()
    assert list(csv.DictReader(io.StringIO(text))) == [
        {
            "supplier": "norland",
            "ordered_year": "",
            "n_imprecise": "1",
            "count": "2",
            "sum:value_amount": "7.5",
            "sum:value_amount.n": "1",
            "sum:value_amount.n_missing": "1",
            "sum:value_amount.n_inexact": "0",
            "sum:value_amount.unit": "USD",
        }
    ]
    by_accept = api.get(path.replace("&format=csv", ""), headers={"accept": "text/csv"})
    assert b"".join(by_accept.streaming_content).decode() == text
    other = api.get(TRANSFERS, headers={"accept": "application/x-ndjson"})
    assert other.status_code == 406


def test_a_client_that_holds_the_answer_is_told_so(api, queries):
    ArmsTransferFactory()
    first = api.get(f"{TRANSFERS}?group_by=status")
    assert first["ETag"].startswith("W/")
    with queries() as counted:
        again = api.get(f"{TRANSFERS}?group_by=status", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, len(counted)) == (304, 1)
    ArmsTransferFactory()
    assert api.get(f"{TRANSFERS}?group_by=status")["ETag"] != first["ETag"]


def test_both_slash_forms_answer_and_nothing_else_stands_below(api):
    assert api.get(TRANSFERS.rstrip("/")).json() == api.get(TRANSFERS).json()
    assert api.post(TRANSFERS, {}, format="json").status_code in (401, 403, 405)
    assert api.get(f"{TRANSFERS}history/").status_code == 404


@pytest.mark.parametrize("value", ["'", "%", "\\", "💥", "a" * 300, "1e400", "null", ",", "."])
def test_whatever_is_asked_is_answered_or_refused(api, endpoint, value):
    for name in ("group_by", "metric", "format"):
        assert api.get(f"/api/v1/{endpoint}/aggregate/", {name: value}).status_code == 400
