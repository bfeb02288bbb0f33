"""Who trains with whom: military exercises, announced, held or cancelled."""

from typing import Self

from django.db import models

from apps.actors.models import Actor
from apps.articles.models import Citation
from apps.core.fields import CountField, EdtfField, PlainTextField, WordListField
from apps.core.models import ExternalId, Name, NamedRecord, Part
from apps.core.querysets import RecordQuerySet, any_word_condition
from apps.core.rules import order_rule, quantity_rules
from apps.core.vocabularies import Country
from apps.places.models import Place


class ExerciseQuerySet(RecordQuerySet):
    """Exercises, in the words of the field."""

    def naming(self, *actors: Actor) -> Self:
        """Exercises in which any of `actors` has any part."""
        return self.having_part("participants", actor__in=actors)

    def with_participant(self, *actors: Actor) -> Self:
        """Exercises in which any of `actors` took part: as host, organiser or participant."""
        return self.having_part("participants", actor__in=actors, role__in=Participant.TAKING_PART)

    def held_in(self, *countries: str) -> Self:
        """Exercises of which the `countries` (alpha-2) have any of these."""
        return self.filter(any_word_condition("countries", countries))

    def without(self, *actors: Actor) -> Self:
        """Exercises in which none of `actors` took part; mere observers took no part.

        Of an exercise without any participant coded, nobody knows who took no part.
        """
        coded = self.having_part("participants")
        return coded.lacking_part(
            "participants", actor__in=actors, role__in=Participant.TAKING_PART
        )


class Exercise(NamedRecord):
    """A military or security exercise; each edition of a series is one record."""

    class Domain(models.TextChoices):
        """What is exercised."""

        LAND = "land", "Land"
        NAVAL = "naval", "Naval"
        AIR = "air", "Air"
        SPECIAL_FORCES = "special_forces", "Special forces"
        CYBER = "cyber", "Cyber"
        COUNTER_TERRORISM = "counter_terrorism", "Counter-terrorism"
        PEACEKEEPING = "peacekeeping", "Peacekeeping"
        COMMAND_POST = "command_post", "Command post"
        DISASTER_RELIEF = "disaster_relief", "Disaster relief"

    class Status(models.TextChoices):
        """How far it has come."""

        PLANNED = "planned", "Planned"
        ANNOUNCED = "announced", "Announced"
        HELD = "held", "Held"
        CANCELLED = "cancelled", "Cancelled"

    series = PlainTextField(
        max_length=200, null=True, blank=True, help_text="Name of the series, without the year."
    )
    edition = PlainTextField(
        max_length=50, null=True, blank=True, help_text="Year or number within the series."
    )
    domains = WordListField(Domain, help_text="What is exercised.")
    status = models.CharField(max_length=9, choices=Status, help_text="How far it has come.")
    announced_on = EdtfField(help_text="When it was announced (EDTF).")
    starts_on = EdtfField(help_text="When it begins or began (EDTF).")
    ends_on = EdtfField(help_text="When it ends or ended (EDTF).")
    places = models.ManyToManyField(
        Place, blank=True, related_name="exercises", help_text="Where it is held."
    )
    countries = WordListField(
        Country,
        editable=False,
        help_text="Countries in which it is held: those of its places, or of what these are part"
        " of; derived.",
    )
    personnel_total = CountField(help_text="People of all participants together.")
    objective = PlainTextField(
        max_length=500, null=True, blank=True, help_text="Its declared purpose, in our own words."
    )

    located_by = "places"
    derived_lists = (*NamedRecord.derived_lists, "countries")
    group_aliases = {"country": "countries"}
    search_texts = ("objective", "series")
    unsearched_texts = NamedRecord.unsearched_texts | {
        "edition": "A year or number, which stands in the name and is a filter.",
    }

    objects = ExerciseQuerySet.as_manager()  # type: ignore[misc]

    class Meta(NamedRecord.Meta):
        constraints = [*quantity_rules("personnel_total"), order_rule("starts_on", "ends_on")]

    def find_countries(self) -> list[str]:
        """The countries in which it is held, as far as its places tell."""
        codes = (place.country_around for place in self.places.all())
        return sorted({code for code in codes if code})


class Participant(Part):
    """An actor's part in an exercise."""

    class Role(models.TextChoices):
        """As what it takes part."""

        HOST = "host", "Host"
        PARTICIPANT = "participant", "Participant"
        OBSERVER = "observer", "Observer"
        ORGANISER = "organiser", "Organiser"
        NOTABLY_ABSENT = "notably_absent", "Notably absent, as a source remarks"

    TAKING_PART = (Role.HOST, Role.PARTICIPANT, Role.ORGANISER)

    record = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="participants")
    # PROTECT: who took part in an exercise may be renamed, never deleted.
    actor = models.ForeignKey(
        Actor, on_delete=models.PROTECT, related_name="exercises", help_text="Who takes part."
    )
    role = models.CharField(
        max_length=14, choices=Role, default=Role.PARTICIPANT, help_text="As what it takes part."
    )
    personnel = CountField(help_text="People it sends; empty if no source says.")

    class Meta(Part.Meta):
        constraints = [
            *Part.Meta.constraints,
            *quantity_rules("personnel"),
            models.UniqueConstraint(
                fields=["record", "actor", "role"],
                name="exercise_participant_once_a_role",
                violation_error_message="This actor stands twice in the same role.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor} ({self.role})"


class ExerciseName(Name):
    """A further name of an exercise."""

    record = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="names")


class ExerciseExternalId(ExternalId):
    """An exercise's identifier in another register."""

    record = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="external_ids")


class ExerciseCitation(Citation):
    """What supports a statement about an exercise."""

    record = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="citations")
