"""Which types of record there are: every Record model of the installed apps, ground floor first.

Names go by rule (docs/adr/0002): model `ArmsTransfer`, verbose plural "arms transfers", endpoint
`arms-transfers`, seed `arms_transfers.yaml`, serializer `ArmsTransferSerializer` in its app.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from apps.core.models import Record
    from apps.core.serializers import RecordSerializer


@cache
def record_models() -> dict[str, type["Record"]]:
    """Endpoint to model, in the order in which the types may refer to each other."""
    from apps.core.models import Record

    models = [model for model in apps.get_models() if issubclass(model, Record)]
    return {model.endpoint(): model for model in models}


@cache
def serializer_class(model: type["Record"]) -> type["RecordSerializer[Any]"]:
    """The one serializer that makes and takes the documents of `model`."""
    app = apps.get_app_config(model._meta.app_label).name
    return import_string(f"{app}.serializers.{model.__name__}Serializer")
