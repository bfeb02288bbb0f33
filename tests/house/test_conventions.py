"""Habits that keep the house in order, as tests."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from apps.articles.models import Citation
from apps.core.models import ExternalId, Name, Part, Record, record_models
from apps.documents.serializers import serializer_class
from tests.support.registry import FACTORIES, RECORD_FACTORIES

ROOT = Path(__file__).parents[2]
CODE = sorted(
    path
    for top in ("apps", "caucasus")
    for path in (ROOT / top).rglob("*.py")
    if "migrations" not in path.parts
)
OWN_MODELS = [model for model in apps.get_models() if model.__module__.startswith("apps.")]
# Where rows may be written without a record's own form or document, and why.
WRITERS = {
    "apps/documents/writing.py": "documents into tables, inside a revision",
    "apps/documents/consistency.py": "the dataset's number, raised to that of its ledger",
    "apps/documents/revisions.py": "the document and number beside the row, and the versions",
    "apps/desk/records.py": "forms into tables, inside a revision",
    "apps/desk/forms.py": "forms into tables, inside a revision",
    "apps/documents/proposals.py": "a proposal's document, in a transaction that is undone",
    "apps/ledger/models.py": "the revision itself",
    "apps/search/index.py": "what is found of published documents, inside the revision",
    "apps/accounts/second_factor.py": "what an account proves itself by, no record",
    "caucasus/management/commands/make_curator.py": "an account, no record",
}
WRITES = {
    "save",
    "create",
    "update",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "set",
    "add",
}


@pytest.mark.parametrize("model", OWN_MODELS, ids=lambda model: model.__name__)
def test_every_model_says_what_it_is_in_the_world(model):
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}(")


@pytest.mark.parametrize("model", OWN_MODELS, ids=lambda model: model.__name__)
def test_every_model_has_a_factory_that_makes_a_valid_row(model, db):
    row = FACTORIES[model]()
    row.refresh_from_db()
    row.full_clean()
    assert str(row)


@pytest.mark.parametrize(
    "model", [m for m in OWN_MODELS if issubclass(m, Record | Part)], ids=lambda m: m.__name__
)
def test_every_column_explains_itself(model):
    derived = {field.name for field in model._meta.fields if getattr(field, "source", None)}
    silent = [
        field.name
        for field in [*model._meta.fields, *model._meta.many_to_many]
        if not field.help_text and field.name not in {"id", "record", "document", *derived}
    ]
    assert silent == []


@pytest.mark.parametrize("model", OWN_MODELS, ids=lambda model: model.__name__)
def test_parts_go_with_their_record_and_nothing_else_is_deleted_along(model):
    for field in model._meta.fields:
        if field.is_relation:
            own = field.name == "record"
            assert field.remote_field.on_delete is (models.CASCADE if own else models.PROTECT), (
                field
            )


@pytest.mark.parametrize("model", list(record_models().values()), ids=lambda model: model.__name__)
def test_names_go_by_rule(model):
    app = model._meta.app_label
    assert serializer_class(model).__name__ == f"{model.__name__}Serializer"
    assert model.endpoint() in RECORD_FACTORIES
    assert RECORD_FACTORIES[model.endpoint()].__name__ == f"{model.__name__}Factory"
    assert app in {model.endpoint().replace("-", "_"), "actors"}


@pytest.mark.parametrize("model", list(record_models().values()), ids=lambda model: model.__name__)
def test_a_document_holds_every_column_and_part_of_its_record(model):
    """A field that is added to a table and forgotten in the document would be lost to everyone."""
    derived = {field.name for field in model._meta.fields if getattr(field, "source", None)}
    columns = {field.name for field in [*model._meta.fields, *model._meta.many_to_many]}
    hidden = {"id", "document", "publication", *derived}
    assert set(serializer_class(model).Meta.fields) == (columns | set(model.parts())) - hidden


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_rows_are_written_only_where_the_ledger_sees_it(path):
    if str(path.relative_to(ROOT)) in WRITERS:
        return
    calls = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and "objects" in ast.unparse(node.func)
    ]
    assert [ast.unparse(call) for call in calls] == []


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_signal_no_save_override_no_regex_from_outside(path):
    text = path.read_text()
    assert not re.search(r"django\.db\.models\.signals|@receiver", text)
    assert "__regex" not in text
    assert "__iregex" not in text
    overrides = [
        node.name
        for parent in ast.walk(ast.parse(text))
        if isinstance(parent, ast.ClassDef)
        and any(ast.unparse(base).endswith(("Record", "Model")) for base in parent.bases)
        for node in parent.body
        if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"}
    ]
    assert overrides == []


@pytest.mark.parametrize("word", ["utils", "helpers", "services", "constants", "common"])
def test_no_room_is_called(word):
    assert not [path for path in CODE if path.stem == word or word in path.parts]


def test_every_pin_has_its_reason():
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text().splitlines():
            if "==" in line:
                assert re.fullmatch(r"[\w.\-\[\]]+==[\d.]+ +# .+", line), line


def test_functions_are_short():
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                length = (body[-1].end_lineno - body[0].lineno + 1) if body else 0
                assert length <= 30, f"{path}: {node.name} has {length} lines"


@pytest.mark.parametrize("model", list(record_models().values()), ids=lambda model: model.__name__)
def test_the_usual_lists_have_the_same_name_in_every_type(model):
    """`ActorName` is `names`, `ActorExternalId` is `external_ids`, `ActorCitation` `citations`."""
    usual = {"names": Name, "external_ids": ExternalId, "citations": Citation}
    parts = model.parts()
    assert set(parts) >= {"external_ids", "citations"}
    for name, part in parts.items():
        (base,) = [base for base in usual.values() if issubclass(part, base)] or [None]
        assert base is usual.get(name), name
        if base:
            assert part.__name__ == f"{model.__name__}{base.__name__}"


@pytest.mark.parametrize("model", list(record_models().values()), ids=lambda model: model.__name__)
def test_what_a_type_says_of_its_fields_are_fields_of_its_document(model):
    parts = model.parts()
    keys = set(serializer_class(model).Meta.fields)
    keys |= {f"{name}.{key}" for name, part in parts.items() for key in part.document_fields()}
    usual = set(Record.unsearched_texts) | set(Record.merged_lists)  # a type may have no names
    said = {
        model.label_field,
        *(*model.search_texts, *model.unsearched_texts, *model.uncited_fields),
        *(*model.distinct_codes, *model.coordinates, *model.choice_hints, *model.merged_lists),
    }
    assert said - usual <= keys
    assert not set(model.search_texts) & set(model.unsearched_texts)
    assert len(model.coordinates) in (0, 2)
    assert {*model.group_aliases.values()} <= {*model.derived_lists}
