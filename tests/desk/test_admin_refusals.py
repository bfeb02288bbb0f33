"""Bad input at the curator's desk: the error names the field, and nothing is written."""

import json
import threading
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from apps.core.models import Record
from apps.desk.records import RecordAdmin
from apps.ledger.models import Proposal
from tests.support.desk import Desk, add_row, database_state
from tests.support.registry import RECORD_FACTORIES
from tests.types.actors.factories import ActorFactory
from tests.types.agreements.factories import AgreementFactory
from tests.types.arms_transfers.factories import ArmsTransferFactory
from tests.types.corridors.factories import CorridorFactory, StopFactory
from tests.types.places.factories import PlaceExternalIdFactory, PlaceFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database("what Python refuses; what a column refuses is asked by documents"),
]


@pytest.fixture
def desk(client: Any) -> Desk:
    """A curator's."""
    return Desk(client, User.objects.create_superuser("curator"))


def first_citation_values(**values: Any) -> dict[str, Any]:
    """The first citation of a form: of an article with an INTRO of two paragraphs."""
    return {f"citations-0-{name}": value for name, value in values.items()}


LINE_TEMPLATE = '{"type": "LineString", "coordinates": [[%s, 40], [50, 41]]}'
POINT_GEOMETRY = '{"type": "Point", "coordinates": [1, 2]}'
SECTION, PARAGRAPH = "citations-0-section", "citations-0-paragraph"
REFUSED_VALUES = [
    ("agreements", {"signed_on": "1985-02-29"}, "signed_on", "February 1985 has no day 29"),
    ("agreements", {"signed_on": "x" * 33}, "signed_on", "at most 32 characters"),
    ("agreements", {"ended_on": "1993"}, "ended_on", "lies before"),
    ("agreements", {"text_url": "javascript:alert(1)"}, "text_url", "valid URL"),
    ("agreements", {"value_amount": "1"}, "value_currency", "stands with value_amount"),
    ("agreements", {"name": "x" * 201}, "name", "at most 200 characters"),
    ("agreements", {"name": " "}, "name", "required"),
    ("agreements", {"summary": "x" * 1001}, "summary", "at most 1000 characters"),
    ("agreements", {"topics": ["energy", "magic"]}, "topics", "magic is not one of"),
    ("agreements", {"publication": "secret"}, "publication", "not one of the available"),
    ("agreements", {"reason": "x" * 501}, "reason", "at most 500 characters"),
    ("agreements", first_citation_values(section="NOWHERE"), SECTION, "has no section “NOWHERE”"),
    (
        "agreements",
        first_citation_values(section="INTRO", paragraph=3),
        PARAGRAPH,
        "the-source ends with 2",
    ),
    ("agreements", first_citation_values(paragraph=0), PARAGRAPH, "greater than or equal to 1"),
    ("agreements", first_citation_values(paragraph=2), SECTION, "name it"),
    (
        "agreements",
        first_citation_values(field="colour"),
        "citations-0-field",
        "not one of the available",
    ),
    (
        "agreements",
        first_citation_values(field="signed_on", value="yore"),
        "citations-0-value",
        "not an EDTF date",
    ),
    ("agreements", first_citation_values(value="1994"), "citations-0-field", "needs the field"),
    ("agreements", first_citation_values(article=""), "citations-0-article", "required"),
    ("agreements", {"seen": "x"}, "seen", "whole number"),
    ("agreements", {"parties-TOTAL_FORMS": "many"}, "parties", "ManagementForm data is missing"),
    ("arms-transfers", {"number_ordered": 10**12}, "number_ordered", "less than or equal to"),
    ("arms-transfers", {"number_ordered": 10**30}, "number_ordered", "less than or equal to"),
    ("arms-transfers", {"number_ordered": "9" * 400}, "number_ordered", "less than or equal to"),
    ("arms-transfers", {"number_ordered": "9" * 5000}, "number_ordered", "whole number"),
    ("arms-transfers", {"tiv_ordered": "1e400"}, "tiv_ordered", "no more than 15 digits"),
    ("arms-transfers", {"tiv_ordered": "NaN"}, "tiv_ordered", "Enter a number"),
    ("arms-transfers", {"tiv_ordered": "-1"}, "tiv_ordered", "greater than or equal to 0"),
    (
        "arms-transfers",
        {"weapon_category": "sabres"},
        "weapon_category",
        "not one of the available",
    ),
    ("arms-transfers", {"supplier": "0"}, "supplier", "not one of the available"),
    ("arms-transfers", {"supplier": "norland"}, "supplier", "not one of the available"),
    ("arms-transfers", {"supplier": "9" * 30}, "supplier", "not one of the available"),
    ("corridors", {"geometry": "{"}, "geometry", "not JSON"),
    ("corridors", {"geometry": "[" * 100_000}, "geometry", "not JSON"),
    ("corridors", {"geometry": POINT_GEOMETRY}, "geometry", "The type is LineString"),
    ("corridors", {"geometry": LINE_TEMPLATE % 181}, "geometry", "no longitude, latitude"),
    ("corridors", {"geometry": LINE_TEMPLATE % "1e999"}, "geometry", "no longitude, latitude"),
    ("corridors", {"agreements": ["x", "0"]}, "agreements", "not a valid value"),
    ("places", {"latitude": "90.1", "longitude": "0"}, "latitude", "less than or equal to 90"),
]


