"""What every type of record inherits: the record itself, its parts, names and identifiers."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, ClassVar

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.text import slugify

from apps.core.fields import (
    EdtfField,
    GeometryField,
    NameField,
    PlainTextField,
    Qualifier,
    WordListField,
)
from apps.core.holding import OPPOSING_STANCES
from apps.core.querysets import LinkedIds, PartQuerySet, RecordQuerySet
from apps.core.rules import order_rule
from apps.core.texts import FoldedTextField, OrderKeyField
from apps.core.vocabularies import Certainty, NameKind, Scheme, Topic
from apps.search.index import SearchRecord

SLUG_REGEX = r"[a-z0-9]+(-[a-z0-9]+)*"
validate_slug = RegexValidator(
    rf"^{SLUG_REGEX}\Z", "Lower-case ASCII words joined by “-”.", code="slug"
)

RESERVED_SLUGS = {"aggregate"}  # what stands beside the slugs below a type's address


class Record(models.Model):
    """One thing in the world about which sources say something."""

    class Publication(models.TextChoices):
        """Who sees the record."""

        DRAFT = "draft", "Draft: seen by curators only"
        PUBLISHED = "published", "Published: seen by everyone"
        RETRACTED = (
            "retracted",
            "Retracted: withdrawn from the public, with its reason in the history",
        )

    slug = models.CharField(
        max_length=120,
        unique=True,
        validators=[validate_slug],
        help_text="Permanent id within the type; never changed once published, never reused.",
        error_messages={"unique": "Another record of this type has this slug."},
    )
    summary = PlainTextField(
        max_length=1000, null=True, blank=True, help_text="What it is, in the project's own words."
    )
    certainty = models.CharField(
        max_length=9, choices=Certainty, help_text="How sure the record as a whole is."
    )
    topics = WordListField(Topic, help_text="What the record is about.")
    disputed_fields = WordListField(
        editable=False, help_text="Fields on which the cited sources differ; derived."
    )
    publication = models.CharField(
        max_length=9,
        choices=Publication,
        default=Publication.DRAFT,
        help_text="Who sees the record.",
    )
    document = models.TextField(null=True, editable=False)
    revision = models.PositiveBigIntegerField(
        null=True,
        editable=False,
        db_index=True,
        help_text="The revision of the dataset that last changed this record.",
    )
    updated_at = models.DateTimeField(
        null=True, editable=False, help_text="When that revision was made (RFC 3339, UTC)."
    )

    # What stands beside each text: by what it is looked up, and by what records are ordered.
    text_columns: ClassVar[tuple[type, ...]] = (FoldedTextField, OrderKeyField)

    # What a type says of its own fields, so that no folder before it knows any by its name.
    label_field: ClassVar[str] = "name"
    # Texts that are searched beside label, names, external ids and summary: a key of the document,
    # or `list.key`, a key of each entry of a list.
    search_texts: ClassVar[tuple[str, ...]] = ()
    # Texts, named in the same way, or whole lists, that are not searched, each with the reason.
    unsearched_texts: ClassVar[dict[str, str]] = {
        "names.language": "A tag, no word of the name.",
        "names.used_by": "Others' names would find what they merely call so.",
        "citations": "How sources support a record; the articles themselves are searched.",
    }
    # Fields that need no source: what we call a record, how we sort it, our own words on it.
    uncited_fields: ClassVar[tuple[str, ...]] = (
        *("slug", "summary", "certainty", "topics", "external_ids", "citations"),
    )
    # Codes that no two things share: records that differ in one are not the same thing.
    distinct_codes: ClassVar[tuple[str, ...]] = ()
    # Latitude and longitude of a type whose records are points on the map.
    coordinates: ClassVar[tuple[str, ...]] = ()
    # The list of the places at which a record lies that has no shape of its own.
    located_by: ClassVar[str] = ""
    # The reference to the larger record around one, if a record stands also for all within it.
    surrounded_by: ClassVar[str] = ""
    # What stands beside the name where records are chosen from, to tell two of one name apart.
    choice_hints: ClassVar[tuple[str, ...]] = ()
    # Lists that are as true of one record as of its duplicate: a merge keeps the entries of both.
    merged_lists: ClassVar[tuple[str, ...]] = ("names", "topics", "external_ids")
    # Lists of words that follow from the rest: a list `x` is what the method `find_x` finds.
    derived_lists: ClassVar[tuple[str, ...]] = ("disputed_fields",)
    # Further names of lists of words by which records can be counted, each with the list's own.
    group_aliases: ClassVar[dict[str, str]] = {}
    # How records hold over time, which a HoldsField says of itself; None: they do not.
    holding: ClassVar[Any] = None
    # Fields that the documents of those who name a record follow from: when an article came out.
    quoted_fields: ClassVar[tuple[str, ...]] = ()
    # What a citation may not name: the record's bookkeeping and the citations themselves.
    uncitable: ClassVar[frozenset[str]] = frozenset(
        {"id", "slug", "topics", "disputed_fields", "publication", "document", "revision"}
        | {"updated_at", "citations", "holds", "countries"}
    )

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["slug"]

    def __str__(self) -> str:
        return str(getattr(self, self.label_field) or self.slug)

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    @classmethod
    def endpoint(cls) -> str:
        """The type's public name, in URLs and in the ledger."""
        return slugify(str(cls._meta.verbose_name_plural))

    @classmethod
    def has_geometry(cls) -> bool:
        """Whether records of this type lie anywhere on a map."""
        shapes = (isinstance(field, GeometryField) for field in cls._meta.fields)
        return bool(cls.coordinates or cls.located_by) or any(shapes)

    @classmethod
    def ids_meant_by(cls, records: Iterable["Record"]) -> Any:
        """The ids that naming `records` asks for: their own, and those of all within them."""
        ids = [record.pk for record in records]
        around = cls.surrounded_by and cls._meta.get_field(cls.surrounded_by)
        return LinkedIds(around, *ids, with_start=True) if around else ids

    @classmethod
    def search_record(cls, slug: str, document: dict[str, Any] | None) -> SearchRecord:
        """What the search index takes over of a record of this type; no document: withdrawn."""
        return SearchRecord(cls.endpoint(), slug, document, cls.label_field, cls.search_texts)

    @classmethod
    def parts(cls) -> dict[str, type["Part"]]:
        """The type's lists of parts: attribute to model, citations last."""
        models_of_parts: dict[str, Any] = {
            str(relation.get_accessor_name()): relation.related_model
            for relation in cls._meta.related_objects
            if issubclass(relation.related_model, Part) and relation.field.name == "record"
        }
        return dict(sorted(models_of_parts.items(), key=lambda part: part[0] == "citations"))

    @classmethod
    def citable_fields(cls) -> list[str]:
        """The names that a citation's `field` may have, in the order of the columns."""
        columns = [*cls._meta.fields, *cls._meta.many_to_many]
        names = [field.name for field in columns if not is_derived_field(field)]
        return [name for name in [*names, *cls.parts()] if name not in cls.uncitable]

    @classmethod
    def canonical_text(cls, name: str, text: str) -> str:
        """`text` as the record's field `name` itself would keep it.

        Raises:
            ValidationError: the field would refuse it, with the field's own reason.
        """
        if name in cls.parts():
            return text
        field: Any = cls._meta.get_field(name)
        if field.is_relation:
            validate_slug(text)  # whether the slug exists is for the publish gate to say
            return text
        return str(value_as_text(field.clean(text, None)))

    def own_value(self, name: str) -> str | None:
        """The record's value of a citable field in its canonical text form; None for lists."""
        if name in self.parts() or self._meta.get_field(name).many_to_many:
            return None
        value = getattr(self, name)
        return value.slug if isinstance(value, Record) else value_as_text(value)

    def clean(self) -> None:
        super().clean()
        fill_in_qualifiers(self)
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": f"“{self.slug}” is an address of the API."})
        for field in self._meta.fields:
            if field.related_model is type(self):
                other = getattr(self, field.name)
                if other is self or (other is not None and other.slug == self.slug):
                    raise ValidationError({field.name: "A record does not refer to itself."})

    def publication_objections(self) -> Iterable[tuple[str, str]]:
        """What else keeps this record from being published, as (field, reason)."""
        return ()

    def find_disputed_fields(self) -> list[str]:
        """The fields on which the cited sources differ: from the record's value, or in stance."""
        disputed = {
            citation.field
            for citation in self.citations.all()  # type: ignore[attr-defined]
            if citation.field
            and (
                citation.stance in OPPOSING_STANCES
                or (citation.value is not None and citation.value != self.own_value(citation.field))
            )
        }
        return sorted(disputed)

    @property
    def held_days(self) -> dict[str, str | None] | None:
        """The days between which the record begins and ends to hold, as its document has them."""
        days = self.holding.find_days(self) if self.holding else None
        return days and days.as_document()

    def derived_columns(self) -> dict[str, Any]:
        """What follows from the rest of a published record, by column."""
        field = self.holding
        held = field.column_values(field.find_days(self)) if field else {}
        return held | {name: getattr(self, f"find_{name}")() for name in self.derived_lists}


