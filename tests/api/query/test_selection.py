"""fields, omit and expand: what of a document is answered."""

import json

import pytest

from tests.types.actors.factories import ActorFactory
from tests.types.agreements.factories import AgreementFactory
from tests.types.arms_transfers.factories import ArmsTransferFactory

pytestmark = pytest.mark.django_db


def test_fields_and_omit_choose_keys_in_the_documents_order(api, endpoint, make):
    record = make()
    whole = json.loads(record.document)
    for path in (f"/api/v1/{endpoint}/", f"/api/v1/{endpoint}/{record.slug}/"):
        chosen = api.get(f"{path}?fields=citations,slug").json()
        rest = api.get(f"{path}?omit=citations,summary").json()
        if "results" in chosen:
            chosen = next(result for result in chosen["results"] if result["slug"] == record.slug)
            rest = next(result for result in rest["results"] if result["slug"] == record.slug)
        assert chosen == {"slug": whole["slug"], "citations": whole["citations"]}
        assert list(rest) == [key for key in whole if key not in ("citations", "summary")]


def test_unknown_names_are_refused_with_what_there_is(api, endpoint, make):
    record = make()
    for path in (f"/api/v1/{endpoint}/", f"/api/v1/{endpoint}/{record.slug}/"):
        response = api.get(f"{path}?fields=slugg&omit=colour&expand=nobody")
        assert response.status_code == 400
        errors = {error["parameter"]: error for error in response.json()["errors"]}
        assert list(errors) == ["fields", "omit", "expand"]
        assert "Did you mean “slug”?" in errors["fields"]["detail"]
        assert "citations.article" in errors["expand"]["allowed"]


def test_expand_puts_documents_in_the_place_of_slugs(api):
    parent = ActorFactory()
    supplier = ActorFactory(parent=parent)
    contract = AgreementFactory(parties=[{"actor": supplier}, {"actor": parent, "role": "broker"}])
    transfer = ArmsTransferFactory(supplier=supplier, contract=contract)
    path = f"/api/v1/arms-transfers/{transfer.slug}/"
    answer = api.get(f"{path}?expand=supplier.parent,contract.parties.actor,designer").json()
    assert answer["supplier"]["name"] == supplier.name
    assert answer["supplier"]["parent"] == json.loads(parent.document)
    assert [party["actor"]["slug"] for party in answer["contract"]["parties"]] == [
        supplier.slug,
        parent.slug,
    ]
    assert answer["designer"] is None
    assert answer["recipient"] == transfer.recipient.slug


def test_expand_goes_two_steps_and_no_further(api):
    for path in (
        "supplier.parent.parent",
        "contract.parties.actor.parent",
        "supplier..parent",
        "name",
    ):
        response = api.get(f"/api/v1/arms-transfers/?expand={path}")
        assert response.status_code == 400


def test_expand_costs_one_query_for_each_reference_however_long_the_page(api, queries):
    def count() -> int:
        with queries() as counted:
            api.get("/api/v1/arms-transfers/?expand=supplier.parent,recipient,citations.article")
        return len(counted)

    ArmsTransferFactory(supplier=ActorFactory(parent=ActorFactory()))
    queries_for_one = count()
    for _ in range(4):
        ArmsTransferFactory(supplier=ActorFactory(parent=ActorFactory()))
    assert count() == queries_for_one
