"""Ways through the region: transit corridors, pipelines, lines; running, planned, proposed."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from apps.actors.models import Actor
from apps.agreements.models import Agreement
from apps.articles.models import Citation
from apps.core.fields import EdtfField, GeometryField, MeasureField, PlainTextField, WordListField
from apps.core.geometry import Box, LineMeetsBox
from apps.core.holds_field import HoldsField
from apps.core.models import ExternalId, Name, NamedRecord, Part
from apps.core.querysets import RecordQuerySet, any_word_condition
from apps.core.rules import both_or_neither_rule, order_rule, quantity_rules
from apps.core.vocabularies import Country
from apps.places.models import Place


class CorridorQuerySet(RecordQuerySet):
    """Corridors, in the words of the field."""

    def crossing(self, *countries: str) -> Self:
        """Corridors of which the `countries` (alpha-2) have any of these."""
        return self.filter(any_word_condition("countries", countries))

    def naming(self, *actors: Actor) -> Self:
        """Corridors in which any of `actors` has any part."""
        return self.having_part("participants", actor__in=actors)

    def within(self, box: Box) -> Self:
        """Corridors whose line crosses or touches `box`; of those without a line, with a stop."""
        return self.filter(self.within_condition(box))

    def within_condition(self, box: Box) -> Q:
        """The condition behind `within`.

        The box around a line is compared first: if it lies inside, the line does, too.
        """
        condition = Q()
        for half in box.halves():
            west, south, east, north = half
            near = Q(west__lte=east, east__gte=west, south__lte=north, north__gte=south)
            inside = Q(west__gte=west, east__lte=east, south__gte=south, north__lte=north)
            stops = self.part_condition(
                "stops",
                place__longitude__range=(west, east),
                place__latitude__range=(south, north),
            )
            condition |= near & (inside | Q(LineMeetsBox("geometry", half)))
            condition |= Q(geometry__isnull=True) & stops
        return condition


class Corridor(NamedRecord):
    """A transit route, pipeline, power line or cable between places, real or proposed."""

    class Kind(models.TextChoices):
        """What runs through it."""

        TRANSPORT = "transport", "Transport corridor"
        GAS_PIPELINE = "gas_pipeline", "Gas pipeline"
        OIL_PIPELINE = "oil_pipeline", "Oil pipeline"
        POWER_LINE = "power_line", "Power line"
        DATA_CABLE = "data_cable", "Data cable"

    class Mode(models.TextChoices):
        """By what goods move along it."""

        ROAD = "road", "Road"
        RAIL = "rail", "Rail"
        SEA = "sea", "Sea"
        INLAND_WATERWAY = "inland_waterway", "Inland waterway"
        AIR = "air", "Air"
        PIPELINE = "pipeline", "Pipeline"

    class Status(models.TextChoices):
        """How far it has come."""

        PROPOSED = "proposed", "Proposed"
        NEGOTIATING = "negotiating", "Under negotiation"
        AGREED = "agreed", "Agreed"
        UNDER_CONSTRUCTION = "under_construction", "Under construction"
        PARTLY_OPERATING = "partly_operating", "Partly operating"
        OPERATING = "operating", "Operating"
        SUSPENDED = "suspended", "Suspended"
        ABANDONED = "abandoned", "Abandoned"

    class CapacityUnit(models.TextChoices):
        """In what the capacity is measured."""

        BCM_PER_YEAR = "bcm_per_year", "Billion cubic metres a year"
        MT_PER_YEAR = "mt_per_year", "Million tonnes a year"
        BBL_PER_DAY = "bbl_per_day", "Barrels a day"
        TEU_PER_YEAR = "teu_per_year", "Twenty-foot equivalent units a year"
        MW = "mw", "Megawatts"
        BCM = "bcm", "Billion cubic metres, no time unit given"

    class GeometryAccuracy(models.TextChoices):
        """How true the line on the map is."""

        SURVEYED = "surveyed", "Surveyed"
        TRACED = "traced", "Traced from a map or image"
        SCHEMATIC = "schematic", "Schematic: it merely joins the stops"

    kind = models.CharField(max_length=12, choices=Kind, help_text="What runs through it.")
    modes = WordListField(Mode, help_text="By what goods move along it.")
    status = models.CharField(max_length=18, choices=Status, help_text="How far it has come.")
    # PROTECT: a corridor with branches is named by them.
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="branches",
        help_text="The corridor of which it is a branch.",
    )
    length_km = MeasureField(help_text="Length in kilometres.")
    capacity_value = MeasureField(help_text="Capacity, in capacity_unit.")
    capacity_unit = models.CharField(
        max_length=12,
        choices=CapacityUnit,
        null=True,
        blank=True,
        help_text="Unit of capacity_value; empty only without one.",
    )
    established_on = EdtfField(help_text="When it was agreed or founded (EDTF).")
    opens_on = EdtfField(help_text="When it is to open (EDTF).")
    opened_on = EdtfField(help_text="When it opened (EDTF).")
    closed_on = EdtfField(help_text="When it closed (EDTF); empty while it lasts.")
    holds = HoldsField(
        begins="opened_on",
        ends="closed_on",
        ongoing=(Status.OPERATING, Status.PARTLY_OPERATING),
        over=(Status.SUSPENDED, Status.ABANDONED),
        not_begun=(
            *(Status.PROPOSED, Status.NEGOTIATING, Status.AGREED, Status.UNDER_CONSTRUCTION),
        ),
        asked_by={"operating_on": "In operation, whole or in part, on some day of this EDTF date"},
        help_text="When it operates, whole or in part.",
    )
    agreements = models.ManyToManyField(
        Agreement, blank=True, related_name="corridors", help_text="Agreements on which it rests."
    )
    alternative_to = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="alternatives",
        help_text="Corridors that it could replace.",
    )
    countries = WordListField(
        Country,
        editable=False,
        help_text="Countries that it crosses: those of its stops, or of what these are part of, and"
        " of the states on its way (member, origin, transit, destination); derived.",
    )
    geometry = GeometryField(help_text="GeoJSON LineString or MultiLineString, WGS 84.")
    geometry_accuracy = models.CharField(
        max_length=9,
        choices=GeometryAccuracy,
        null=True,
        blank=True,
        help_text="How true the line is; empty only without one.",
    )
    geometry_source = PlainTextField(
        max_length=200, null=True, blank=True, help_text="Where the line comes from."
    )

    unsearched_texts = NamedRecord.unsearched_texts | {
        "geometry_source": "Says whence the line on the map is, not where the corridor runs.",
        "stops.branch": "Orders the stops; a branch that matters is a corridor of its own.",
    }
    uncited_fields = ("kind", *NamedRecord.uncited_fields)
    choice_hints = ("kind",)
    derived_lists = (*NamedRecord.derived_lists, "countries")
    group_aliases = {"country": "countries"}

    objects = CorridorQuerySet.as_manager()  # type: ignore[misc]

    class Meta(NamedRecord.Meta):
        constraints = [
            *quantity_rules("length_km"),
            *quantity_rules("capacity_value"),
            order_rule("opened_on", "closed_on"),
            both_or_neither_rule("capacity_value", "capacity_unit", "corridor_capacity_has_a_unit"),
            both_or_neither_rule(
                "geometry", "geometry_accuracy", "corridor_geometry_has_an_accuracy"
            ),
        ]

    def find_countries(self) -> list[str]:
        """The countries that it crosses, as far as its stops and participants tell."""
        participants: Any = self.participants
        on_the_way = (p.actor for p in participants.all() if p.role in Participation.ON_THE_WAY)
        stops: Any = self.stops
        codes = {stop.place.country_around for stop in stops.all()}
        codes |= {actor.country for actor in on_the_way if actor.kind == Actor.Kind.STATE}
        return sorted(codes - {None})


class Participation(Part):
    """An actor's part in a corridor."""

    class Role(models.TextChoices):
        """As what it takes part."""

        INITIATOR = "initiator", "Initiator"
        MEMBER = "member", "Member"
        ORIGIN = "origin", "Origin"
        TRANSIT = "transit", "Transit country"
        DESTINATION = "destination", "Destination"
        OPERATOR = "operator", "Operator"
        INVESTOR = "investor", "Investor"
        MANDATE_HOLDER = "mandate_holder", "Holder of a mandate"
        PROSPECTIVE = "prospective", "Prospective participant"
        OPPONENT = "opponent", "Opponent"
        BENEFICIARY = "beneficiary", "Beneficiary"

    ON_THE_WAY = (Role.MEMBER, Role.ORIGIN, Role.TRANSIT, Role.DESTINATION)

    record = models.ForeignKey(Corridor, on_delete=models.CASCADE, related_name="participants")
    # PROTECT: who takes part in a corridor may be renamed, never deleted.
    actor = models.ForeignKey(
        Actor, on_delete=models.PROTECT, related_name="corridors", help_text="Who takes part."
    )
    role = models.CharField(max_length=14, choices=Role, help_text="As what it takes part.")

    class Meta(Part.Meta):
        constraints = [
            *Part.Meta.constraints,
            models.UniqueConstraint(
                fields=["record", "actor", "role"],
                name="corridor_participation_once_a_role",
                violation_error_message="This actor stands twice in the same role.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor} ({self.role})"


class Stop(Part):
    """A place on the way, in order of travel."""

    record = models.ForeignKey(Corridor, on_delete=models.CASCADE, related_name="stops")
    order = models.PositiveSmallIntegerField(
        help_text="Place on the way, from 1, within its branch."
    )
    # PROTECT: a place on a corridor is named by it.
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="stops", help_text="Where it passes."
    )
    branch = PlainTextField(
        max_length=100, null=True, blank=True, help_text="Name of the branch; empty: the main line."
    )
    is_prospective = models.BooleanField(
        default=False, help_text="Whether the corridor does not reach it yet."
    )

    class Meta(Part.Meta):
        constraints = [
            *Part.Meta.constraints,
            models.UniqueConstraint(
                fields=["record", "branch", "order"],
                name="stop_order_in_branch",
                violation_error_message="Two stops of one branch have the same place in the order.",
            ),
            models.UniqueConstraint(
                fields=["record", "order"],
                condition=Q(branch__isnull=True),
                name="stop_order_in_main_line",
                violation_error_message="Two stops have the same place in the order.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.place}"


class CorridorName(Name):
    """A further name of a corridor."""

    record = models.ForeignKey(Corridor, on_delete=models.CASCADE, related_name="names")


class CorridorExternalId(ExternalId):
    """A corridor's identifier in another register."""

    record = models.ForeignKey(Corridor, on_delete=models.CASCADE, related_name="external_ids")


class CorridorCitation(Citation):
    """What supports a statement about a corridor."""

    record = models.ForeignKey(Corridor, on_delete=models.CASCADE, related_name="citations")
