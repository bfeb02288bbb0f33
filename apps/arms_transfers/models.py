"""Who arms whom: the lines of a trade register, in SIPRI's terms."""

from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from apps.actors.models import Actor
from apps.agreements.models import Agreement
from apps.articles.models import Citation
from apps.core import dates
from apps.core.fields import (
    CountField,
    EdtfField,
    MoneyField,
    PlainTextField,
    measure_field,
    qualifier_field,
)
from apps.core.models import ExternalId, NamedRecord
from apps.core.querysets import LinkedIds, RecordQuerySet
from apps.core.rules import Rule, both_or_neither_rule, money_rules, order_rule, quantity_rules


class ArmsTransferQuerySet(RecordQuerySet):
    """Arms transfers, in the words of the field."""

    def containing_condition(self) -> Q:
        """Whether a transfer of these is part of it, at whatever remove."""
        # Most have no part at all, which one look into an index tells.
        parts: Any = self.model._default_manager.filter(part_of=OuterRef("pk"))
        below = LinkedIds(self.model._meta.get_field("part_of"), OuterRef("pk"))
        return Q(Exists(parts)) & Q(Exists(self.filter(pk__in=below)))

    def naming(self, *actors: Actor) -> Self:
        """Transfers that any of `actors` supplies, receives, uses or designed."""
        any_role = Q()
        for role in ("supplier", "recipient", "end_user", "designer"):
            any_role |= Q(**{f"{role}__in": actors})
        return self.filter(any_role)

    def in_year(self, year: str) -> Self:
        """Transfers ordered or delivered, possibly, in `year` (any EDTF date)."""
        span = dates.parse_edtf(year)
        ordered = Q(ordered_on_earliest__lte=span.latest, ordered_on_latest__gte=span.earliest)
        delivered = Q(
            delivered_on_earliest__lte=span.latest, delivered_on_latest__gte=span.earliest
        )
        return self.filter(ordered | delivered)

    def possibly_in_year(self, year: str) -> Self:
        """Transfers `in_year`, and those of which the order or the delivery has no date."""
        undated = Q(ordered_on_earliest__isnull=True) | Q(delivered_on_earliest__isnull=True)
        return self.filter(undated | Q(pk__in=self.in_year(year).values("pk")))


