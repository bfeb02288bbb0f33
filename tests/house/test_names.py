"""Names explain themselves: deeds begin with a verb, things bear their owner, nothing is `one`."""

import pytest

from tests.support import house

CODE = house.parsed_modules("apps", "caucasus")
EVERYTHING = house.parsed_modules("apps", "caucasus", "tests")
# Words that a framework looks for under this very name, in as many modules as it likes.
DEMANDED = {"main", "pytestmark"}


def test_few_functions_are_called_by_a_single_word():
    assert len(house.one_word_functions(CODE)) < 0.2 * house.count_functions(CODE)


def test_few_methods_are_called_by_a_single_word():
    assert len(house.one_word_methods(CODE)) < 0.15 * len(house.called_methods(CODE))


@pytest.mark.parametrize("module", EVERYTHING, ids=lambda module: module.name)
def test_no_method_is_called_by_a_participle_or_preposition_alone(module):
    assert module.bare_methods() == []


def test_few_arguments_are_of_any_type():
    untyped, arguments = house.arguments_of_any(CODE)
    assert len(untyped) < 0.08 * arguments, untyped


@pytest.mark.parametrize("module", EVERYTHING, ids=lambda module: module.name)
def test_no_variable_is_called_by_a_word_that_says_nothing(module):
    assert module.empty_names() == []


@pytest.mark.parametrize("module", EVERYTHING, ids=lambda module: module.name)
def test_no_function_begins_with_of(module):
    methods = [method for _, method in module.methods()]
    functions = [*module.top_level_functions(), *methods]
    assert [f.name for f in functions if f.name.startswith("of_")] == []


def test_no_three_modules_have_a_function_of_one_name():
    repeated = house.names_in_several_modules(CODE)
    assert {name: at for name, at in repeated.items() if name not in DEMANDED} == {}
