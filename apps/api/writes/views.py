"""Writing by the API: the very document that GET gives, in at the one gate.

POST adds records, PUT and PATCH change one, DELETE retracts it. Each write is one transaction and
one revision; what the account may only propose becomes a proposal, answered by 202.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import orjson
from django.db import IntegrityError, OperationalError, transaction
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from apps.api.http.problems import DocumentError, InvalidDocument
from apps.api.query.parameters import Parameter, read_parameters_strictly
from apps.api.query.values import TEXT_OR_BLANK, YES_OR_NO
from apps.api.writes import answers as write_answers
from apps.api.writes import idempotency
from apps.api.writes.errors import invalid_document_problem
from apps.api.writes.preconditions import lock_if_match
from apps.core.models import Record
from apps.core.permissions import WriteIfPermitted, may_perform
from apps.documents.acts import perform_act
from apps.documents.faults import Fault, NotAllowedError, RefusedError
from apps.documents.incoming import IncomingDocument
from apps.documents.revisions import OpenRevision
from apps.documents.serializers import RecordSerializer
from apps.documents.writing import write_documents
from apps.ledger.models import Revision

MAX_DOCUMENTS = 1_000  # documents in one request
SLUG_TAKEN = "This slug is taken. PUT or PATCH changes what is published; no slug is used again."
WRITE_PARAMETERS = {
    "reason": Parameter(
        TEXT_OR_BLANK,
        "Why, for the history; needed for whatever changes what is published.",
        default="",
    ),
    "dry_run": Parameter(
        YES_OR_NO,
        "Check everything and say what would happen; nothing is written.",
        default=False,
    ),
}
WriteWork = Callable[[OpenRevision], None]
logger = logging.getLogger(__name__)


class Overtaken(APIException):
    """Somebody wrote the same at the same time, and was first."""

    status_code = 409
    default_detail = "Somebody wrote the same at the same time: send it again."


class Busy(APIException):
    """The database gave up a wait, or two writers waited for each other."""

    status_code = 503
    wait = 1
    default_detail = "The database could not take this now; nothing was changed. Send it again."


class RecordWrites(GenericViewSet):
    """POST, PUT, PATCH and DELETE of records of one type."""

    serializer_class: type[RecordSerializer]
    permission_classes = [WriteIfPermitted]

    @property
    def model(self) -> Any:
        """The type of record."""
        return self.serializer_class.Meta.model

    def create(self, request: Request) -> Response:
        """Add a record, or all of a list of records or none; a slug that exists is refused."""
        is_list = isinstance(request.data, list)
        given = request.data if is_list else [request.data]
        if not 1 <= len(given) <= MAX_DOCUMENTS:
            raise InvalidDocument(
                [DocumentError("", f"From 1 to {MAX_DOCUMENTS:,} documents.", "length")]
            )
        wheres = [f"/{place}" if is_list else "" for place in range(len(given))]
        incoming = [IncomingDocument(self.model, *pair) for pair in zip(given, wheres, strict=True)]

        def work(opened: OpenRevision) -> None:
            refuse_taken_slugs(self.model, incoming)
            write_documents(incoming, opened)

        return self.write_once(
            request, work, {document.slug: document.where for document in incoming}, is_list
        )

    def update(self, request: Request, slug: str) -> Response:
        """Replace a record by a whole document: a key that is left out is empty."""
        return self.change_record(request, slug, lambda standing: {})

    def partial_update(self, request: Request, slug: str) -> Response:
        """Change the keys that are given; a list is replaced as a whole."""
        if request.data == {}:
            raise InvalidDocument([DocumentError("", "Nothing is to be changed.", "empty")])
        return self.change_record(request, slug, lambda standing: standing)

    def destroy(self, request: Request, slug: str) -> Response:
        """Retract a record: it leaves a tombstone, and its history."""

        def work(opened: OpenRevision) -> None:
            record = lock_if_match(request, self.model, slug)
            record.publication = Record.Publication.RETRACTED
            record.save(update_fields=["publication"])
            opened.touch(record)

        return self.write_once(request, work, {slug: ""})

    def change_record(self, request: Request, slug: str, under: Callable[[Any], Any]) -> Response:
        """Take in what is given, put over what `under` leaves of the document that stands."""

        def work(opened: OpenRevision) -> None:
            record = lock_if_match(request, self.model, slug)
            given = document_for_address(request.data, slug)
            document = under(orjson.loads(record.document or "{}")) | given
            write_documents([IncomingDocument(self.model, document)], opened)

        return self.write_once(request, work, {slug: ""})

    def write_once(
        self, request: Request, work: WriteWork, places: dict[str, str], is_list: bool = False
    ) -> Response:
        """Do some work as one transaction, unless the same request was answered before.

        Args:
            places: where in the body the documents stand, by slug.

        Raises:
            InvalidDocument: with every fault.
            NotAllowedError: the account may not even propose it.
        """
        asked = read_parameters_strictly(request.query_params, WRITE_PARAMETERS)
        key = idempotency.idempotency_key(request)
        try:
            with transaction.atomic():
                if key and (kept := idempotency.repeated_answer(request, key)):
                    return kept
                answer = self.attempt_write(request, work, places, is_list, asked)
                if key and not asked["dry_run"]:
                    idempotency.keep_answer(request, key, answer)
                return answer
        except IntegrityError as error:
            logger.warning("A write was overtaken.", exc_info=True)
            raise Overtaken from error
        except OperationalError as error:
            logger.exception("The database refused a write.")
            raise Busy from error

    def attempt_write(
        self,
        request: Request,
        work: WriteWork,
        places: dict[str, str],
        is_list: bool,
        asked: dict[str, Any],
    ) -> Response:
        """The answer to some work, which is done, proposed or, as a dry run, undone."""
        slugs, is_dry_run = list(places), asked["dry_run"]
        before = write_answers.public_documents(self.model, slugs) if is_dry_run else {}
        outcome = perform_act(
            work,
            user=request.user,
            reason=asked["reason"],
            origin=Revision.Origin.API,
            allows=partial(may_perform, request),
            rehearse=is_dry_run,
        )
        if outcome.is_forbidden:
            raise NotAllowedError(outcome.faults[0].reason)
        if outcome.faults:
            raise invalid_document_problem(self.model, outcome.faults, places)
        if is_dry_run:
            return write_answers.dry_run_response(request, outcome, slugs, before)
        if outcome.proposals:
            return write_answers.proposed_response(request, outcome.proposals, slugs, is_list)
        return self.answer_to_write(request, slugs, is_list, outcome.number)

    def answer_to_write(
        self, request: Request, slugs: list[str], is_list: bool, number: int | None
    ) -> Response:
        """What is answered once it is done, read from what is stored now."""
        if request.method == "DELETE":
            return write_answers.retracted_response(request)
        if is_list:
            return write_answers.created_response(request, self.model, slugs, number)
        status = 201 if request.method == "POST" else 200
        return write_answers.stored_response(request, self.model, slugs[0], status)


def refuse_taken_slugs(model: type[Record], incoming: list[IncomingDocument]) -> None:
    """Refuse to add what exists, whoever sees it.

    Raises:
        RefusedError: with every slug that is taken.
    """
    rows: Any = model.objects
    slugs = [document.slug for document in incoming]
    taken = set(rows.filter(slug__in=slugs).values_list("slug", flat=True))
    if faults := [Fault(i.where, i.slug, "slug", SLUG_TAKEN) for i in incoming if i.slug in taken]:
        raise RefusedError(faults)


def document_for_address(data: object, slug: str) -> dict[str, Any]:
    """A document that is sent to the address of a record, with its slug.

    Raises:
        InvalidDocument: it is none, or that of another record.
    """
    if not isinstance(data, dict):
        raise InvalidDocument([DocumentError("", "This is a mapping of keys to values.")])
    if data.get("slug", slug) != slug:
        detail = f"The address says “{slug[:200]}”, and a slug never changes."
        raise InvalidDocument([DocumentError("/slug", detail)])
    return data | {"slug": slug}