class ArmsTransfer(NamedRecord):
    """One order of one weapon by one recipient from one supplier, or an aggregate of such."""

    class Category(models.TextChoices):
        """SIPRI's weapon categories, and below them what SIPRI leaves out."""

        AIRCRAFT = "aircraft", "Aircraft"
        AIR_DEFENCE_SYSTEMS = "air_defence_systems", "Air-defence systems"
        ARMOURED_VEHICLES = "armoured_vehicles", "Armoured vehicles"
        ARTILLERY = "artillery", "Artillery"
        ENGINES = "engines", "Engines"
        MISSILES = "missiles", "Missiles"
        NAVAL_WEAPONS = "naval_weapons", "Naval weapons"
        SATELLITES = "satellites", "Satellites"
        SENSORS = "sensors", "Sensors"
        SHIPS = "ships", "Ships"
        OTHER = "other", "Other"
        SMALL_ARMS = "small_arms", "Small arms (not in SIPRI)"
        AMMUNITION = "ammunition", "Ammunition (not in SIPRI)"
        TRAINING = "training", "Training (not in SIPRI)"
        SUPPORT = "support", "Support (not in SIPRI)"
        MIXED = "mixed", "Mixed, for aggregates (not in SIPRI)"

    class Status(models.TextChoices):
        """How far the transfer has come."""

        PROPOSED = "proposed", "Proposed"
        REQUESTED = "requested", "Requested"
        NEGOTIATING = "negotiating", "Under negotiation"
        ORDERED = "ordered", "Ordered"
        PARTIALLY_DELIVERED = "partially_delivered", "Partially delivered"
        DELIVERED = "delivered", "Delivered"
        IN_SERVICE = "in_service", "In service"
        CANCELLED = "cancelled", "Cancelled"

    class Condition(models.TextChoices):
        """In what condition the weapons come."""

        NEW = "new", "New"
        SECOND_HAND = "second_hand", "Second-hand"
        SECOND_HAND_MODERNISED = "second_hand_modernised", "Second-hand, modernised"

    # PROTECT: an actor that has traded arms may be renamed, never deleted.
    supplier = models.ForeignKey(
        Actor, on_delete=models.PROTECT, related_name="arms_supplied", help_text="Who supplies."
    )
    recipient = models.ForeignKey(
        Actor, on_delete=models.PROTECT, related_name="arms_received", help_text="Who receives."
    )
    end_user = models.ForeignKey(
        Actor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="arms_used",
        help_text="Who uses the weapons, if not the recipient as a whole.",
    )
    designer = models.ForeignKey(
        Actor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="arms_designed",
        help_text="Origin of the design, when another than the supplier.",
    )
    weapon_designation = PlainTextField(
        max_length=200, null=True, blank=True, help_text="Type, such as JF-17 Thunder Block III."
    )
    weapon_description = PlainTextField(
        max_length=200, null=True, blank=True, help_text="What it is, such as fighter aircraft."
    )
    weapon_category = models.CharField(
        max_length=19, choices=Category, help_text="SIPRI's category, or what SIPRI leaves out."
    )
    status = models.CharField(
        max_length=19, choices=Status, help_text="How far the transfer has come."
    )
    condition = models.CharField(
        max_length=22,
        choices=Condition,
        null=True,
        blank=True,
        help_text="In what condition the weapons come.",
    )
    number_requested = CountField(help_text="Pieces asked for; empty if no source says.")
    number_ordered = CountField(help_text="Pieces ordered; empty if no source says.")
    number_delivered = CountField(help_text="Pieces delivered; empty if no source says.")
    ordered_on = EdtfField(help_text="When it was ordered (EDTF).")
    delivered_on = EdtfField(help_text="When it was delivered (EDTF), often an interval.")
    value_amount = MoneyField(
        help_text="Price of this line alone; a deal over several lines carries it on its contract."
    )
    # PROTECT: the contract of a deal is named by its lines.
    contract = models.ForeignKey(
        Agreement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="arms_transfers",
        help_text="The deal of which this is a line.",
    )
    # PROTECT: an aggregate is named by its lines.
    part_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="lines",
        help_text="The aggregate in which this line is contained.",
    )
    is_aggregate = models.BooleanField(
        default=False,
        help_text="Whether it sums up lines; lists leave it out beside any of them.",
    )
    is_licensed_production = models.BooleanField(
        default=False, help_text="Whether the recipient builds them under licence."
    )
    tiv_ordered = measure_field("SIPRI trend-indicator value of the order, millions: no price.")
    tiv_delivered = measure_field("SIPRI trend-indicator value delivered, millions: no price.")
    share_percent = models.DecimalField(
        max_digits=6,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="Per cent of what share_of names.",
    )
    share_percent_qualifier = qualifier_field("share_percent")
    share_of = PlainTextField(
        max_length=200, null=True, blank=True, help_text="The whole of which share_percent speaks."
    )

    search_texts = ("weapon_designation", "weapon_description")
    unsearched_texts = NamedRecord.unsearched_texts | {
        "share_of": "Explains a number; it is of others' transfers as much as of this one.",
    }

    objects = ArmsTransferQuerySet.as_manager()  # type: ignore[misc]

    class Meta(NamedRecord.Meta):
        constraints = [
            *quantity_rules("number_requested"),
            *quantity_rules("number_ordered"),
            *quantity_rules("number_delivered"),
            *quantity_rules("share_percent", upper=False),
            *money_rules("value_amount"),
            order_rule("ordered_on", "delivered_on"),
            Rule(
                field="recipient",
                message="Supplier and recipient are two.",
                condition=~Q(supplier=F("recipient")),
                name="transfer_between_two",
            ),
            both_or_neither_rule("share_percent", "share_of", "transfer_share_of_something"),
        ]


class ArmsTransferExternalId(ExternalId):
    """A transfer's identifier in another register, such as SIPRI's."""

    record = models.ForeignKey(ArmsTransfer, on_delete=models.CASCADE, related_name="external_ids")


class ArmsTransferCitation(Citation):
    """What supports a statement about an arms transfer."""

    record = models.ForeignKey(ArmsTransfer, on_delete=models.CASCADE, related_name="citations")
