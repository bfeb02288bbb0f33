"""What a page of the desk shows, as the API has it: addresses, lines for a shell and for Python."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import BooleanField, Model
from django.urls import reverse

from apps.core.models import Record, record_models
from apps.exchange.models import Batch
from apps.ledger.models import Proposal, Revision
from caucasus.api.routes import router

TABLE_FORMATS = ("csv", "xlsx", "ndjson", "yaml")
FLAG_WORDS = {"1": "true", "0": "false"}


@dataclass(frozen=True)
class ApiQuery:
    """A query of the API. `left_out` are conditions of the list that the API does not have."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    is_table: bool = False  # whether it is one row a record
    is_public: bool = True

    def address(self, **more: str) -> str:
        """Path and query."""
        query = urlencode({**self.query, **more})
        return f"{self.path}?{query}" if query else self.path


def query_of_page(page: Mapping[str, Any], asked: Mapping[str, str]) -> ApiQuery | None:
    """The view of a page, by what its template is given; none of what is not in the API.

    Args:
        page: the names that the template knows.
        asked: the query of the page's own address.
    """
    model = page["opts"].model if "opts" in page else None
    if "cl" in page:
        return query_of_list(model, asked)
    subjects = (page.get(name) for name in ("record", "proposal", "batch", "original"))
    subject = next((shown for shown in subjects if shown is not None), None)
    if subject is not None:
        return query_of_subject(subject, "version" in page)
    if "app_list" in page:
        return ApiQuery(reverse("api-root"))
    return query_of_list(model, {})


def query_of_subject(subject: object, of_its_history: bool) -> ApiQuery | None:
    """A record while it is public, its history, a revision, a proposal, an import."""
    root = reverse("api-root")
    if isinstance(subject, Record):
        path = f"{root}{subject.endpoint()}/{subject.slug}/"
        if of_its_history and subject.revision is not None:
            return ApiQuery(f"{path}history/")
        return ApiQuery(path, formats=TABLE_FORMATS) if subject.document else None
    if isinstance(subject, Proposal):
        return ApiQuery(f"{root}proposals/{subject.pk}/", is_public=False)
    if isinstance(subject, Batch):
        made = subject.revision
        return query_of_feed(made, type=subject.type) if made else None
    return query_of_feed(subject) if isinstance(subject, Revision) else None


def query_of_feed(revision: Revision, **more: str) -> ApiQuery | None:
    """The change feed from a revision on; none of work on drafts, which is in no feed."""
    if revision.number is None:
        return None
    return ApiQuery(f"{reverse('api-root')}changes/", {"since": str(revision.number - 1), **more})


def query_of_list(model: type[Model] | None, asked: Mapping[str, str]) -> ApiQuery | None:
    """The list of a type with the conditions of the desk's own list; the feed, or proposals."""
    root = reverse("api-root")
    if model is Revision:
        return ApiQuery(f"{root}changes/")
    if model is Proposal:
        return ApiQuery(f"{root}proposals/", is_public=False)
    if model is None or not issubclass(model, Record):
        return None
    query, left_out = {}, []
    for name, value in asked.items():
        if parameter := filter_of_condition(model, name, value):
            query[parameter[0]] = parameter[1]
        elif name not in ("p", "o", "all") and value != Record.Publication.PUBLISHED:
            left_out.append(name.removesuffix("__exact"))
    all_of_it = filterset_of_type(model.endpoint()).query_for_everything().items()
    query |= {name: value for name, value in all_of_it if name.partition("__")[0] not in query}
    return ApiQuery(
        f"{root}{model.endpoint()}/", query, TABLE_FORMATS, tuple(left_out), is_table=True
    )


def filter_of_condition(model: type[Record], name: str, value: str) -> tuple[str, str] | None:
    """A condition of the desk's list as the API puts it."""
    if (name, value) == ("attention", "disputed"):
        return "disputed", "true"
    column = name.removesuffix("__exact")
    if column not in filterable_columns(model.endpoint()) or not value:
        return None
    is_flag = column != "q" and isinstance(model._meta.get_field(column), BooleanField)
    return column, FLAG_WORDS.get(value, value) if is_flag else value


@cache
def filterable_columns(endpoint: str) -> frozenset[str]:
    """The search and the plain columns that a type's list can be filtered by."""
    columns = {column.name for column in record_models()[endpoint]._meta.fields}
    return frozenset(columns & set(filterset_of_type(endpoint).base_filters)) | {"q"}


def filterset_of_type(endpoint: str) -> Any:
    """What a type's list can be asked."""
    viewsets: dict[str, Any] = {prefix: viewset for prefix, viewset, _ in router.registry}
    return viewsets[endpoint].filterset_class
