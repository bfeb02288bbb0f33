"""Arms transfers: `/api/v1/arms-transfers/`."""

from apps.api.views import RecordViewSet
from apps.arms_transfers.filters import ArmsTransferFilterSet
from apps.arms_transfers.models import ArmsTransfer
from apps.arms_transfers.serializers import ArmsTransferSerializer


class ArmsTransferViewSet(RecordViewSet):
    """Who arms whom: the lines of a trade register, in SIPRI's terms."""

    queryset = ArmsTransfer.objects.all()
    serializer_class = ArmsTransferSerializer
    filterset_class = ArmsTransferFilterSet
