"""The codebook's form, for OpenAPI."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from apps.api.codebook.codebook import TYPES_OF_VALUE
from apps.api.codebook.filters import WAYS_TO_GIVE_VALUES

Fields = dict[str, Any]
VALUE_KINDS = list(TYPES_OF_VALUE)


def text_field(help_text: str = "", allow_null: bool = False) -> serializers.CharField:
    """A key that holds text."""
    return serializers.CharField(help_text=help_text or None, allow_null=allow_null)


def text_list_field(help_text: str = "", allow_null: bool = False) -> serializers.ListField:
    """A key that holds a list of texts."""
    return serializers.ListField(
        child=serializers.CharField(), help_text=help_text or None, allow_null=allow_null
    )


def bound_field(help_text: str) -> serializers.FloatField:
    """A bound of numbers, which not every parameter has."""
    return serializers.FloatField(required=False, help_text=help_text)


FIELD_KEYS: Fields = {
    "name": text_field("The key in the document."),
    "type": serializers.ChoiceField(VALUE_KINDS),
    "description": text_field("Unit, standard, and what null means."),
    "nullable": serializers.BooleanField(help_text="Whether null stands for: not known."),
    "vocabulary": text_field("Of words: the vocabulary they are out of.", allow_null=True),
    "refers_to": text_field("Of references: the type of the records.", allow_null=True),
    "part": text_field("Of lists of parts: the part.", allow_null=True),
    "max_length": serializers.IntegerField(required=False, help_text="Characters, at most."),
}
TYPE_FIELD_KEYS: Fields = {
    **FIELD_KEYS,
    "orders": serializers.BooleanField(help_text="Whether lists may be ordered by it."),
    "citable": serializers.BooleanField(help_text="Whether a citation's `field` may name it."),
    "filters": text_list_field("Filters that ask for it."),
    "coverage": serializers.IntegerField(help_text="Published records that have a value here."),
}
PARAMETER_KEYS: Fields = {
    "name": text_field(),
    "values": serializers.ChoiceField(list(WAYS_TO_GIVE_VALUES)),
    "type": text_field("What a value is."),
    "minimum": bound_field("Least number."),
    "maximum": bound_field("Greatest number."),
}
FILTER_KEYS: Fields = {
    "name": text_field("The bare parameter, of which others are look-ups."),
    "field": text_field("The document's key; null: a question of the domain.", allow_null=True),
    "description": text_field(),
    "vocabulary": text_field("The vocabulary its words are out of.", allow_null=True),
    "words": text_list_field("Its words, where they are no vocabulary.", allow_null=True),
    "negatable": serializers.BooleanField(help_text="Whether each parameter also takes `__not`."),
    "parameters": inline_serializer("CodebookParameter", PARAMETER_KEYS, many=True),
}
PART_KEYS: Fields = {
    "name": text_field(),
    "list": text_field("The key in the document that holds the list."),
    "description": text_field(),
    "fields": inline_serializer("CodebookPartField", FIELD_KEYS, many=True),
}
TYPE_KEYS: Fields = {
    "type": text_field("The endpoint."),
    "name": text_field(),
    "description": text_field(),
    "url": serializers.URLField(),
    "records": serializers.IntegerField(help_text="Published records."),
    "fields": inline_serializer("CodebookField", TYPE_FIELD_KEYS, many=True),
    "parts": inline_serializer("CodebookPart", PART_KEYS, many=True),
    "filters": inline_serializer("CodebookFilter", FILTER_KEYS, many=True),
    "orderings": text_list_field("What `ordering` may name."),
    "expand": text_list_field("What `expand` may name, one step away."),
    "formats": text_list_field("What `format` may name."),
    "groupings": text_list_field("What `facet` may name, and `group_by` of /aggregate/."),
    "metrics": text_list_field("What `metric` of /aggregate/ may name."),
}
VOCABULARY_KEYS: Fields = {
    "name": text_field(),
    "description": text_field(),
    "words": inline_serializer(
        "CodebookWord", {"word": text_field(), "label": text_field()}, many=True
    ),
    "used_by": text_list_field("Fields that hold its words."),
}
PROBLEM_KEYS: Fields = {
    "code": text_field("The last part of the `type` of a problem."),
    "status": serializers.IntegerField(),
    "title": text_field(),
    "meaning": text_field(),
    "url": serializers.URLField(),
}
MEANINGS_SERIALIZER = inline_serializer(
    "CodebookMeaning", {"word": text_field(), "meaning": text_field()}, many=True
)
CODEBOOK_SERIALIZER = inline_serializer(
    "Codebook",
    {
        "title": text_field(),
        "version": text_field("Of the code and the data together."),
        "revision": serializers.IntegerField(help_text="The newest revision of the dataset."),
        "licence": text_field(),
        "licence_url": serializers.URLField(),
        "links": serializers.DictField(child=serializers.URLField()),
        "types": inline_serializer("CodebookType", TYPE_KEYS, many=True),
        "vocabularies": inline_serializer("CodebookVocabulary", VOCABULARY_KEYS, many=True),
        "kinds_of_values": MEANINGS_SERIALIZER,
        "ways_to_give_values": MEANINGS_SERIALIZER,
        "problems": inline_serializer("CodebookProblem", PROBLEM_KEYS, many=True),
    },
)
