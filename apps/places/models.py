"""Where things are: cities, ports, bases, seas, regions."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from apps.articles.models import Citation
from apps.core import codes
from apps.core.fields import CodeField
from apps.core.models import ExternalId, Name, NamedRecord
from apps.core.rules import both_or_neither_rule


class Place(NamedRecord):
    """A point or area on the map, by its usual name."""

    class Kind(models.TextChoices):
        """What sort of place it is."""

        CITY = "city", "City or town"
        PORT = "port", "Port"
        AIRPORT = "airport", "Airport"
        MILITARY_BASE = "military_base", "Military base"
        TRAINING_GROUND = "training_ground", "Training ground"
        BORDER_CROSSING = "border_crossing", "Border crossing"
        POWER_PLANT = "power_plant", "Power plant"
        STRAIT = "strait", "Strait or canal"
        SEA = "sea", "Sea, gulf or ocean"
        REGION = "region", "Region"
        PROVINCE = "province", "Province"
        VILLAGE = "village", "Village"

    kind = models.CharField(max_length=15, choices=Kind, help_text="What sort of place it is.")
    country = CodeField(
        codes=codes.COUNTRIES,
        max_length=2,
        help_text="ISO 3166-1 alpha-2 code; empty for seas and disputed ground.",
    )
    # PROTECT: a place that contains others is named by them.
    part_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contains",
        help_text="The larger place around it.",
    )
    latitude = models.DecimalField(
        max_digits=8,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text="Degrees north, WGS 84.",
    )
    longitude = models.DecimalField(
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text="Degrees east, WGS 84.",
    )

    uncited_fields = ("kind", *NamedRecord.uncited_fields)
    quoted_fields = ("country", "part_of")
    coordinates = ("latitude", "longitude")
    surrounded_by = "part_of"
    choice_hints = ("kind", "country")

    class Meta(NamedRecord.Meta):
        constraints = [
            both_or_neither_rule("latitude", "longitude", "place_has_both_coordinates"),
        ]

    @property
    def country_around(self) -> str | None:
        """The country in which it lies: its own, or that of the nearest place around it."""
        passed: list[Place] = []
        place: Place | None = self
        while place is not None and place not in passed and not place.country:
            passed.append(place)
            place = place.part_of
        return place.country if place else None


class PlaceName(Name):
    """A further name of a place."""

    record = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="names")


class PlaceExternalId(ExternalId):
    """A place's identifier in another register."""

    record = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="external_ids")


class PlaceCitation(Citation):
    """What supports a statement about a place."""

    record = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="citations")
