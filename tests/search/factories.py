"""Entries of the search index, where a test needs them without a record."""

import factory

from apps.search.models import Entry


class EntryFactory(factory.django.DjangoModelFactory):
    """What can be found of an actor."""

    class Meta:
        model = Entry

    type = "actors"
    slug = factory.Sequence("entry-{}".format)
    label = factory.Sequence("Entry {}".format)
    label_words = factory.Sequence("entry {}".format)
    name_words = factory.SelfAttribute("label_words")
    summary_words = "an actor"
    other_words = "armed forces"
