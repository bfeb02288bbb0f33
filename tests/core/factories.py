"""What all factories share: records come out published, cited, and entered in the ledger."""

from typing import Any

import factory

from apps.core.models import Part, Record
from apps.documents.revisions import open_revision
from apps.merging.models import NotDuplicate


class RecordFactory(factory.django.DjangoModelFactory):
    """A valid, published record with one citation; a list of parts is given as mappings.

    `AgreementFactory(parties=[{"actor": norland}, {"actor": league, "role": "mediator"}])`
    """

    class Meta:
        abstract = True

    certainty = "confirmed"
    publication = Record.Publication.PUBLISHED

    @classmethod
    def _create(cls, model_class: type[Record], *args: Any, **values: Any) -> Record:
        lists = {name: values.pop(name) for name in model_class.parts() if name in values}
        many = {f.name for f in model_class._meta.many_to_many}
        sets = {name: values.pop(name) for name in many if name in values}
        with open_revision(reason="Made for a test", origin="seed") as opened:
            record = super()._create(model_class, *args, **values)
            lists.setdefault("citations", [{"article": cls.source(record)}])
            for name, rows in lists.items():
                add_parts(record, name, rows)
            for name, records in sets.items():
                getattr(record, name).set(records)
            opened.touch(record)
        record.refresh_from_db()
        return record

    @classmethod
    def source(cls, record: Record) -> Any:
        """The article that the record cites if the test names none."""
        from tests.types.articles.factories import ArticleFactory

        return ArticleFactory(slug="the-source")


class PartFactory(factory.django.DjangoModelFactory):
    """A part added to the end of its record's list, and the record's document renewed."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: type[Part], *args: Any, **values: Any) -> Part:
        record = values.pop("record")
        with open_revision(reason="Made for a test", origin="seed") as opened:
            name = model_class._meta.get_field("record").remote_field.related_name
            add_parts(record, name, [values])
            opened.touch(record)
        return getattr(record, name).last()


class NamePartFactory(PartFactory):
    """A further name."""

    class Meta:
        abstract = True

    name = factory.Sequence("Further name {}".format)
    kind = "short"


class ExternalIdFactory(PartFactory):
    """An identifier in another register."""

    class Meta:
        abstract = True

    scheme = "wikidata"
    value = factory.Sequence("Q{}".format)


def add_parts(record: Record, name: str, rows: list[dict[str, Any]]) -> None:
    """Append rows to one of a record's lists."""
    part = type(record).parts()[name]
    start = part.objects.filter(record=record).count()
    for position, row in enumerate(rows, start=start + 1):
        part.objects.create(record=record, position=position, **row)


class NotDuplicateFactory(factory.django.DjangoModelFactory):
    """Two actors of which somebody has said that they are two."""

    class Meta:
        model = NotDuplicate

    type = "actors"
    first = factory.Sequence("actor-a-{}".format)
    second = factory.Sequence("actor-b-{}".format)
    reason = "Father and son."