@pytest.mark.parametrize(("endpoint", "values", "field", "reason"), REFUSED_VALUES)
def test_bad_input_is_refused_at_its_field(desk, endpoint, values, field, reason):
    record = RECORD_FACTORIES[endpoint]()
    errors = desk.save_and_be_refused(record, desk.form(record) | {"reason": "Corrected"} | values)
    assert field in errors
    assert reason in " ".join(errors[field])


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x1b", "\x7f", "\ue000", "\u0378"])
def test_no_control_character_gets_into_a_text(desk, character):
    record = AgreementFactory()
    data = desk.form(record) | {"name": f"a{character}b", "reason": f"b{character}c"}
    errors = desk.save_and_be_refused(record, data | first_citation_values(note=f"c{character}d"))
    assert set(errors) == {"name", "reason", "citations-0-note"}


def test_two_records_have_no_slug_in_common(desk):
    place, other = PlaceFactory(), PlaceFactory(publication=Record.Publication.DRAFT)
    errors = desk.save_and_be_refused(other, desk.form(other) | {"slug": place.slug})
    assert errors == {"slug": ["Another record of this type has this slug."]}
    errors = desk.save_and_be_refused(other, desk.form(other) | {"slug": "Two Words"})
    assert errors == {"slug": ["Lower-case ASCII words joined by “-”."]}


def test_two_records_have_no_external_id_in_common(desk):
    PlaceExternalIdFactory(scheme="geonames", value="1")
    other = PlaceFactory()
    data = add_row(desk.form(other), "external_ids", scheme="geonames", value="1")
    assert desk.save_and_be_refused(other, data | {"reason": "Named"}) == {
        "external_ids-0-__all__": ["Another record of this type has this external id."]
    }


def test_a_row_does_not_stand_twice(desk):
    corridor = CorridorFactory()
    stop = StopFactory(record=corridor, order=1)
    data = add_row(desk.form(corridor), "stops", place=stop.place, order=1) | {"reason": "Again"}
    assert desk.save_and_be_refused(corridor, data) == {
        "stops-1-order": ["Two stops of one branch have the same place in the order."]
    }


def test_what_another_curator_deleted_can_no_longer_be_chosen(desk):
    gone, transfer = ActorFactory(publication=Record.Publication.DRAFT), ArmsTransferFactory()
    data = desk.form(transfer) | {"end_user": str(gone.pk), "reason": "Corrected"}
    desk.client.post(desk.address(gone, "delete"), {"post": "yes"})
    assert list(desk.save_and_be_refused(transfer, data)) == ["end_user"]


def test_a_published_record_does_not_name_a_draft_in_its_lists(desk):
    agreement, draft = AgreementFactory(), ActorFactory(publication=Record.Publication.DRAFT)
    data = add_row(desk.form(agreement), "parties", actor=draft) | {"reason": "Joined"}
    why = f"parties[1].actor: The actor “{draft.slug}” is not published."
    assert desk.save_and_be_refused(agreement, data) == {"__all__": [why]}


def test_what_others_name_is_not_retracted(desk):
    transfer, other = ArmsTransferFactory(), ActorFactory()
    before = database_state()
    messages = desk.run_list_action("retract", transfer.supplier, other, reason="Wrong")
    assert messages == [f"{transfer.supplier.slug}: Still named by arms-transfers/{transfer.slug}."]
    data = desk.form(transfer.supplier) | {"publication": "retracted", "reason": "Wrong"}
    why = f"Still named by arms-transfers/{transfer.slug}."
    assert desk.save_and_be_refused(transfer.supplier, data) == {"__all__": [why]}
    assert database_state() == before


