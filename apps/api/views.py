"""The one view that every type inherits: stored documents, filtered, ordered, paged."""

from typing import Any, cast

from django.conf import settings
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from apps.api.answers.aggregate_answers import (
    AGGREGATE_RENDERERS,
    AGGREGATES_SERIALIZER,
    aggregate_response,
)
from apps.api.answers.exports import RENDERERS, export_response
from apps.api.answers.history import (
    HISTORY_PARAMETERS,
    HISTORY_SERIALIZER,
    history_response,
    public_version_at,
    tombstone_response,
)
from apps.api.answers.past_answers import dated_get, make_answer_as_of
from apps.api.http import etags
from apps.api.http.etags import conditional_get
from apps.api.http.renderers import DocumentJSONRenderer, StoredDocument
from apps.api.query.detail_query import DetailQuery
from apps.api.query.filters import RecordFilterSet
from apps.api.query.list_query import AggregateQuery, ListQuery
from apps.api.query.parameters import PAST, openapi_parameters
from apps.api.writes.views import RecordWrites
from apps.core.querysets import RecordQuerySet
from apps.documents.serializers import RecordSerializer
from apps.formats.catalogue import FORMATS, formats_of_type
from apps.ledger.models import Dataset


class RecordViewSet(RecordWrites):
    """Published records of one type. A type names its queryset, serializer and filterset."""

    filterset_class: type[RecordFilterSet]
    renderer_classes = RENDERERS
    revision: int
    lookup_field = "slug"
    lookup_value_regex = "[^/]+"

    def __init_subclass__(cls) -> None:
        """A type is answered in the formats that can hold it."""
        others = FORMATS.keys() - formats_of_type(cls.serializer_class.Meta.model)
        cls.renderer_classes = [form for form in RENDERERS if form.format not in others]

    def get_throttles(self) -> list[BaseThrottle]:
        """Nothing is counted where nobody is limited."""
        is_limited = settings.RATE_LIMIT_ANONYMOUS or settings.RATE_LIMIT_TOKEN
        return super().get_throttles() if is_limited else []

    def get_queryset(self) -> RecordQuerySet:
        records: Any = super().get_queryset()
        return records.visible_to(self.request.user)

    @extend_schema(parameters=openapi_parameters(PAST))
    @dated_get
    def list(self, request: Request) -> HttpResponseBase:
        """Records that meet every filter; an unknown or blank parameter is refused."""
        query = ListQuery(request, self.get_queryset(), self.filterset_class)
        if query.format != "json":
            documents = query.stored_documents()
            serializer = cast(RecordSerializer, self.get_serializer())
            return export_response(
                request, serializer, documents, query.selection, self.revision, query.left_out
            )
        return query.page_response()

    @extend_schema(parameters=openapi_parameters(PAST), responses=AGGREGATES_SERIALIZER)
    @action(detail=False, renderer_classes=AGGREGATE_RENDERERS, pagination_class=None)
    @dated_get
    def aggregate(self, request: Request) -> HttpResponseBase:
        """Counts, sums, least, greatest and mean numbers of the records that meet every filter.

        What contains others of them is left out; numbers in different units, and sums of shares,
        are refused. Groups stand in the order of their values, null last.
        """
        query = AggregateQuery(request, self.get_queryset(), self.filterset_class)
        return aggregate_response(request, self.model.endpoint(), query.answer())

    @extend_schema(parameters=openapi_parameters(PAST))
    def retrieve(self, request: Request, slug: str) -> HttpResponseBase:
        """One record by its slug, as it stands or as it stood: 410 if retracted, 308 if merged."""
        records = self.get_queryset()
        query = DetailQuery(request, records.model)
        number = query.past.revision_number() if query.past else None
        # Read before the data: a tag is never newer.
        latest = Dataset.current_revision() if query.is_expanded and number is None else number
        revision_and_document: Any = None
        if number is None:
            revision_and_document = (
                records.filter(slug=slug).values_list("revision", "document").first()
            )
        if revision_and_document is None:
            version = public_version_at(records.model, slug, number)
            if version.document is None:
                return tombstone_response(request, version)
            revision_and_document = version.revision.number, version.document
        revision, document = cast(tuple[int, str], revision_and_document)
        if query.is_whole:
            tag = etags.record_etag(revision)
        else:
            tagged = latest if query.is_expanded and latest is not None else revision
            tag = etags.dataset_etag(tagged, request, request.accepted_media_type)
        if etags.is_known_to_client(request, tag):
            return etags.not_modified_response(request, tag)
        if query.past and query.is_expanded:
            answer = make_answer_as_of(query.past, self.detail_answer, query, document)
        else:
            answer = self.detail_answer(query, document)
        return etags.with_etag(answer, request, tag)

    def detail_answer(self, query: DetailQuery, document: str) -> HttpResponseBase:
        """The document in the shape and form that are asked for."""
        if query.format != "json":
            serializer = cast(RecordSerializer, self.get_serializer())
            return export_response(query.request, serializer, [document], query.selection)
        if not query.is_whole:
            (document,) = query.selection.select_from_stored([document])
        return Response(StoredDocument(document))

    @extend_schema(parameters=openapi_parameters(HISTORY_PARAMETERS), responses=HISTORY_SERIALIZER)
    @action(detail=True, filterset_class=None, renderer_classes=[DocumentJSONRenderer])
    @conditional_get
    def history(self, request: Request, slug: str) -> HttpResponseBase:
        """Who changed the record, when, why and how, newest first; also of a retracted one."""
        return history_response(request, self.model, slug)
