"""The one view that every type inherits: stored documents, filtered, ordered, paged."""

from collections.abc import Iterator
from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from apps.api.answers.aggregate_answers import (
    AGGREGATE_RENDERERS,
    AGGREGATES,
    answered,
)
from apps.api.answers.exports import (
    RENDERERS,
    FormatNegotiation,
    export,
    format_errors,
    stored_rows,
)
from apps.api.answers.history import HISTORY, PAGING, PAST, Past, history_of, tombstone, version_of
from apps.api.http import etags
from apps.api.http.etags import conditional_get
from apps.api.http.problems import InvalidParameters, ParameterError, not_known
from apps.api.http.renderers import DocumentJSONRenderer, Stored
from apps.api.query.aggregates import Aggregation
from apps.api.query.facets import Facets
from apps.api.query.filters import RecordFilterSet, StrictFilterBackend
from apps.api.query.ordering import Ordering
from apps.api.query.pagination import RecordPagination
from apps.api.query.parameters import described, misgiven
from apps.api.query.selection import Payload
from apps.api.writes.views import RecordWrites
from apps.ledger.models import Dataset


class RecordViewSet(RecordWrites):
    """Published records of one type. A type names its queryset, serializer and filterset."""

    filterset_class: type[RecordFilterSet]
    filter_backends = [StrictFilterBackend]
    renderer_classes = RENDERERS
    content_negotiation_class = FormatNegotiation
    paginator: RecordPagination
    ordering: Ordering  # what a list's query asks for
    payload: Payload
    facets: Facets
    aggregation: Aggregation
    revision: int
    lookup_field = "slug"
    lookup_value_regex = "[^/]+"

    def get_queryset(self) -> Any:
        records: Any = super().get_queryset()
        return records.visible_to(self.request.user)

    def other_parameters(self) -> tuple[str, ...]:
        """Parameters of a list beside its filters."""
        if self.action == "aggregate":
            return (*Aggregation.parameters, "format")
        others = ("ordering", "format", "raw", *Facets.parameters)
        return (*self.paginator.parameters, *Payload.parameters, *others)

    def parameter_errors(self, request: Any) -> Iterator[ParameterError]:
        """What paging, ordering, payload and facets object to, or the aggregation."""
        if self.action == "aggregate":
            yield from self.aggregation.errors()
            return
        yield from self.paginator.errors(request)
        yield from self.ordering.errors()
        yield from self.payload.errors()
        yield from self.facets.errors(request.accepted_renderer.format)
        yield from format_errors(request.query_params)

    @conditional_get
    def list(self, request: Any) -> Response:
        """Records that meet every filter; an unknown or blank parameter is refused."""
        params = request.query_params
        self.ordering = Ordering(self.model, params.get("ordering", ""), by_rank="q" in params)
        self.payload, self.facets = Payload(self.model, params), Facets(self.model, params)
        queryset = self.filter_queryset(self.get_queryset())
        ordering, payload = self.ordering, self.payload
        if request.accepted_renderer.format != "json" and not self.paginator.is_asked(request):
            rows = stored_rows(queryset, ordering.terms())
            return export(request, self.get_serializer(), rows, payload)
        found = self.paginator.read(queryset, request, ordering.terms())
        if request.accepted_renderer.format != "json":
            return export(request, self.get_serializer(), found.documents, payload)
        documents = payload.apply(found.documents)
        found, facets = found._replace(documents=documents), self.facets.of(queryset)
        return self.paginator.envelope(queryset, request, found, facets)

    @extend_schema(responses=AGGREGATES)
    @action(detail=False, renderer_classes=AGGREGATE_RENDERERS, pagination_class=None)
    @conditional_get
    def aggregate(self, request: Any) -> Any:
        """Counts, sums, least, greatest and mean numbers of the records that meet every filter.

        What sums up others is left out; numbers in different units, and sums of shares, are
        refused. Groups stand in the order of their values, null last.
        """
        self.aggregation = Aggregation(self.model, request.query_params)
        filterset = StrictFilterBackend().read(request, self.get_queryset(), self)
        answer = self.aggregation.of(filterset.qs)
        return answered(request, self.model.endpoint(), answer)

    @extend_schema(parameters=described(PAST))
    def retrieve(self, request: Any, slug: str) -> Response:
        """One record by its slug, as it stands or as it stood: 410 if retracted, 308 if merged."""
        payload = self.detail_payload(request)
        records = self.get_queryset().filter(slug=slug)
        if payload.tree:
            tag = etags.weak(Dataset.current(), request, request.accepted_media_type)
            if etags.matches(request, tag) and records.exists():
                return etags.not_modified(request, tag)
        past = Past(request.query_params)
        found: Any = None if past else records.values_list("revision", "document").first()
        if found is None:
            version = version_of(self.model, slug, past)
            if version.document is None:
                return tombstone(request, version)
            found = version.revision.number, version.document
        revision, document = cast(tuple[int, str], found)
        if not payload.tree:
            tag = (
                etags.strong(revision)
                if payload.is_whole
                else etags.weak(revision, request, request.accepted_media_type)
            )
            if etags.matches(request, tag):
                return etags.not_modified(request, tag)
        if request.accepted_renderer.format != "json":
            response = export(request, self.get_serializer(), [document], payload)
        else:
            response = Response(Stored(*payload.apply([document])))
        return etags.tagged(response, request, tag)

    @extend_schema(parameters=described(PAGING), responses=HISTORY)
    @action(detail=True, filterset_class=None, renderer_classes=[DocumentJSONRenderer])
    @conditional_get
    def history(self, request: Any, slug: str) -> Response:
        """Who changed the record, when, why and how, newest first; also of a retracted one."""
        return history_of(request, self.model, slug)

    def detail_payload(self, request: Any) -> Payload:
        """The shape that is asked for of one record; every fault of the query at once."""
        allowed = [*Payload.parameters, *Past.parameters, "format", "raw"]
        payload = Payload(self.model, request.query_params)
        errors = [
            not_known(name, name, allowed, "Unknown parameter.")
            for name in request.query_params
            if name not in allowed
        ]
        own = (name for name in request.query_params if name in allowed and name not in PAST)
        given = (misgiven(name, request.query_params.getlist(name)) for name in own)
        errors += [fault for fault in given if fault]
        errors += payload.errors()
        errors += format_errors(request.query_params)
        errors += Past(request.query_params).errors()
        if errors:
            raise InvalidParameters(errors)
        return payload