def test_a_clash_with_another_save_is_told_on_the_form(desk, monkeypatch):
    def clash(*args: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(RecordAdmin, "save_model", clash)
    place = PlaceFactory()
    errors = desk.save_and_be_refused(place, desk.form(place) | {"summary": "S.", "reason": "R"})
    assert errors["__all__"][0].startswith("Somebody saved something of this at the same time")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_of_two_who_save_at_the_same_moment_one_is_told(desk):
    actor, answers = ActorFactory(), []
    shown = desk.form(actor) | {"reason": "Corrected"}
    new = desk.form(type(actor), "add") | {"name": "N", "slug": "n", "kind": "state"}
    both = threading.Barrier(2)

    def save(client: Client, path: str, data: Any) -> None:
        both.wait()
        answers.append(client.post(path, data).status_code)
        connection.close()

    for path, data in (
        (desk.address(actor), shown),
        (desk.address(type(actor), "add"), new | {"certainty": "reported"}),
    ):
        threads = []
        for text in ("One.", "Two."):
            client = Client()
            client.force_login(User.objects.get())
            threads.append(
                threading.Thread(target=save, args=(client, path, data | {"summary": text}))
            )
            threads[-1].start()
        for thread in threads:
            thread.join()
    # Of the change, what came second is kept beside; of the new record, it is shown again.
    assert sorted(answers) == [200, 302, 302, 302]
    actor.refresh_from_db()
    said = {actor.summary, json.loads(Proposal.objects.get(state="kept").document)["summary"]}
    assert said == {"One.", "Two."}


QUERIES = [
    *("q=%00", "q=a%01b", "kind__exact=%00", "publication__exact=%FF", "%00=1"),
    *("name__regex=(a%2B)%2B$", "slug__iregex=(a%2B)%2B$", "summary__contains=x", "document=x"),
    *("citations__note__regex=a", "kind__regex=(a%2B)%2B$", "kind__in=a,b", "id__gt=1"),
    *("is_aggregate__exact=x", "nothing=1", "supplier__name=x"),
    *("ordered_on_earliest__year=0", "ordered_on_earliest__year=99999"),
    *(
        "ordered_on_earliest__year=9999",
        "ordered_on_earliest__year=9999&ordered_on_earliest__month=12",
    ),
    *(
        "ordered_on_earliest__year=x",
        "ordered_on_earliest__month=13&ordered_on_earliest__year=2000",
    ),
    *(
        "ordered_on_earliest__gte=x",
        "ordered_on_earliest__regex=1",
        "ordered_on_earliest__year=" + "9" * 30,
    ),
    *("_to_field=name", "_popup=1&_to_field=secret"),
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_list_answers_nothing_but_its_own_filters(desk, query):
    ArmsTransferFactory()
    response = desk.client.get(f"{desk.address(ArmsTransferFactory._meta.model)}?{query}")
    assert response.status_code in (302, 400)


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model.__name__)
def test_no_list_takes_a_regular_expression(desk, model):
    for field in model._meta.fields:
        for lookup in ("regex", "iregex"):
            address = f"{desk.address(model)}?{field.name}__{lookup}=(a%2B)%2B$"
            assert desk.client.get(address).status_code == 400, address


@pytest.mark.parametrize("text", ["'", '"', '"a', "%", "\\", "💥", "a" * 3000, "a " * 1500, "%s"])
def test_a_search_takes_any_words(desk, text):
    agreement = AgreementFactory()
    assert desk.client.get(desk.address(type(agreement)), {"q": text}).status_code == 200


@pytest.mark.parametrize("key", ["x", "0", "-1", "9" * 40, "_00", "1_2F2", "%20"])
def test_a_page_of_no_record_leads_home(desk, key):
    for page in ("change", "delete"):
        path = f"{desk.address(ArmsTransferFactory._meta.model)}{key}/{page}/"
        assert desk.client.get(path).status_code in (302, 400, 403, 404)
        assert desk.client.post(path).status_code in (302, 400, 403, 404)


@pytest.mark.parametrize("value", ["x", "0", "9" * 40, "1,2", "'"])
def test_a_form_may_be_opened_with_anything_in_its_address(desk, value):
    names = (
        "supplier",
        "part_of",
        "number_ordered",
        "topics",
        "is_aggregate",
        "publication",
        "seen",
    )
    path = desk.address(ArmsTransferFactory._meta.model, "add")
    assert desk.client.get(path, dict.fromkeys(names, value)).status_code == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"term": "norland"}, 200),
        ({"term": "a " * 1500}, 200),
        ({"term": "norland", "page": "x"}, 404),
        ({"term": "norland", "page": "9" * 30}, 404),
        ({"term": "norland", "field_name": "name"}, 403),
        ({"term": "norland", "field_name": "\u0378"}, 403),
        ({"term": "norland", "model_name": "nothing"}, 403),
    ],
)
def test_a_reference_is_found_by_a_part_of_its_name(desk, query, status):
    actor = ActorFactory(name="The Norland")
    source = {"app_label": "arms_transfers", "model_name": "armstransfer", "field_name": "supplier"}
    response = desk.client.get(reverse("admin:autocomplete"), source | query)
    assert response.status_code == status
    if query == {"term": "norland"}:
        assert response.json()["results"] == [{"id": str(actor.pk), "text": "The Norland — state"}]
