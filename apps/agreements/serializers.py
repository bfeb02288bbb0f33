"""The document of an agreement."""

from apps.agreements.models import Agreement
from apps.documents.serializers import RecordSerializer


class AgreementSerializer(RecordSerializer):
    """An agreement: between whom, how far it has come, what it provides, how it bears on others."""

    class Meta(RecordSerializer.Meta):
        model = Agreement
        fields = (
            *RecordSerializer.Meta.head,
            "kind",
            "status",
            "parties",
            "agreed_on",
            "signed_on",
            "signed_in",
            "entered_into_force_on",
            "expires_on",
            "ended_on",
            "holds",
            "duration_years",
            "termination_rule",
            "provisions",
            "relations",
            "value_amount",
            "value_currency",
            "value_qualifier",
            "text_url",
            "names",
            *RecordSerializer.Meta.tail,
        )
