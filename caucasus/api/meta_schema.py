"""The codebook's form, for OpenAPI."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from apps.api.codebook.codebook import TYPES_OF_VALUE
from apps.api.codebook.filters import HOW_MANY

Fields = dict[str, Any]
KINDS = list(TYPES_OF_VALUE)


def text(help_text: str = "", allow_null: bool = False) -> serializers.CharField:
    """A key that holds text."""
    return serializers.CharField(help_text=help_text or None, allow_null=allow_null)


def texts(help_text: str = "", allow_null: bool = False) -> serializers.ListField:
    """A key that holds a list of texts."""
    return serializers.ListField(
        child=serializers.CharField(), help_text=help_text or None, allow_null=allow_null
    )


def limit(help_text: str) -> serializers.FloatField:
    """A bound of numbers, which not every parameter has."""
    return serializers.FloatField(required=False, help_text=help_text)


FIELD: Fields = {
    "name": text("The key in the document."),
    "type": serializers.ChoiceField(KINDS),
    "description": text("Unit, standard, and what null means."),
    "nullable": serializers.BooleanField(help_text="Whether null stands for: not known."),
    "vocabulary": text("Of words: the vocabulary they are out of.", allow_null=True),
    "refers_to": text("Of references: the type of the records.", allow_null=True),
    "part": text("Of lists of parts: the part.", allow_null=True),
    "max_length": serializers.IntegerField(required=False, help_text="Characters, at most."),
}
TYPE_FIELD: Fields = {
    **FIELD,
    "orders": serializers.BooleanField(help_text="Whether lists may be ordered by it."),
    "citable": serializers.BooleanField(help_text="Whether a citation's `field` may name it."),
    "filters": texts("Filters that ask for it."),
    "coverage": serializers.IntegerField(help_text="Published records that have a value here."),
}
PARAMETER: Fields = {
    "name": text(),
    "values": serializers.ChoiceField(list(HOW_MANY)),
    "type": text("What a value is."),
    "minimum": limit("Least number."),
    "maximum": limit("Greatest number."),
}
FILTER: Fields = {
    "name": text("The bare parameter, of which others are look-ups."),
    "field": text("The document's key; null: a question of the domain.", allow_null=True),
    "description": text(),
    "vocabulary": text("The vocabulary its words are out of.", allow_null=True),
    "words": texts("Its words, where they are no vocabulary.", allow_null=True),
    "negatable": serializers.BooleanField(help_text="Whether each parameter also takes `__not`."),
    "parameters": inline_serializer("CodebookParameter", PARAMETER, many=True),
}
PART: Fields = {
    "name": text(),
    "list": text("The key in the document that holds the list."),
    "description": text(),
    "fields": inline_serializer("CodebookPartField", FIELD, many=True),
}
TYPE: Fields = {
    "type": text("The endpoint."),
    "name": text(),
    "description": text(),
    "url": serializers.URLField(),
    "records": serializers.IntegerField(help_text="Published records."),
    "fields": inline_serializer("CodebookField", TYPE_FIELD, many=True),
    "parts": inline_serializer("CodebookPart", PART, many=True),
    "filters": inline_serializer("CodebookFilter", FILTER, many=True),
    "orderings": texts("What `ordering` may name."),
    "expand": texts("What `expand` may name, one step away."),
    "formats": texts("What `format` may name."),
    "groupings": texts("What `facet` may name, and `group_by` of /aggregate/."),
    "metrics": texts("What `metric` of /aggregate/ may name."),
}
VOCABULARY: Fields = {
    "name": text(),
    "description": text(),
    "words": inline_serializer("CodebookWord", {"word": text(), "label": text()}, many=True),
    "used_by": texts("Fields that hold its words."),
}
PROBLEM: Fields = {
    "code": text("The last part of the `type` of a problem."),
    "status": serializers.IntegerField(),
    "title": text(),
    "meaning": text(),
    "url": serializers.URLField(),
}
MEANINGS = inline_serializer("CodebookMeaning", {"word": text(), "meaning": text()}, many=True)
CODEBOOK = inline_serializer(
    "Codebook",
    {
        "title": text(),
        "revision": serializers.IntegerField(help_text="The newest revision of the dataset."),
        "licence": text(),
        "licence_url": serializers.URLField(),
        "links": serializers.DictField(child=serializers.URLField()),
        "types": inline_serializer("CodebookType", TYPE, many=True),
        "vocabularies": inline_serializer("CodebookVocabulary", VOCABULARY, many=True),
        "kinds_of_values": MEANINGS,
        "ways_to_give_values": MEANINGS,
        "problems": inline_serializer("CodebookProblem", PROBLEM, many=True),
    },
)
