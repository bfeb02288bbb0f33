"""Agreements: `/api/v1/agreements/`."""

from apps.agreements.filters import AgreementFilterSet
from apps.agreements.models import Agreement
from apps.agreements.serializers import AgreementSerializer
from apps.api.views import RecordViewSet


class AgreementViewSet(RecordViewSet):
    """Treaties, ceasefires, contracts, declarations and other agreements."""

    queryset = Agreement.objects.all()
    serializer_class = AgreementSerializer
    filterset_class = AgreementFilterSet
