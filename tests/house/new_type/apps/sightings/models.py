"""What was seen where it does not usually go: ships, aircraft, troops."""

from django.db import models

from apps.articles.models import Citation
from apps.core.fields import EdtfField, PlainTextField
from apps.core.holds_field import HoldsField
from apps.core.models import ExternalId, Name, NamedRecord, Part
from apps.places.models import Place


class Sighting(NamedRecord):
    """One occasion on which somebody saw something pass."""

    class Kind(models.TextChoices):
        """What was seen."""

        SHIP = "ship", "Ship"
        AIRCRAFT = "aircraft", "Aircraft"
        TROOPS = "troops", "Troops"

    class Status(models.TextChoices):
        """Whether it is still there."""

        THERE = "there", "There"
        GONE = "gone", "Gone"

    kind = models.CharField(max_length=8, choices=Kind, help_text="What was seen.")
    status = models.CharField(max_length=5, choices=Status, help_text="Whether it is still there.")
    seen_on = EdtfField(help_text="When it was first seen (EDTF).")
    gone_on = EdtfField(help_text="When it had gone (EDTF); empty while it is there.")
    holds = HoldsField(
        begins="seen_on",
        ends="gone_on",
        ongoing=[Status.THERE],
        over=[Status.GONE],
        asked_by={"there_on": "There on some day of this EDTF date"},
        help_text="When it is there.",
    )
    # PROTECT: a place that is named stays.
    place = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sightings",
        help_text="Where it was seen.",
    )
    account = PlainTextField(
        max_length=500, null=True, blank=True, help_text="What was seen, in our own words."
    )

    search_texts = ("account", "witnesses.name")
    uncited_fields = ("kind", *NamedRecord.uncited_fields)
    choice_hints = ("kind",)


class Witness(Part):
    """Somebody who saw it."""

    record = models.ForeignKey(Sighting, on_delete=models.CASCADE, related_name="witnesses")
    name = PlainTextField(max_length=200, help_text="As the source names the witness.")

    def __str__(self) -> str:
        return str(self.name)


class SightingName(Name):
    """A further name of a sighting."""

    record = models.ForeignKey(Sighting, on_delete=models.CASCADE, related_name="names")


class SightingExternalId(ExternalId):
    """A sighting's identifier in another register."""

    record = models.ForeignKey(Sighting, on_delete=models.CASCADE, related_name="external_ids")


class SightingCitation(Citation):
    """What supports a statement about a sighting."""

    record = models.ForeignKey(Sighting, on_delete=models.CASCADE, related_name="citations")