class NamedRecord(Record):
    """A record known by a name."""

    name = NameField(max_length=200, help_text="The usual English name.")

    uncited_fields = ("name", *Record.uncited_fields)

    class Meta(Record.Meta):
        abstract = True


class Part(models.Model):
    """One entry of a record's list: it has no life of its own, so it goes with its record.

    A subclass adds `record`, a foreign key with CASCADE whose related name is the list's name.
    """

    text_columns: ClassVar[tuple[type, ...]] = (FoldedTextField,)

    position = models.PositiveSmallIntegerField(
        editable=False, help_text="Place in the list, from 1."
    )

    objects = PartQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["record", "position"]
        constraints = [
            models.UniqueConstraint(fields=["record", "position"], name="%(class)s_position")
        ]

    def natural_key(self) -> tuple[str, int]:
        return (self.record.slug, self.position)  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        fill_in_qualifiers(self)

    def check_within(self, record: Record) -> None:
        """Rules that need the rest of the record, called when all its lists are known.

        Raises:
            ValidationError: by field.
        """

    @classmethod
    def record_model(cls) -> type[Record]:
        """The type of which this is a part."""
        return cls._meta.get_field("record").related_model  # type: ignore[return-value]

    @classmethod
    def document_fields(cls) -> list[str]:
        """The keys of this part in its record's document, in order of declaration."""
        hidden = {"id", "record", "position"}
        fields = (field for field in cls._meta.fields if not is_derived_field(field))
        return [field.name for field in fields if field.name not in hidden]

    @classmethod
    def column_words(cls) -> dict[str, list[str]]:
        """The words that a column takes where its choices cannot say so, by its name."""
        return {}


