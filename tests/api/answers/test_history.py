"""The past of records: who changed what, and what was served when."""

import json
from datetime import UTC, datetime

import pytest

from apps.actors.models import Actor
from apps.core.models import Record
from apps.ledger.models import Dataset, Revision, Version
from tests.accounts.factories import UserFactory
from tests.api.test_every_resource import problem_reasons
from tests.documents.acts import change_record, retract_record, revision_time
from tests.types.actors.factories import ActorFactory

pytestmark = pytest.mark.django_db


def set_revision_time(number: int, text: str) -> None:
    """Let a revision have been made at a time."""
    Revision.objects.filter(number=number).update(at=datetime.fromisoformat(text))


def test_a_past_document_is_what_was_served_then_byte_for_byte(api, endpoint, make):
    record = make()
    address, first = f"/api/v1/{endpoint}/{record.slug}/", record.revision
    served = {first: api.get(address).content}
    for number in (change_record(record, summary="Second"), make().revision):
        served[number] = api.get(address).content
    number = change_record(record, summary="Third")
    served[number] = api.get(address).content
    for number, content in served.items():
        response = api.get(address, {"revision": number})
        assert response.content == content
        assert response["Content-Type"] == "application/json"
    assert len(set(served.values())) == 3
    assert api.get(address, {"revision": first - 1}).status_code == 404
    assert api.get(address, {"revision": 0}).status_code == 404


def test_a_day_means_its_end_and_a_time_means_itself(api):
    actor = ActorFactory(slug="norland", summary="First")
    numbers = [
        actor.revision,
        change_record(actor, summary="Second"),
        change_record(actor, summary="Third"),
    ]
    set_revision_time(
        Version.objects.public().earliest("id").revision.number, "2026-01-30T00:00:00+00:00"
    )
    times = ("2026-01-31T10:00:00+00:00", "2026-01-31T23:59:59.999999+00:00", "2026-02-02T00:00Z")
    for number, moment in zip(numbers, times, strict=True):
        set_revision_time(number, moment)
    summaries = {
        text: json.loads(api.get("/api/v1/actors/norland/", {"as_of": text}).content).get("summary")
        for text in (
            *("2026-01-30", "2026-01-31T09:59:59Z", "2026-01-31T10:00:00Z"),
            *("2026-01-31T13:59:59+04:00", "2026-01-31T14:00:00 04:00", "2026-01-31t10:00:00z"),
            *(
                "2026-01-31T23:59:59.999998Z",
                "2026-01-31",
                "2026-02-01",
                "2026-02-02",
                "9999-12-31",
            ),
        )
    }
    assert summaries == {
        "2026-01-30": None,
        "2026-01-31T09:59:59Z": None,
        "2026-01-31T10:00:00Z": "First",
        "2026-01-31T13:59:59+04:00": None,
        "2026-01-31T14:00:00 04:00": "First",  # a plus that was not escaped
        "2026-01-31t10:00:00z": "First",
        "2026-01-31T23:59:59.999998Z": "First",
        "2026-01-31": "Second",
        "2026-02-01": "Second",
        "2026-02-02": "Third",
        "9999-12-31": "Third",
    }


def test_a_time_stands_for_a_revision_of_the_dataset_even_where_the_clock_went_back(api):
    actor = ActorFactory(slug="norland", summary="First")
    second, third = change_record(actor, summary="Second"), change_record(actor, summary="Third")
    Revision.objects.update(at=datetime(2026, 1, 1, tzinfo=UTC))
    set_revision_time(second, "2026-01-03T00:00:00+00:00")
    set_revision_time(third, "2026-01-02T00:00:00+00:00")
    assert api.get("/api/v1/actors/norland/?as_of=2026-01-01").json()["summary"] == "First"
    assert api.get("/api/v1/actors/norland/?as_of=2026-01-02").json()["summary"] == "Third"
    assert api.get("/api/v1/actors/norland/?as_of=2026-01-03").json()["summary"] == "Third"


