"""Every factory, by the model whose rows it makes: read from the modules, listed nowhere.

A folder of tests has its factories in `factories.py`, or in a module whose name ends so; a type
has its own in `tests/types/<app>/factories.py`.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import factory
from django.db.models import Model

from apps.core.models import record_models

TESTS = Path(__file__).parents[1]
Factory = type[factory.django.DjangoModelFactory]


def factories() -> Iterator[Factory]:
    """The factories of each module, those alone that are written in it."""
    for path in sorted([*TESTS.glob("*/*factories.py"), *TESTS.glob("types/*/factories.py")]):
        module = import_module(".".join(path.relative_to(TESTS.parent).with_suffix("").parts))
        for made in vars(module).values():
            if getattr(made, "__module__", "") == module.__name__ and is_factory(made):
                yield made


def is_factory(made: Any) -> bool:
    """Whether this is the factory of some model, not merely what several inherit."""
    if not isinstance(made, type) or not issubclass(made, factory.django.DjangoModelFactory):
        return False
    return not made._meta.abstract


FACTORIES: dict[type[Model], Factory] = {made._meta.model: made for made in factories()}
# By endpoint; of a type that has none yet, test_conventions.py says so.
RECORD_FACTORIES: dict[str, Factory] = {
    endpoint: FACTORIES[model] for endpoint, model in record_models().items() if model in FACTORIES
}