class Name(Part):
    """A further name of a record, in any language and script, perhaps of a certain time."""

    name = NameField(max_length=200, help_text="The name in its own script.")
    language = models.CharField(
        max_length=35,
        null=True,
        blank=True,
        validators=[
            RegexValidator(
                r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", "A BCP 47 tag, such as az-Cyrl."
            )
        ],
        help_text="BCP 47 tag of language and, where it is not the usual one, script: hy, az-Cyrl.",
    )
    kind = models.CharField(max_length=15, choices=NameKind, help_text="What sort of name it is.")
    used_by = PlainTextField(
        max_length=200, null=True, blank=True, help_text="Who uses it, if not all."
    )
    since = EdtfField(help_text="First use (EDTF).")
    until = EdtfField(help_text="Last use (EDTF).")

    class Meta(Part.Meta):
        abstract = True
        constraints = [*Part.Meta.constraints, order_rule("since", "until")]

    def __str__(self) -> str:
        return str(self.name)


class ExternalId(Part):
    """The record's identifier in another register."""

    scheme = models.CharField(max_length=20, choices=Scheme, help_text="The register.")
    value = NameField(max_length=100, help_text="The identifier, as the register writes it.")

    class Meta(Part.Meta):
        abstract = True
        constraints = [
            *Part.Meta.constraints,
            models.UniqueConstraint(
                fields=["scheme", "value"],
                name="%(class)s_stands_once",
                violation_error_message="Another record of this type has this external id.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


def fill_in_qualifiers(row: Record | Part) -> None:
    """A number that comes without a qualifier is exact."""
    for field in row._meta.fields:
        of, is_qualifier, _ = field.name.partition("_qualifier")
        if is_qualifier and not getattr(row, field.name):
            number = getattr(row, of, getattr(row, f"{of}_amount", None))
            setattr(row, field.name, None if number is None else Qualifier.EXACT.value)


def is_derived_field(field: models.Field) -> bool:
    """Whether a column is computed from the one beside it: a day of a date, a side of a box."""
    return bool(getattr(field, "source", None))


def value_as_text(value: object) -> str | None:
    """A field's value as documents and citations write it, numbers without trailing zeros."""
    if value is None or value == []:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(value)
    return str(value) if not hasattr(value, "normalize") else f"{value.normalize():f}"


def is_slug(text: str) -> bool:
    """Whether `text` has the form of a slug."""
    return re.fullmatch(SLUG_REGEX, text) is not None


@cache
def record_models() -> dict[str, type[Record]]:
    """Endpoint to model, in the order in which the types may refer to each other.

    Names go by rule (docs/adr/0002): model `ArmsTransfer`, verbose plural "arms transfers",
    endpoint `arms-transfers`, seed `arms_transfers.yaml`, `ArmsTransferSerializer` in its app.
    """
    models = [model for model in apps.get_models() if issubclass(model, Record)]
    return {model.endpoint(): model for model in models}
