"""What was seen where it does not usually go: ships, aircraft, troops."""

from django.db import models

from apps.articles.models import Citation
from apps.core.fields import EdtfField, PlainTextField
from apps.core.models import ExternalId, Name, NamedRecord, Part
from apps.places.models import Place


class Sighting(NamedRecord):
    """One occasion on which somebody saw something pass."""

    class Kind(models.TextChoices):
        """What was seen."""

        SHIP = "ship", "Ship"
        AIRCRAFT = "aircraft", "Aircraft"
        TROOPS = "troops", "Troops"

    kind = models.CharField(max_length=8, choices=Kind, help_text="What was seen.")
    seen_on = EdtfField(help_text="When it was seen (EDTF).")
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
