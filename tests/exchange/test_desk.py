"""Imports on the curator's desk, as a browser meets them."""

import csv
import io

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.actors.models import Actor
from apps.exchange import forms
from apps.exchange.models import Batch
from apps.ledger.models import Proposal, Revision
from tests.accounts.factories import UserFactory
from tests.exchange.factories import (
    BatchFactory,
    actor_row,
    export_records,
    make_csv,
    make_planned_batch,
)
from tests.support.desk import FormReader, database_state
from tests.types.actors.factories import ActorFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/exchange/batch/"
ADD = "/admin/exchange/batch/add/"


def batch_page(batch, name="change"):
    return reverse(f"admin:exchange_batch_{name}", args=[batch.pk])


def upload_file(client, content, name="actors.csv", endpoint="actors"):
    file = SimpleUploadedFile(name, content)
    return client.post(ADD, {"type": endpoint, "file": file}, follow=True)


def shown_messages(response):
    return [str(message) for message in response.context["messages"]]


def test_a_file_is_uploaded_looked_at_applied_and_reverted(client, administrator):
    client.force_login(administrator)
    ActorFactory(slug="sorland", name="Sorland", summary="<b>Old</b>")
    row = actor_row("sorland", name="South", summary="<i>New</i>")
    page = upload_file(client, make_csv(actor_row("eastern-realm", summary=""), row))
    text = page.content.decode()
    assert "Create 1" in text
    assert "Update 1" in text
    assert "&lt;b&gt;Old&lt;/b&gt;" in text
    assert "<i>New" not in text
    batch = Batch.objects.get()
    shown = client.get(batch_page(batch), {"outcome": "update"})
    assert [row["slug"] for row in shown.context["rows"]] == ["sorland"]
    sent = FormReader(text).data | {"act": "apply"}
    refused = client.post(batch_page(batch), sent)
    assert refused.context["form"].errors == {"reason": ["This field is required."]}
    assert not Revision.objects.filter(origin="import").exists()
    done = client.post(batch_page(batch), sent | {"reason": "From the yearbook"}, follow=True)
    assert shown_messages(done) == ["Applied. 1 create, 1 update."]
    assert Actor.objects.get(slug="sorland").name == "South"
    sent = FormReader(done.content.decode()).data | {"act": "revert", "reason": "Withdrawn"}
    done = client.post(batch_page(batch), sent, follow=True)
    assert shown_messages(done) == ["Reverted. 1 create, 1 update."]
    assert Actor.objects.get(slug="sorland").name == "Sorland"
    again = client.post(batch_page(batch), {"act": "plan"}, follow=True)
    assert Batch.objects.count() == 2
    assert again.redirect_chain[-1][0] == batch_page(Batch.objects.first())


def test_what_cannot_be_read_is_an_error_of_the_form(client, publisher):
    client.force_login(publisher)
    page = upload_file(client, b"slug,nmae,knid\n")
    assert page.context["form"].errors["file"] == [
        "There is no column “nmae”. Did you mean “name”?",
        "There is no column “knid”. Did you mean “kind”?",
    ]
    assert upload_file(client, b"").context["form"].errors["file"] == [
        "The submitted file is empty."
    ]
    assert "type" in upload_file(client, b"slug\n", endpoint="colours").context["form"].errors
    assert client.post(ADD, {"type": "actors"}).context["form"].errors
    assert not Batch.objects.exists()


def test_a_file_that_takes_too_long_for_a_page_goes_by_the_command(client, publisher, monkeypatch):
    monkeypatch.setattr(forms, "MAX_DESK_ROWS", 1)
    client.force_login(publisher)
    errors = upload_file(client, make_csv(actor_row("a"), actor_row("b"))).context["form"].errors
    assert "manage.py import_file" in errors["file"][0]


def test_the_errors_of_a_plan_are_a_csv_without_formulas(client, publisher):
    client.force_login(publisher)
    upload_file(client, make_csv(actor_row("a", kind="=1+1"), actor_row("-b")))
    batch = Batch.objects.get()
    assert 'id="errors"' in client.get(batch_page(batch)).content.decode()
    answer = client.get(batch_page(batch, "errors"))
    assert answer["Content-Disposition"] == 'attachment; filename="errors.csv"'
    lines = list(csv.reader(io.StringIO(answer.content.decode())))
    assert lines[0] == ["row", "slug", "column", "reason"]
    assert lines[1][:3] == ["2", "a", "kind"]
    assert lines[2][:2] == ["3", "'-b"]


def test_possible_duplicates_are_new_only_if_somebody_says_so(client, publisher):
    client.force_login(publisher)
    ActorFactory(slug="union", name="Grey Lake Union")
    batch = make_planned_batch(make_csv(actor_row("other", name="grey lake union")), publisher)
    assert "May be union" in client.get(batch_page(batch)).content.decode()
    sent = {"act": "apply", "reason": "New"}
    assert list(client.post(batch_page(batch), sent).context["form"].errors) == ["are_new"]
    client.post(batch_page(batch), sent | {"are_new": "on"})
    assert Actor.objects.filter(slug="other").exists()


