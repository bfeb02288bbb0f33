"""What of a document is answered: `fields=`, `omit=`, and `expand=` for what it refers to."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson
from django.http import QueryDict

from apps.api.http.problems import ParameterError, unknown_word_error, unknown_word_errors
from apps.api.query.values import split_names
from apps.core.models import Record, record_models
from apps.documents.serializers import document_reader, serializer_class
from apps.formats.catalogue import FORMATS, formats_of_type

MAX_DEPTH = 2
MAX_EXPANSIONS = 10

ReferencePath = tuple[str, ...]
ExpansionTree = dict[ReferencePath, "ExpansionTree"]


class DocumentSelection:
    """The shape that a query asks for, of the documents of one type."""

    parameters = ("fields", "omit", "expand")

    def __init__(self, model: type[Record], params: QueryDict) -> None:
        self.model = model
        self.known = list(serializer_class(model).Meta.fields)
        self.asked = {name: split_names(params.get(name, "")) for name in self.parameters}
        self.tree: ExpansionTree = {}
        self.wrong_paths = [p for p in self.asked["expand"] if not self._add_expansion(p)]

    def parameter_errors(self) -> Iterator[ParameterError]:
        """Names that no document has, and paths that lead nowhere."""
        for parameter in ("fields", "omit"):
            yield from unknown_word_errors(
                parameter, self.asked[parameter], self.known, "A document has no “{}”."
            )
        paths = [".".join(known) for known in reference_paths(self.model)]
        detail = f"“{{}}” names no record, at most {MAX_DEPTH} steps away."
        yield from unknown_word_errors("expand", self.wrong_paths, paths, detail)
        if len(self.asked["expand"]) > MAX_EXPANSIONS:
            yield ParameterError("expand", f"At most {MAX_EXPANSIONS} paths.")

    @property
    def is_whole(self) -> bool:
        """Whether documents are answered as they are stored."""
        return not any(self.asked.values())

    @property
    def selected_keys(self) -> list[str]:
        """The keys that are answered, in the document's order."""
        wanted = self.asked["fields"] or self.known
        return [name for name in self.known if name in wanted and name not in self.asked["omit"]]

    def select_from_stored(self, stored: list[str]) -> list[str]:
        """Stored documents in the shape that was asked for."""
        if self.is_whole:
            return stored
        return [orjson.dumps(document).decode() for document in self.parse_and_select(stored)]

    def parse_and_select(self, stored: list[str]) -> list[dict[str, Any]]:
        """Stored documents, parsed, in the shape that was asked for."""
        names = self.selected_keys
        # An old version of a record may lack a key that its type has today.
        return [
            {name: document.get(name) for name in names}
            for document in self.parse_and_expand(stored)
        ]

    def parse_and_expand(self, stored: list[str]) -> list[dict[str, Any]]:
        """Stored documents, parsed, whole, with what they refer to put in its place."""
        documents = [orjson.loads(document) for document in stored]
        expand_references(documents, self.model, self.tree)
        return documents

    def _add_expansion(self, path: str) -> bool:
        """Add one path to the tree of expansions; whether it leads to records."""
        steps, model, branch, depth = path.split("."), self.model, self.tree, 0
        while steps:
            here = reference_paths(model)
            step = next((key for key in (tuple(steps[:1]), tuple(steps[:2])) if key in here), None)
            depth += 1
            if step is None or depth > MAX_DEPTH:
                return False
            branch = branch.setdefault(step, {})
            model, steps = here[step], steps[len(step) :]
        return depth > 0


CSV_SWITCHES = ("raw", "bom")  # what may be otherwise in CSV


def format_errors(params: QueryDict, model: type[Record]) -> Iterator[ParameterError]:
    """What is wrong with `format` and what belongs to it."""
    asked = params.get("format", "json")
    offered = formats_of_type(model)
    if asked not in FORMATS:
        yield unknown_word_error("format", asked, offered, f"There is no format “{asked[:50]}”.")
    elif asked not in offered:
        yield ParameterError("format", reason_against_format(model, asked), allowed=offered)
    nesting = [form.name for form in FORMATS.values() if form.nests]
    if "expand" in params and asked not in nesting:
        names = " and ".join(nesting)
        yield ParameterError("expand", f"Only {names} answers nest other records.")
    for name in CSV_SWITCHES:
        if params.get(name, "1") != "1":
            yield ParameterError(name, "Write 1, or leave it out.", allowed=["1"])


def reason_against_format(model: type[Record], name: str) -> str:
    """Why records of a type are not answered in a format, and which are."""
    form = FORMATS[name]
    served = [other.endpoint() for other in record_models().values() if form.serves(other)]
    subject = str(model._meta.verbose_name_plural).capitalize()
    return f"{subject} {form.lacking}: {name} is answered of {', '.join(served)}."


@cache
def reference_paths(model: type[Record]) -> dict[ReferencePath, type[Record]]:
    """Where slugs of other records stand in a type's documents."""
    return dict(document_reader(model).reference_paths())


def expand_references(
    documents: list[dict[str, Any]], model: type[Record], tree: ExpansionTree
) -> None:
    """Put documents in the place of slugs, in place: one query for each branch of the tree."""
    here = reference_paths(model)
    for path, below in tree.items():
        holders = [holder for document in documents for holder in mappings_at_path(document, path)]
        key, related = path[-1], here[path]
        slugs = {slug for holder in holders for slug in slugs_in_value(holder[key])}
        documents_by_slug = fetch_public_documents(related, slugs)
        expand_references(list(documents_by_slug.values()), related, below)
        for holder in holders:
            value = holder[key]
            holder[key] = (
                [documents_by_slug[s] for s in value]
                if isinstance(value, list)
                else documents_by_slug.get(value)
            )


def mappings_at_path(document: dict[str, Any], path: ReferencePath) -> list[dict[str, Any]]:
    """The mappings in which the last key of `path` stands."""
    return [document] if len(path) == 1 else document[path[0]]


def slugs_in_value(value: str | list[str] | None) -> list[str]:
    """The slugs in a value: one, several or none."""
    return value if isinstance(value, list) else [value] if value is not None else []


def fetch_public_documents(model: type[Record], slugs: set[str]) -> dict[str, dict[str, Any]]:
    """Public documents by slug."""
    rows = model.objects.published().filter(slug__in=slugs).order_by()
    return {slug: orjson.loads(text) for slug, text in rows.values_list("slug", "document") if text}