NUMBER = "A whole number from 0 to 9,007,199,254,740,991."
MOMENT = "Write a day like 2026-01-31, or a time like 2026-01-31T12:00:00Z."


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        *((f"revision={bad}", {"revision": [NUMBER]}) for bad in ("-1", "x", "1.0", "٣", "9" * 17)),
        ("revision=9007199254740992", {"revision": [NUMBER]}),
        ("revision=" + "9" * 5000, {"revision": [NUMBER]}),
        ("revision=3", {"revision": ["The newest revision is 2."]}),
        ("revision=", {"revision": ["A parameter has a value."]}),
        ("revision=1&revision=1", {"revision": ["This parameter stands once."]}),
        ("revision=1&as_of=2026-01-31", {"as_of": ["Either revision or as_of."]}),
        *(
            (f"as_of={bad}", {"as_of": [MOMENT]})
            for bad in (
                *("2026", "2026-02-29", "2026-1-1", "20260131", "yesterday", "٢٠٢٦-٠١-٣١"),
                *("2026-01-31T12:00:00", "2026-01-31T12:00Z", "2026-01-31T25:00:00Z", "2026-W05-6"),
                *("0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "0000-01-01"),
                *("2026-01-31T12:00:60Z", "2026-01-31T12:00:00%2B99:00"),
            )
        ),
        ("revison=1", {"revison": ["Unknown parameter. Did you mean “revision”?"]}),
        ("revision=x&as_of=y", {"revision": [NUMBER], "as_of": [MOMENT]}),
    ],
)
def test_a_time_that_makes_no_sense_is_refused_by_name(api, query, expected):
    ActorFactory(slug="norland")
    assert Dataset.current_revision() == 2
    assert problem_reasons(api.get(f"/api/v1/actors/norland/?{query}")) == expected


def test_a_history_says_who_did_what_when_and_why(api):
    curator = UserFactory(username="nino", role="publisher")
    actor = ActorFactory(slug="norland", name="Norland", summary="Old")
    first = actor.revision
    second = change_record(
        actor, user=curator, reason="New source", summary="New", topics=["trade"]
    )
    third = retract_record(actor, "No such actor")
    fourth = change_record(actor, reason="", publication=Record.Publication.PUBLISHED, summary=None)
    response = api.get("/api/v1/actors/norland/history/")
    answer = response.json()
    entries = answer.pop("results")
    assert answer == {"count": 4, "next": None, "previous": None}
    born, back = entries[3].pop("changes"), entries[0].pop("changes")
    admin = {"by": None, "origin": "admin"}
    assert entries == [
        {"revision": fourth, "at": revision_time(fourth), "op": "created", "reason": None, **admin},
        {
            "revision": third,
            "at": revision_time(third),
            "op": "retracted",
            "reason": "No such actor",
            **admin,
            "changes": [],
        },
        {
            "revision": second,
            "at": revision_time(second),
            "op": "updated",
            "by": "nino",
            "reason": "New source",
            "origin": "admin",
            "changes": [
                {"field": "summary", "from": "Old", "to": "New"},
                {"field": "topics", "from": [], "to": ["trade"]},
            ],
        },
        {
            "revision": first,
            "at": revision_time(first),
            "op": "created",
            "by": None,
            "reason": "Made for a test",
            "origin": "seed",
        },
    ]
    known = {change["field"]: change["to"] for change in born}
    assert {change["from"] for change in [*born, *back]} == {None}
    assert list(known) == ["slug", "name", "kind", "summary", "certainty", "citations"]
    document = json.loads(Version.objects.for_record(actor).last().document)
    assert known == {name: document[name] for name in known}
    assert [change["field"] for change in back] == [
        *("slug", "name", "kind", "certainty", "topics", "citations")
    ]


def test_a_history_replayed_gives_every_document(api, endpoint, make):
    record = make()
    for step in range(4):
        change_record(record, summary=f"Step {step}" if step % 2 else None)
    entries = api.get(f"/api/v1/{endpoint}/{record.slug}/history/").json()["results"]
    state: dict = {}
    for entry in reversed(entries):
        for change in entry["changes"]:
            assert state.get(change["field"]) == change["from"]
            state[change["field"]] = change["to"]
        past = api.get(f"/api/v1/{endpoint}/{record.slug}/", {"revision": entry["revision"]}).json()
        left_out = ("revision", "updated_at")
        known = {key: value for key, value in past.items() if value is not None and value != []}
        assert {key: value for key, value in state.items() if value is not None} == {
            key: value for key, value in known.items() if key not in left_out
        }


