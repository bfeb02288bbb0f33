"""Every word by which records are asked for has a test file of its name."""

import inspect
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from apps.core.models import record_models
from apps.core.querysets import HoldingQuerySet, PartQuerySet, RecordQuerySet, SourcedQuerySet

TESTS = Path(__file__).parents[1]
QUERYSETS = sorted(
    {
        type(model._default_manager.all())
        for model in apps.get_models()
        if model._meta.app_config.name in settings.RESOURCE_APPS
    }
    | {RecordQuerySet, HoldingQuerySet, SourcedQuerySet, PartQuerySet},
    key=lambda queryset: queryset.__name__,
)


def words_of(queryset: type) -> list[str]:
    """The methods that a queryset itself adds to those that it inherits."""
    return [
        name
        for name, member in vars(queryset).items()
        if inspect.isfunction(member) and not name.startswith("_")
    ]


WORDS = [
    (queryset, word)
    for queryset in QUERYSETS
    if queryset.__module__.startswith("apps.")
    for word in words_of(queryset)
]


# The words by which readers ask when records of a type hold; what they call is tested at the core.
QUESTIONS = [
    (model._meta.app_label, word)
    for model in record_models().values()
    if (field := model.holding)
    for word in field.asked_by
]


def folder_of(queryset: type) -> Path:
    """Where the tests of its words stand: by type, and those of all types at the core."""
    app = queryset.__module__.split(".")[1]
    if app != "core":
        return TESTS / "types" / app
    folders = {HoldingQuerySet: "holding", SourcedQuerySet: "sources"}
    return TESTS / "core" / folders.get(queryset, "words")


@pytest.mark.parametrize(("queryset", "word"), WORDS)
def test_every_domain_word_has_its_test(queryset, word):
    file = folder_of(queryset) / f"test_{word}.py"
    assert file.exists(), f"{queryset.__name__}.{word} wants {file.relative_to(TESTS.parent)}"
    assert f".{word}(" in file.read_text(), f"{file.name} never asks .{word}(...)"


@pytest.mark.parametrize(("app", "word"), QUESTIONS)
def test_every_question_of_time_has_its_test(app, word):
    file = TESTS / "types" / app / f"test_{word}.py"
    assert f"?{word}" in file.read_text(), f"{file.name} never asks ?{word}=..."


@pytest.mark.parametrize("app", settings.RESOURCE_APPS)
def test_a_type_has_no_test_of_a_word_that_it_does_not_know(app):
    label = app.rpartition(".")[2]
    folder = TESTS / "types" / label
    words = {word for queryset, word in WORDS if folder_of(queryset) == folder}
    words |= {word for asked_of, word in QUESTIONS if asked_of == label}
    assert {path.stem.removeprefix("test_") for path in folder.glob("test_*.py")} == words


def test_the_words_are_read_from_the_querysets():
    """So that a queryset that is no longer seen here does not pass for tested."""
    known = {queryset.__name__: set(words_of(queryset)) for queryset in QUERYSETS}
    assert known["AgreementQuerySet"] >= {"between", "with_party", "mediated_by"}
    assert known["CorridorQuerySet"] >= {"crossing", "within"}
    assert known["MembershipQuerySet"] >= {"full_memberships"}
    assert known["RecordQuerySet"] >= {"published", "about", "search"}
    assert known["HoldingQuerySet"] >= {"holding_on"}
    questions = {word for _, word in QUESTIONS}
    assert questions == {"on", "during", "in_force_on", "operating_on"}
