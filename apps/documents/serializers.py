"""One serializer a type makes and takes its document; a type declares the shape and nothing else.

Columns, parts and references are told apart by the model: a list of parts becomes nested
objects, a foreign key a slug. What is not known is null in answers and may be left out in input.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache, partial
from typing import Any, ClassVar, cast

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import models
from django.utils.module_loading import import_string
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.utils.model_meta import RelationInfo

from apps.core import fields
from apps.core.fields import WordListField
from apps.core.holds_field import HoldsField
from apps.core.models import Part, Record, is_slug
from apps.core.rules import check_row_rules
from apps.core.spelling import did_you_mean, suggest_words

MAX_LIST_ENTRIES = 1_000  # of a list in a document
MAX_UNKNOWN_KEYS = 50  # keys that are named
HELD_DAYS = "held_days"  # where a record has what its document shows of when it holds


class WordField(serializers.ChoiceField):
    """One word of a closed vocabulary."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid_choice": "“{input}” is not one of: {known}.{suggestion}"
    }

    def fail(self, key: str, **kwargs: Any) -> Any:
        known = [str(choice) for choice in self.choices]
        shown = ", ".join(known[:30]) + (" …" if len(known) > 30 else "")
        word = str(kwargs.get("input", ""))[:100]
        super().fail(key, input=word, known=shown, suggestion=did_you_mean(word, known))


class NumberField(serializers.DecimalField):
    """A decimal as a JSON number without trailing zeros: 7200, 55.5 (15 digits survive)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "coerce_to_string": False})

    def to_representation(self, value: Decimal | str) -> int | float:
        number = Decimal(value)
        return int(number) if number == number.to_integral_value() else float(number)


class GeometryField(serializers.JSONField):
    """A GeoJSON LineString or MultiLineString; coordinates may come as text, as seeds hold them."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and "coordinates" in data:
            data = {**data, "coordinates": _parse_coordinates(data["coordinates"])}
        return super().to_internal_value(data)


def _parse_coordinates(value: object, depth: int = 0) -> object:
    if isinstance(value, list) and depth < 4:
        return [_parse_coordinates(inner, depth + 1) for inner in value]
    if isinstance(value, bool) or not isinstance(value, str | int):
        return value
    try:
        return float(value)
    except ValueError:
        return value  # the model's field says what is wrong


class WordsField(serializers.ListField):
    """Words of a closed vocabulary, each once, answered in the vocabulary's order."""

    child = serializers.CharField()

    def __init__(self, words: type[models.TextChoices] | None = None, **kwargs: Any) -> None:
        if words is not None:
            kwargs["child"] = WordField(choices=words.choices)
        super().__init__(**kwargs)


