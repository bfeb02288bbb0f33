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
from apps.api.query.parameters import Parameter, read_strictly
from apps.api.query.values import TEXT_OR_BLANK, YES_OR_NO
from apps.api.writes import answers as write_answers
from apps.api.writes import idempotency
from apps.api.writes.errors import refusal
from apps.api.writes.preconditions import held
from apps.core.models import Record
from apps.core.permissions import Writing, may
from apps.documents.acts import act
from apps.documents.faults import Fault, NotAllowedError, RefusedError
from apps.documents.incoming import Incoming
from apps.documents.revisions import OpenRevision
from apps.documents.serializers import RecordSerializer
from apps.documents.writing import take
from apps.ledger.models import Revision

MOST = 1_000  # documents in one request
EXISTS = "This slug is taken. PUT or PATCH changes what is published; no slug is used again."
WRITING = {
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
Work = Callable[[OpenRevision], None]
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
    permission_classes = [Writing]

    @property
    def model(self) -> Any:
        """The type of record."""
        return self.serializer_class.Meta.model

    def create(self, request: Any) -> Response:
        """Add a record, or all of a list of records or none; a slug that exists is refused."""
        is_list = isinstance(request.data, list)
        given = request.data if is_list else [request.data]
        if not 1 <= len(given) <= MOST:
            raise InvalidDocument([DocumentError("", f"From 1 to {MOST:,} documents.", "length")])
        wheres = [f"/{place}" if is_list else "" for place in range(len(given))]
        incoming = [Incoming(self.model, *pair) for pair in zip(given, wheres, strict=True)]

        def work(opened: OpenRevision) -> None:
            refuse_taken(self.model, incoming)
            take(incoming, opened)

        return self.write(request, work, {one.slug: one.where for one in incoming}, is_list)

    def update(self, request: Any, slug: str) -> Response:
        """Replace a record by a whole document: a key that is left out is empty."""
        return self.change(request, slug, lambda standing: {})

    def partial_update(self, request: Any, slug: str) -> Response:
        """Change the keys that are given; a list is replaced as a whole."""
        if request.data == {}:
            raise InvalidDocument([DocumentError("", "Nothing is to be changed.", "empty")])
        return self.change(request, slug, lambda standing: standing)

    def destroy(self, request: Any, slug: str) -> Response:
        """Retract a record: it leaves a tombstone, and its history."""

        def work(opened: OpenRevision) -> None:
            record = held(request, self.model, slug)
            record.publication = Record.Publication.RETRACTED
            record.save(update_fields=["publication"])
            opened.touch(record)

        return self.write(request, work, {slug: ""})

    def change(self, request: Any, slug: str, under: Callable[[Any], Any]) -> Response:
        """Take in what is given, put over what `under` leaves of the document that stands."""

        def work(opened: OpenRevision) -> None:
            record = held(request, self.model, slug)
            given = of_address(request.data, slug)
            document = under(orjson.loads(record.document or "{}")) | given
            take([Incoming(self.model, document)], opened)

        return self.write(request, work, {slug: ""})

    def write(
        self, request: Any, work: Work, places: dict[str, str], is_list: bool = False
    ) -> Response:
        """Do some work as one transaction, unless the same request was answered before.

        Args:
            places: where in the body the documents stand, by slug.

        Raises:
            InvalidDocument: with every fault.
            NotAllowedError: the account may not even propose it.
        """
        asked = read_strictly(request.query_params, WRITING)
        key = idempotency.key_of(request)
        try:
            with transaction.atomic():
                if key and (kept := idempotency.answered(request, key)):
                    return kept
                answer = self.attempt(request, work, places, is_list, asked)
                if key and not asked["dry_run"]:
                    idempotency.keep(request, key, answer)
                return answer
        except IntegrityError as error:
            logger.warning("A write was overtaken.", exc_info=True)
            raise Overtaken from error
        except OperationalError as error:
            logger.exception("The database refused a write.")
            raise Busy from error

    def attempt(
        self,
        request: Request,
        work: Work,
        places: dict[str, str],
        is_list: bool,
        asked: dict[str, Any],
    ) -> Response:
        """The answer to some work, which is done, proposed or, as a dry run, undone."""
        slugs, is_dry_run = list(places), asked["dry_run"]
        before = write_answers.standing(self.model, slugs) if is_dry_run else {}
        outcome = act(
            work,
            user=request.user,
            reason=asked["reason"],
            origin=Revision.Origin.API,
            allows=partial(may, request),
            rehearse=is_dry_run,
        )
        if outcome.is_forbidden:
            raise NotAllowedError(outcome.faults[0].reason)
        if outcome.faults:
            raise refusal(self.model, outcome.faults, places)
        if is_dry_run:
            return write_answers.foreseen(request, outcome, slugs, before)
        if outcome.proposals:
            return write_answers.proposed(request, outcome.proposals, slugs, is_list)
        return self.answer(request, slugs, is_list, outcome.number)

    def answer(self, request: Any, slugs: list[str], is_list: bool, number: int | None) -> Response:
        """What is answered once it is done, read from what is stored now."""
        if request.method == "DELETE":
            return write_answers.gone(request)
        if is_list:
            return write_answers.created(request, self.model, slugs, number)
        status = 201 if request.method == "POST" else 200
        return write_answers.stored(request, self.model, slugs[0], status)


def refuse_taken(model: type[Record], incoming: list[Incoming]) -> None:
    """Refuse to add what exists, whoever sees it.

    Raises:
        RefusedError: with every slug that is taken.
    """
    rows: Any = model.objects
    slugs = [one.slug for one in incoming]
    taken = set(rows.filter(slug__in=slugs).values_list("slug", flat=True))
    if faults := [Fault(i.where, i.slug, "slug", EXISTS) for i in incoming if i.slug in taken]:
        raise RefusedError(faults)


def of_address(data: Any, slug: str) -> dict[str, Any]:
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