def test_pages_of_a_history_hold_every_entry_once_each_compared_with_the_older_page(api):
    actor = ActorFactory(slug="norland", summary="0")
    numbers = [actor.revision, *(change_record(actor, summary=str(step)) for step in range(1, 5))]
    path, seen = "/api/v1/actors/norland/history/?page_size=2", []
    while path:
        response = api.get(path)
        answer = response.json()
        assert answer["count"] == 5
        assert (answer["next"] is not None) == ('rel="next"' in response.get("Link", ""))
        seen += answer["results"]
        path = answer["next"]
    assert [entry["revision"] for entry in seen] == numbers[::-1]
    assert [entry["changes"] for entry in seen[:4]] == [
        [{"field": "summary", "from": str(step - 1), "to": str(step)}] for step in (4, 3, 2, 1)
    ]
    beyond = api.get("/api/v1/actors/norland/history/?page=9&page_size=2")
    assert (beyond.status_code, beyond.json()["results"]) == (200, [])
    assert beyond.json()["last_page"] == 3
    assert api.get(beyond.json()["previous"]).json()["results"] == answer["results"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("page=0", {"page": ["A whole number from 1 to 10,000."]}),
        ("page_size=501", {"page_size": ["A whole number from 1 to 500."]}),
        ("page_sise=3", {"page_sise": ["Unknown parameter. Did you mean “page_size”?"]}),
        ("page=", {"page": ["A parameter has a value."]}),
        ("page=1&page=2", {"page": ["This parameter stands once."]}),
        ("certainty=reported", {"certainty": ["Unknown parameter."]}),
    ],
)
def test_paging_of_a_history_is_strict(api, query, expected):
    ActorFactory(slug="norland")
    assert problem_reasons(api.get(f"/api/v1/actors/norland/history/?{query}")) == expected


def test_an_unknown_record_has_no_history(api, endpoint):
    response = api.get(f"/api/v1/{endpoint}/nobody/history/")
    assert response.status_code == 404
    assert response.json()["title"] == "Not found"


def test_a_history_is_not_sent_again_until_the_dataset_moves(api):
    actor = ActorFactory(slug="norland")
    tag = api.get("/api/v1/actors/norland/history/")["ETag"]
    held = {"if-none-match": tag}
    assert api.get("/api/v1/actors/norland/history/", headers=held).status_code == 304
    change_record(actor, summary="Other")
    assert api.get("/api/v1/actors/norland/history/", headers=held).status_code == 200


def test_the_past_costs_the_same_queries_however_long_it_is(api, queries):
    curator = UserFactory(username="nino", role="publisher")
    actor = ActorFactory(slug="norland")
    first = actor.revision

    def costs() -> list[int]:
        paths = ("history/", f"?revision={first}", "?as_of=2100-01-01", f"?revision={first + 9}")
        counts = []
        for path in paths:
            with queries() as counted:
                api.get(f"/api/v1/actors/norland/{path}")
            counts.append(len(counted))
        return counts

    change_record(actor, user=curator, summary="0")
    short = costs()
    for step in range(6):
        change_record(actor, user=curator, summary=f"Step {step}")
    assert costs() == short == [3, 2, 2, 1]  # a refusal costs only the newest revision
    retract_record(actor)
    with queries() as counted:
        assert api.get("/api/v1/actors/norland/").status_code == 410
    assert len(counted) == 2


def test_past_answers_take_fields_and_tags_like_present_ones(api):
    actor = ActorFactory(slug="norland", summary="Old")
    first = actor.revision
    change_record(actor, summary="New")
    response = api.get(f"/api/v1/actors/norland/?revision={first}&fields=slug,summary")
    assert response.json() == {"slug": "norland", "summary": "Old"}
    tag = api.get(f"/api/v1/actors/norland/?revision={first}")["ETag"]
    again = api.get(f"/api/v1/actors/norland/?revision={first}", headers={"if-none-match": tag})
    assert again.status_code == 304
    assert Actor.objects.get(slug="norland").revision != first
