"""What each filter of a type takes, by the column that its name leads to, or by its word."""

import re
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from apps.core.codes import ALPHA_3
from apps.core.fields import CountField, EdtfField, WordListField
from apps.core.vocabularies import Topic
from tests.support.hostile import kinds
from tests.support.hostile.kinds import (
    BOOLEAN_KIND,
    BOX_KIND,
    DATE_KIND,
    MOMENT_KIND,
    OTHER_KIND,
    TEXT_KIND,
    ValueKind,
    Verdict,
    number_kind,
    word_kind,
)

LANGUAGE_TAG = re.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
DOMAIN_KINDS = {
    "q": TEXT_KIND,
    "topic": word_kind(Topic.values),
    "disputed": BOOLEAN_KIND,
    "single_source": BOOLEAN_KIND,
    "updated_since": MOMENT_KIND,
    "revision__gt": number_kind(2**53, is_whole=True),
    "citations__count__gte": number_kind(10_000, is_whole=True),
    "citations__count__lte": number_kind(10_000, is_whole=True),
    "publishers__gte": number_kind(10_000, is_whole=True, least=0),
    "publishers__lte": number_kind(10_000, is_whole=True, least=0),
    "year": DATE_KIND,
    **{
        f"{name}{strength}": DATE_KIND
        for name in ("on", "during", "in_force_on", "operating_on")
        for strength in ("", "__certain", "__possible")
    },
    "bbox": BOX_KIND,
    "country": word_kind(ALPHA_3),
}
# Words of the domain that name records, by the type of the record.
RECORD_NAMING_FILTERS = {
    "article": "articles",
    **dict.fromkeys(
        ("actor", "party", "between", "mediator", "member_of", "participant", "without"), "actors"
    ),
}


def document_keys(model: Any) -> list[str]:
    """The keys of a type's documents: its columns, lists and parts that are not hidden."""
    own = [model_field.name for model_field in [*model._meta.fields, *model._meta.many_to_many]]
    hidden = {"id", "document", "publication"}
    derived = {
        model_field.name
        for model_field in model._meta.fields
        if getattr(model_field, "source", None)
    }
    return [name for name in [*own, *model.parts()] if name not in hidden | derived]


def filter_kind(model: Any, name: str, known: dict[str, list[str]]) -> ValueKind:
    """What a filter takes, by the column that its name leads to."""
    if name in RECORD_NAMING_FILTERS:
        return word_kind(known[RECORD_NAMING_FILTERS[name]])
    if name == "disputed_field":
        return word_kind(model.citable_fields())
    column, lookup = column_of_filter(model, name)
    if column is None or (name in DOMAIN_KINDS and name not in document_keys(model)):
        return DOMAIN_KINDS.get(name, OTHER_KIND)
    if lookup in ("", "in") and column.name == "field":
        return word_kind(model.citable_fields())
    return BOOLEAN_KIND if lookup == "isnull" else column_kind(column, lookup, known)


def column_of_filter(model: Any, name: str) -> tuple[Any, str]:
    """The column to which the name of a filter leads, if there is one, and the look-up."""
    column: Any = None
    suffix: list[str] = []
    own = model
    for step in name.split("__"):
        names = {
            model_field.name: model_field
            for model_field in [*own._meta.fields, *own._meta.many_to_many]
        }
        if step in names and not suffix:
            column = names[step]
            own = column.related_model or own
        elif hasattr(own, "parts") and step in own.parts() and column is None:
            own = own.parts()[step]
        else:
            suffix.append(step)
    return column, suffix[0] if suffix else ""


def column_kind(column: Any, lookup: str, known: dict[str, list[str]]) -> ValueKind:
    """What a column is compared with."""
    is_whole_text = lookup in ("", "in")
    if column.name == "slug" and is_whole_text:
        return word_kind(known[column.model.endpoint()])
    if column.is_relation:
        return word_kind(known[column.related_model.endpoint()])
    if isinstance(column, WordListField):
        return word_kind(column.words.values)
    if column.choices:
        return word_kind([str(choice) for choice, _ in column.choices])
    if isinstance(column, EdtfField):
        return DATE_KIND
    if isinstance(column, models.BooleanField):
        return BOOLEAN_KIND
    if isinstance(column, models.IntegerField | models.DecimalField):
        return column_number_kind(column, lookup)
    return own_text_kind(column) if is_whole_text else TEXT_KIND


def column_number_kind(column: Any, lookup: str) -> ValueKind:
    """What a number is compared with: what it may be; in a comparison, what it may lie beside."""
    is_whole = isinstance(column, models.IntegerField)
    widest = 2_147_483_647 if is_whole else 10**12
    least = 0 if "Positive" in type(column).__name__ or isinstance(column, CountField) else -widest
    limits = [(type(rule), int(rule.limit_value)) for rule in column._validators]
    least = max([least, *(limit for rule, limit in limits if rule is MinValueValidator)])
    greatest = min([widest, *(limit for rule, limit in limits if rule is MaxValueValidator)])
    least = -widest if lookup in ("gte", "gt", "range") else least
    greatest = widest if lookup in ("lte", "lt", "range") else greatest
    return number_kind(greatest, is_whole=is_whole, least=least)


def own_text_kind(column: Any) -> ValueKind:
    """A text that a column may hold: plain, no longer than it, in the form that it asks for."""
    longest = min(column.max_length or 200, 200)
    form = re.compile(".*", re.DOTALL)
    words = [word for word in kinds.SAMPLE_WORDS if len(word) <= longest]
    if isinstance(column, models.URLField):
        form, words = re.compile("https?://.*"), ["https://example.org/a"]
    elif any(type(rule) is RegexValidator for rule in column._validators):
        form, words = LANGUAGE_TAG, ["az-Cyrl", "hy"]

    def accepts(text: str) -> Verdict:
        is_right = kinds.is_plain(text) and len(text) <= longest and form.fullmatch(text)
        if is_right and kinds.UNSEEN.search(text):
            return None  # which of these stand in words of some scripts is not read here
        # What an address is in full is not read here.
        return bool(is_right) and (None if isinstance(column, models.URLField) else True)

    return ValueKind("text", lambda random: random.choice(words), accepts, ("a" * (longest + 1),))