class ReferenceField(serializers.SlugRelatedField):
    """Another record, by its slug. `context["resolver"]` knows the records of the same batch."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "not_a_slug": "A slug is text: lower-case ASCII words joined by “-”.",
        "unknown": "There is no {type} “{slug}”.{suggestion}",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"slug_field": "slug", **kwargs})

    @property
    def model(self) -> type[Record]:
        """The type of record that is referred to."""
        return cast(Any, self.get_queryset()).model

    def to_internal_value(self, slug: object) -> Any:
        if not isinstance(slug, str) or not is_slug(slug):
            self.fail("not_a_slug")
        model: Any = self.model
        resolver = self.context.get("resolver")
        try:
            return resolver.get(model, slug) if resolver else model.objects.get(slug=slug)
        except ObjectDoesNotExist:
            meant = resolver.find_meant(model, slug) if resolver else []
            self.fail(
                "unknown",
                type=model._meta.verbose_name,
                slug=slug,
                suggestion=suggest_words(meant),
            )


LIST_FIELDS = (serializers.ListSerializer, WordsField, serializers.ManyRelatedField)


class DocumentSerializer(serializers.ModelSerializer):
    """A mapping whose every key is declared: an unknown one is refused, an absent one is empty."""

    serializer_field_mapping: ClassVar[dict[Any, Any]] = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DecimalField: NumberField,
        WordListField: WordsField,
        fields.GeometryField: GeometryField,
        HoldsField: serializers.JSONField,
    }

    serializer_choice_field = WordField

    @property
    def model(self) -> Any:
        """The table behind the mapping."""
        return cast(Any, self.Meta).model

    def to_internal_value(self, data: object) -> Any:
        if not isinstance(data, dict):
            raise ValidationError({"": ["This is a mapping of keys to values."]})
        if faults := self._unknown_key_faults(data) or self._long_list_faults(data):
            raise ValidationError(faults)
        return super().to_internal_value(
            {**self._values_of_absent_keys(), **self._blank_as_none(data)}
        )

    def _unknown_key_faults(self, data: dict[str, Any]) -> dict[str, Any]:
        keys = [key for key in data if key not in self.fields]
        faults: dict[str, Any] = {
            key: [ErrorDetail(f"Unknown key.{did_you_mean(str(key), self.fields)}", "unknown")]
            for key in keys[:MAX_UNKNOWN_KEYS]
        }
        if more := len(keys) - MAX_UNKNOWN_KEYS if len(keys) > MAX_UNKNOWN_KEYS else 0:
            faults[""] = [ErrorDetail(f"{more:,} more keys are unknown.", "unknown")]
        return faults

    def _long_list_faults(self, data: dict[str, Any]) -> dict[str, Any]:
        lists = {key: len(value) for key, value in data.items() if isinstance(value, list)}
        return {
            key: [
                ErrorDetail(f"At most {MAX_LIST_ENTRIES:,} entries; here are {n:,}.", "max_length")
            ]
            for key, n in lists.items()
            if n > MAX_LIST_ENTRIES
        }

    def get_validators(self) -> list[Any]:
        """None of the framework's own: uniqueness is looked at over the whole batch."""
        return []

    def get_uniqueness_extra_kwargs(
        self, field_names: object, declared_fields: object, extra_kwargs: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        return extra_kwargs, {}

    def _blank_as_none(self, data: dict[str, Any]) -> dict[str, Any]:
        return {key: None if value == "" else value for key, value in data.items()}

    def _values_of_absent_keys(self) -> dict[str, Any]:
        """What a whole document (not a PATCH) holds for the keys that it leaves out."""
        if self.partial or (self.root is not self and getattr(self.root, "partial", False)):
            return {}
        fields_left_out = (field for field in self._writable_fields if not field.required)
        return {str(field.field_name): self._empty_value(field) for field in fields_left_out}

    @staticmethod
    def _empty_value(field: serializers.Field) -> Any:
        if isinstance(field, LIST_FIELDS):
            return []
        return None if field.default is serializers.empty else field.default

    def build_standard_field(self, field_name: str, model_field: models.Field) -> Any:
        field_class, kwargs = super().build_standard_field(field_name, model_field)
        kwargs.pop("validators", None)  # the model's own run in full_clean, with its messages
        if isinstance(model_field, WordListField):
            kwargs = {"words": model_field.words, **_help_and_required(model_field)}
            if not model_field.editable:
                del kwargs["required"]
                kwargs.update(read_only=True, source=f"find_{field_name}")
            return WordsField, kwargs
        if isinstance(model_field, HoldsField):
            kwargs["source"] = HELD_DAYS
        if model_field.has_default():
            kwargs.update(required=False, default=model_field.get_default())
        if isinstance(model_field, models.DateTimeField | models.BigIntegerField):
            kwargs["read_only"] = True
        return field_class, kwargs

    def build_relational_field(self, field_name: str, relation_info: RelationInfo) -> Any:
        related: Any = relation_info.related_model
        if issubclass(related, Part):
            return part_serializer_class(related), {"many": True, "required": False}
        field: Any = relation_info.model_field
        kwargs = {"queryset": related.objects.all(), **_help_and_required(field)}
        if relation_info.to_many:
            return ReferenceField, {**kwargs, "many": True, "required": False}
        optional = {"required": False, "allow_null": True} if field.null else {}
        return ReferenceField, {**kwargs, **optional}


def _help_and_required(field: models.Field) -> dict[str, Any]:
    help_text = {"help_text": field.help_text} if field.help_text else {}
    return {**help_text, **({"required": False} if field.blank else {})}


class PartSerializer(DocumentSerializer):
    """One entry of a list in a document; validated input is the model instance, not yet saved."""

    def validate(self, attrs: dict[str, Any]) -> Any:
        row = self.model(**attrs)
        raise_all_faults(row, [lambda: check_row_rules(row)], without={"record", "position"})
        return row


@cache
def part_serializer_class(model: type[Part]) -> type[PartSerializer]:
    """The serializer of a kind of part, with all its own columns in their order."""
    meta = type("Meta", (), {"model": model, "fields": model.document_fields()})
    name = f"{model.__name__}Serializer"
    return type(name, (PartSerializer,), {"Meta": meta, "__doc__": model.__doc__})


class RecordSerializer(DocumentSerializer):
    """A record's document. `data` is a whole document; `instance` an existing or a new record.

    After is_valid() the instance holds the new values, its lists in `_prefetched_objects_cache`,
    so that the document can be made before anything is written.
    """

    class Meta:
        # Every document begins and ends alike; a type puts its own fields between.
        head: ClassVar[tuple[str, ...]] = ("slug", "name")
        tail: ClassVar[tuple[str, ...]] = (
            *("summary", "certainty", "topics", "external_ids", "citations"),
            *("disputed_fields", "revision", "updated_at"),
        )

    def validate(self, attrs: dict[str, Any]) -> Any:
        record = cast(Record, self.instance)
        lists = {name: attrs.pop(name) for name in self.list_names() if name in attrs}
        for name, value in attrs.items():
            setattr(record, name, value)
        for name, rows in lists.items():
            self._set_list(record, name, rows)
        self._check_within(record, lists)
        uniqueness = partial(record.validate_constraints, exclude={"slug"})
        raise_all_faults(record, [uniqueness], without={"document"})
        return attrs

    def _set_list(self, record: Record, name: str, rows: list[Any]) -> None:
        part = type(record).parts().get(name)
        if part is None:  # references: a set, kept in the order of the slugs
            rows = sorted({row.slug: row for row in rows}.values(), key=lambda row: row.slug)
        else:
            for position, row in enumerate(rows, start=1):
                row.record, row.position = record, position
            self._refuse_repeated(name, part, rows, record)
        cache = record.__dict__.setdefault("_prefetched_objects_cache", {})
        cache[name] = rows

    @staticmethod
    def _check_within(record: Record, lists: dict[str, list[Any]]) -> None:
        """Let every part look at the whole record, now that all its lists are known."""
        errors: dict[str, Any] = {}
        for name in type(record).parts():
            for index, row in enumerate(lists.get(name, ())):
                try:
                    row.check_within(record)
                except DjangoValidationError as error:
                    errors.setdefault(name, {})[index] = error.message_dict
        if errors:
            raise ValidationError(errors)

    def _refuse_repeated(
        self, name: str, part: type[Part], rows: list[Any], record: Record
    ) -> None:
        """Refuse rows that break a uniqueness of their table, within this batch or against it."""
        seen = self.context.get("seen", {})
        table: Any = part.objects
        for constraint in part._meta.total_unique_constraints:
            if "position" in constraint.fields:
                continue
            for index, row in enumerate(rows):
                values = {field: getattr(row, field) for field in constraint.fields}
                key = tuple(getattr(value, "slug", value) for value in values.values())
                owner = seen.setdefault((constraint.name, key), (record.slug, index))
                if "record" not in values and owner[0] == record.slug:
                    others = table.filter(**values).exclude(record__slug=record.slug)
                    owner = next(((o.record.slug, 0) for o in others), owner)
                if owner != (record.slug, index):
                    message = str(constraint.get_violation_error_message())
                    holder = f" It is on “{owner[0]}”." if owner[0] != record.slug else ""
                    faults: Any = {index: [message + holder]}
                    raise ValidationError({name: faults})

    def list_names(self) -> Iterator[str]:
        """The document's lists of parts and of references."""
        for name, field in self.fields.items():
            if isinstance(field, serializers.ListSerializer | serializers.ManyRelatedField):
                yield name

    def reference_paths(self) -> Iterator[tuple[tuple[str, ...], type[Record]]]:
        """Where in the document slugs of other records stand: key path and type."""
        for name, field in self.fields.items():
            if isinstance(field, serializers.ListSerializer):
                for key, inner in field.child.fields.items():  # type: ignore[union-attr]
                    if isinstance(inner, ReferenceField):
                        yield (name, key), inner.model
            elif isinstance(field, serializers.ManyRelatedField):
                yield (name,), cast(ReferenceField, field.child_relation).model
            elif isinstance(field, ReferenceField):
                yield (name,), field.model

    def related_prefetches(self) -> list[models.Prefetch]:
        """What must be fetched with records so that making documents costs no further query."""
        prefetches = []
        for name, field in self.fields.items():
            if isinstance(field, serializers.ListSerializer):
                part = field.child.Meta.model  # type: ignore[union-attr]
                part_fields: Any = field.child
                names = [k for k, f in part_fields.fields.items() if is_reference_field(f)]
                slugs = [slug_prefetch(part, key) for key in names]
                rows = part.objects.order_by("position").prefetch_related(*slugs)
                prefetches.append(models.Prefetch(name, rows))
            elif is_reference_field(field) or isinstance(field, serializers.ManyRelatedField):
                prefetches.append(slug_prefetch(self.model, name))
        return prefetches


def is_reference_field(field: serializers.Field) -> bool:
    """Whether a serializer field holds one slug."""
    return isinstance(field, ReferenceField)


def slug_prefetch(model: type[Part | Record], name: str) -> models.Prefetch:
    """Fetch only what a document needs of what `name` refers to: documents beside it are large."""
    related: Any = model._meta.get_field(name).related_model
    rows = related.objects.only("slug", *related.quoted_fields)
    return models.Prefetch(name, rows.order_by("slug"))


def raise_all_faults(row: models.Model, rules: list[Callable[[], None]], without: set[str]) -> None:
    """All faults of a row at once, by field: its columns, its own `clean`, then `rules`.

    References were resolved already, some to rows of the same batch that have no id yet.
    """
    relations = {field.name for field in row._meta.fields if field.is_relation}
    errors: dict[str, list[str]] = {}
    columns = partial(row.clean_fields, exclude=without | relations)
    checks: list[Callable[[], None]] = [columns, row.clean, *rules]
    for check in checks:
        try:
            check()
        except DjangoValidationError as error:
            for field, reasons in error.update_error_dict({}).items():
                key = "" if field == "__all__" else field
                errors.setdefault(key, []).extend(m for r in reasons for m in r.messages)
    if errors:
        raise ValidationError(errors)


@cache
def serializer_class(model: type[Record]) -> type[RecordSerializer]:
    """The one serializer that makes and takes the documents of `model`."""
    app = apps.get_app_config(model._meta.app_label).name
    return import_string(f"{app}.serializers.{model.__name__}Serializer")


@cache
def document_reader(model: type[Record]) -> RecordSerializer:
    """The type's serializer that only reads, one for all: its fields are dear to build."""
    return serializer_class(model)()
