"""The document of an arms transfer."""

from apps.arms_transfers.models import ArmsTransfer
from apps.documents.serializers import RecordSerializer


class ArmsTransferSerializer(RecordSerializer):
    """A line of a trade register: from whom to whom what went, how many, when, under which deal."""

    class Meta(RecordSerializer.Meta):
        model = ArmsTransfer
        fields = (
            *RecordSerializer.Meta.head,
            "supplier",
            "recipient",
            "end_user",
            "designer",
            "weapon_designation",
            "weapon_description",
            "weapon_category",
            "status",
            "condition",
            "number_requested",
            "number_requested_max",
            "number_requested_qualifier",
            "number_ordered",
            "number_ordered_max",
            "number_ordered_qualifier",
            "number_delivered",
            "number_delivered_max",
            "number_delivered_qualifier",
            "ordered_on",
            "delivered_on",
            "value_amount",
            "value_currency",
            "value_qualifier",
            "contract",
            "part_of",
            "is_aggregate",
            "is_licensed_production",
            "tiv_ordered",
            "tiv_delivered",
            "share_percent",
            "share_percent_qualifier",
            "share_of",
            *RecordSerializer.Meta.tail,
        )
