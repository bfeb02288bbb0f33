"""What is left of records that are gone: 410 with the reason, or 308 to the survivor."""

import pytest
from django.db import IntegrityError

from apps.core.models import Record
from apps.documents.revisions import open_revision
from apps.ledger.models import Version
from tests.documents.acts import (
    change_record,
    merge_records,
    publish_record,
    retract_record,
    revision_time,
)
from tests.documents.ledger_factories import VersionFactory
from tests.support.answers import lasting_headers
from tests.types.actors.factories import ActorFactory

pytestmark = pytest.mark.django_db

DRAFT = Record.Publication.DRAFT


def test_a_retracted_record_answers_410_with_reason_and_revision(api, endpoint, make):
    record = make()
    was, content = record.revision, api.get(f"/api/v1/{endpoint}/{record.slug}/").content
    number = retract_record(record, "Told twice")
    response = api.get(f"/api/v1/{endpoint}/{record.slug}")
    assert response.status_code == 410
    assert response["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "http://testserver/problems/gone/",
        "title": "Gone",
        "status": 410,
        "detail": "Told twice",
        "instance": f"/api/v1/{endpoint}/{record.slug}",
        "revision": number,
        "history": f"http://testserver/api/v1/{endpoint}/{record.slug}/history/",
        "retracted_at": revision_time(number),
    }
    assert api.get(response.json()["history"]).status_code == 200
    past = f"/api/v1/{endpoint}/{record.slug}/?revision="
    assert api.get(f"{past}{was}").content == content
    assert api.get(f"{past}{number}").json()["revision"] == number
    assert api.get(f"{past}{number}").status_code == 410


def test_a_retraction_without_a_reason_says_what_gone_means(api):
    actor = ActorFactory()
    retract_record(actor, "")
    detail = api.get(f"/api/v1/actors/{actor.slug}/").json()["detail"]
    assert detail == "A record stood here and was retracted; its history says when and why."


def test_what_is_published_again_is_there_again_and_its_gap_stays_a_gap(api):
    actor = ActorFactory(slug="norland")
    gone, back = retract_record(actor), publish_record(actor)
    assert api.get("/api/v1/actors/norland/").status_code == 200
    statuses = [
        api.get("/api/v1/actors/norland/", {"revision": number}).status_code
        for number in (gone - 2, gone - 1, gone, back)
    ]
    assert statuses == [404, 200, 410, 200]


def test_a_retracted_record_that_is_worked_on_again_stays_gone_without_a_trace(api):
    actor = ActorFactory(slug="norland")
    retract_record(actor)
    before = [api.get(f"/api/v1/actors/norland/{tail}").content for tail in ("", "history/")]
    change_record(actor, publication=DRAFT, summary="canary")
    assert Version.objects.for_record(actor).first().operation == "drafted"
    after = [api.get(f"/api/v1/actors/norland/{tail}").content for tail in ("", "history/")]
    assert after == before


def test_a_draft_and_an_unknown_slug_get_the_same_bytes(api, endpoint, make):
    make()
    draft = make(slug="unfinished", publication=DRAFT)
    address = f"/api/v1/{endpoint}/unfinished/"
    paths = [
        *(address, f"{address}history/", f"{address}?revision=1", f"{address}?as_of=2100-01-01"),
        *(f"{address}?revision=0", f"{address}history/?page=2", f"{address}?revision=99999"),
    ]

    def answers() -> list:
        return [(r.status_code, lasting_headers(r), r.content) for r in map(api.get, paths)]

    hidden = answers()
    with open_revision(origin="admin") as opened:
        draft.citations.all().delete()  # an article cites itself
        opened.delete_draft(draft)
    assert answers() == hidden
    assert [status for status, _, _ in hidden] == [404] * 6 + [400]


def test_a_merged_record_leads_to_the_one_that_remains(api, endpoint, make):
    survivor, record = make(), make()
    was, content = record.revision, api.get(f"/api/v1/{endpoint}/{record.slug}/").content
    number = merge_records(record, survivor)
    response = api.get(f"/api/v1/{endpoint}/{record.slug}?fields=slug&revision={number}")
    remains = f"http://testserver/api/v1/{endpoint}/{survivor.slug}/"
    assert response.status_code == 308
    assert response["Location"] == f"{remains}?fields=slug&revision={number}"
    assert response["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Permanent Redirect",
        "status": 308,
        "detail": f"“{record.slug}” was merged into “{survivor.slug}”.",
        "instance": f"/api/v1/{endpoint}/{record.slug}",
        "revision": number,
        "history": f"http://testserver/api/v1/{endpoint}/{record.slug}/history/",
        "merged_at": revision_time(number),
        "into": survivor.slug,
    }
    assert api.get(response["Location"]).json() == {"slug": survivor.slug}
    assert api.get(f"/api/v1/{endpoint}/{record.slug}/")["Location"] == remains
    assert api.get(f"/api/v1/{endpoint}/{record.slug}/?revision={was}").content == content
    entry = api.get(response.json()["history"]).json()["results"][0]
    assert (entry["op"], entry["into"], entry["changes"]) == ("merged", survivor.slug, [])


@pytest.mark.parametrize(
    "values", [{"operation": "merged"}, {"operation": "retracted", "into": "norland"}]
)
def test_a_merge_and_nothing_else_names_the_record_that_remains(values):
    with pytest.raises(IntegrityError):
        VersionFactory(**values)
