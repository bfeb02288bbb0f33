"""The one view that every type inherits: stored documents, filtered, ordered, paged."""

from typing import Any

from django.http import Http404
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from apps.core.filters import OrderingBackend, RecordFilterSet, StrictFilterBackend
from apps.core.renderers import Stored
from apps.core.serializers import RecordSerializer


class RecordViewSet(GenericViewSet):
    """Published records of one type. A type names its queryset, serializer and filterset."""

    serializer_class: type[RecordSerializer]
    filterset_class: type[RecordFilterSet]
    filter_backends = [StrictFilterBackend, OrderingBackend]
    lookup_field = "slug"
    lookup_value_regex = "[^/]+"

    def get_queryset(self) -> Any:
        records: Any = super().get_queryset()
        return records.visible_to(self.request.user)

    def list(self, request: Any) -> Response:
        """Records that meet every filter; an unknown or blank parameter is refused."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(page)

    def retrieve(self, request: Any, slug: str) -> Response:
        """One record by its slug."""
        documents = self.get_queryset().filter(slug=slug).values_list("document", flat=True)
        document = documents.first()
        if document is None:
            raise Http404
        return Response(Stored(document))