def test_who_may_only_propose_sees_own_imports_and_hands_in_proposals(client, contributor):
    client.force_login(contributor)
    BatchFactory(name="of-another.csv")
    upload_file(client, make_csv(actor_row()))
    own = Batch.objects.get(user=contributor)
    listed = client.get(LIST).content.decode()
    assert "actors.csv" in listed
    assert "of-another.csv" not in listed
    done = client.post(batch_page(own), {"act": "apply", "reason": "Seen"}, follow=True)
    assert shown_messages(done) == ["Handed in as proposals. 1 create."]
    assert Proposal.objects.get().author == contributor


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        (None, [403, 403, 404, 404]),
        ("contributor", [200, 200, 404, 404]),
        ("editor", [200, 200, 404, 404]),
        ("publisher", [200, 200, 200, 200]),
        ("administrator", [200, 200, 200, 200]),
    ],
)
def test_who_sees_which_page(client, role, statuses):
    client.force_login(UserFactory(role=role))
    other = BatchFactory()
    pages = [LIST, ADD, batch_page(other), batch_page(other, "errors")]
    assert [client.get(page).status_code for page in pages] == statuses


def test_who_publishes_finds_no_button_to_revert_and_cannot_press_it(client, publisher):
    client.force_login(publisher)
    batch = make_planned_batch(make_csv(actor_row()), publisher)
    client.post(batch_page(batch), {"act": "apply", "reason": "New"})
    assert 'value="revert"' not in client.get(batch_page(batch)).content.decode()
    before = database_state()
    refused = client.post(batch_page(batch), {"act": "revert", "reason": "Wrong"}, follow=True)
    assert shown_messages(refused) == ["This account may not undo imports."]
    assert database_state() == before


@pytest.mark.parametrize("pk", ["0", "x", "9" * 30, "a_2Fb", "-1"])
def test_junk_in_an_address_is_not_found(client, publisher, pk):
    client.force_login(publisher)
    for name in ("change", "errors"):
        address = reverse(f"admin:exchange_batch_{name}", args=[pk])
        assert client.get(address).status_code == 404
        assert client.post(address, {"act": "apply"}).status_code in (404, 405)


def test_junk_in_a_query_or_a_form_is_passed_over(client, publisher):
    client.force_login(publisher)
    batch = make_planned_batch(make_csv(actor_row()), publisher)
    for query in ("?outcome=x", "?page=x", "?page=99", "?outcome=error&page=-1"):
        assert client.get(batch_page(batch) + query).status_code == 200
    before = database_state()
    for sent in ({}, {"act": "x"}, {"act": "apply", "reason": "x" * 501}):
        assert client.post(batch_page(batch), sent).status_code in (200, 302)
    assert database_state() == before


def test_nothing_is_done_without_the_token_of_the_form(publisher):
    client = Client(enforce_csrf_checks=True)
    client.force_login(publisher)
    assert client.post(ADD, {"type": "actors"}).status_code == 403


def test_a_list_of_many_imports_costs_the_same_queries_and_reads_no_contents(
    client, publisher, queries
):
    client.force_login(publisher)

    def count():
        with queries() as counted:
            assert client.get(LIST).status_code == 200
        assert not any('"plan"' in query["sql"] for query in counted)
        return len(counted)

    BatchFactory.create_batch(2)
    two = count()
    BatchFactory.create_batch(3)
    assert count() == two


def test_a_file_of_twenty_megabytes_comes_through_and_one_of_fifty_is_not_read(client, publisher):
    client.force_login(publisher)
    ActorFactory()
    content = export_records(Actor, "json")
    content = content.ljust(settings.IMPORT_MAX_BYTES)  # after its end JSON may have any spaces
    assert upload_file(client, content, "actors.json").status_code == 200
    assert Batch.objects.get().size == settings.IMPORT_MAX_BYTES
    errors = upload_file(client, content + b" ", "actors.json").context["form"].errors["file"]
    assert errors == ["The file has 20,971,521 bytes; at most 20,971,520 are taken."]
    unread = io.BytesIO(b"x" * 100)
    answer = client.generic("POST", ADD, b"", CONTENT_LENGTH="52428800", **{"wsgi.input": unread})
    assert answer.status_code == 413
    assert answer.json()["type"].endswith("/problems/too-large/")
    assert unread.tell() == 0


def test_every_export_of_the_desks_own_list_has_a_place_to_come_back_to(client, publisher):
    client.force_login(publisher)
    shown = client.get(ADD, {"type": "actors"}).content.decode()
    assert '<option value="actors" selected>' in shown
    ActorFactory()
    page = upload_file(client, export_records(Actor, "xlsx"), "actors.xlsx")
    assert "Unchanged 1" in page.content.decode()
