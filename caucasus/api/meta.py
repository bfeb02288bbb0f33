"""The codebook: every type, field, vocabulary and filter, and how many records have a value.

It is read off the code (api/codebook/) and counted in the database. The same as a page for
people: codebook_page.py.
"""

from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.api.codebook import codebook
from apps.api.codebook.filters import WAYS_TO_GIVE_VALUES
from apps.api.codebook.vocabularies import CodebookEntry
from apps.api.http.etags import conditional_get
from apps.api.http.problems import PROBLEMS
from apps.api.http.renderers import DocumentJSONRenderer
from apps.api.query.parameters import Parameter, openapi_parameters, read_parameters_strictly
from apps.api.query.values import vocabulary_word
from apps.core.fields import WordListField
from apps.core.models import Record, record_models
from caucasus.api.meta_schema import CODEBOOK_SERIALIZER
from caucasus.api.routes import other_urls, router

CODEBOOK_TYPES = list(record_models())
META_PARAMETERS = {
    "type": Parameter(
        vocabulary_word(CODEBOOK_TYPES),
        "Only this type, and the vocabularies that it uses; repeat for more.",
        is_multiple=True,
    ),
}


def value_condition(model: type[Record], name: str) -> Q:
    """The condition that a record's document says something at the key `name`."""
    field = model._meta.get_field(name)
    if field.many_to_many or name in model.parts():
        same = model._default_manager.filter(pk=OuterRef("pk"), **{f"{name}__isnull": False})
        return Q(Exists(same.order_by()))
    if isinstance(field, WordListField):
        return ~Q(**{name: ""})
    return Q(**{f"{name}__isnull": False})


def count_field_values(model: type[Record], names: list[str]) -> tuple[int, list[int]]:
    """How many records are published, and how many of them have a value of each field."""
    counts = [Count("pk", filter=value_condition(model, name)) for name in names]
    aliases = {f"n_{place}": count for place, count in enumerate(counts)}
    published = model.objects.published().order_by()
    totals = published.aggregate(n=Count("pk"), **aliases)
    return totals["n"], [totals[alias] for alias in aliases]


def describe_type_with_counts(
    request: Request, model: type[Record], filterset: Any
) -> CodebookEntry:
    """What the code says of a type, and what the database counts."""
    description = codebook.describe_type(model, filterset)
    names = [field["name"] for field in description["fields"]]
    records, counts = count_field_values(model, names)
    url = request.build_absolute_uri(f"/api/v1/{description['type']}/")
    return {
        **description,
        "url": url,
        "records": records,
        "fields": [
            {**field, "coverage": count}
            for field, count in zip(description["fields"], counts, strict=True)
        ],
    }


def whole_codebook(request: Request, asked: list[str] | None, revision: int) -> CodebookEntry:
    """The codebook of the types that are asked for; of all, if none is named."""
    routes: list[Any] = router.registry
    shown = tuple(
        (viewset.serializer_class.Meta.model, viewset.filterset_class)
        for endpoint, viewset, _ in routes
        if asked is None or endpoint in asked
    )
    return {
        "title": settings.DATASET_TITLE,
        "version": settings.VERSION,
        "revision": revision,
        "licence": settings.LICENCE,
        "licence_url": settings.LICENCE_URL,
        "links": other_urls(request),
        "types": [
            describe_type_with_counts(request, model, filterset) for model, filterset in shown
        ],
        "vocabularies": codebook.vocabularies_of_types(shown),
        "kinds_of_values": words_with_meanings(codebook.TYPES_OF_VALUE),
        "ways_to_give_values": words_with_meanings(WAYS_TO_GIVE_VALUES),
        "problems": [
            {
                "code": code,
                "status": problem.status,
                "title": problem.title,
                "meaning": problem.meaning,
                "url": request.build_absolute_uri(f"/problems/{code}/"),
            }
            for code, problem in PROBLEMS.items()
        ],
    }


def words_with_meanings(meanings: dict[str, str]) -> list[CodebookEntry]:
    """Words with what they mean."""
    return [{"word": word, "meaning": meaning} for word, meaning in meanings.items()]


class MetaView(APIView):
    """The codebook: every type, field, vocabulary and filter."""

    renderer_classes = (DocumentJSONRenderer,)
    revision: int

    @extend_schema(
        parameters=openapi_parameters(META_PARAMETERS),
        responses=CODEBOOK_SERIALIZER,
        operation_id="meta",
    )
    @conditional_get
    def get(self, request: Request) -> Response:
        """Every type with its fields, filters and orderings, and how many records have a value.

        Everything is read off the code that answers, so it is what the API does.
        """
        asked = read_parameters_strictly(request.query_params, META_PARAMETERS)
        return Response(whole_codebook(request, asked["type"], self.revision))
