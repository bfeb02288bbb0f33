"""What actors agreed on: treaties, ceasefires, contracts, declarations, laws that bind others."""

from collections.abc import Mapping
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from apps.actors.models import Actor
from apps.articles.models import Citation
from apps.core.fields import EdtfField, HttpURLField, MoneyField, PlainTextField
from apps.core.holding import KindRule
from apps.core.holds_field import HoldsField
from apps.core.models import ExternalId, Name, NamedRecord, Part
from apps.core.querysets import RecordQuerySet
from apps.core.rules import Rule, money_rules, order_rule
from apps.places.models import Place


class AgreementQuerySet(RecordQuerySet):
    """Agreements, in the words of the field."""

    def naming(self, *actors: Actor) -> Self:
        """Agreements in which any of `actors` has any part."""
        return self.having_part("parties", actor__in=actors)

    def with_party(self, *actors: Actor) -> Self:
        """Agreements to which any of `actors` is party in the proper sense, not as mediator."""
        return self.having_part("parties", actor__in=actors, role=Party.Role.PARTY)

    def between(self, *actors: Actor) -> Self:
        """Agreements to which all of `actors` are party."""
        agreements = self
        for actor in actors:  # one subquery each: a single one would want one row to match all
            agreements = agreements.with_party(actor)
        return agreements

    def mediated_by(self, *actors: Actor) -> Self:
        """Agreements that any of `actors` mediated, brokered or guaranteed."""
        return self.having_part("parties", actor__in=actors, role__in=Party.MEDIATING)


class Agreement(NamedRecord):
    """An agreement between actors, or a unilateral act that binds others, such as a law."""

    class Kind(models.TextChoices):
        """What sort of agreement it is."""

        TREATY = "treaty", "Treaty"
        CONVENTION = "convention", "Convention"
        CHARTER = "charter", "Charter"
        CEASEFIRE = "ceasefire", "Ceasefire"
        PEACE_AGREEMENT = "peace_agreement", "Peace agreement"
        PROTOCOL = "protocol", "Protocol"
        DECLARATION = "declaration", "Declaration"
        JOINT_STATEMENT = "joint_statement", "Joint statement"
        MEMORANDUM = "memorandum", "Memorandum"
        CONTRACT = "contract", "Contract"
        BASE_AGREEMENT = "base_agreement", "Agreement on a military base"
        AGREEMENT_IN_PRINCIPLE = "agreement_in_principle", "Agreement in principle"
        RESOLUTION = "resolution", "Resolution"
        DOMESTIC_LAW = "domestic_law", "Domestic law"

    class Status(models.TextChoices):
        """How far it has come."""

        PROPOSED = "proposed", "Proposed"
        NEGOTIATING = "negotiating", "Under negotiation"
        AGREED = "agreed", "Agreed, not signed"
        INITIALLED = "initialled", "Initialled"
        SIGNED = "signed", "Signed"
        IN_FORCE = "in_force", "In force"
        SUSPENDED = "suspended", "Suspended"
        EXPIRED = "expired", "Expired"
        TERMINATED = "terminated", "Terminated"
        VIOLATED = "violated", "Violated"
        SUPERSEDED = "superseded", "Superseded"

    # What binds by being made, although nobody says that it entered into force, and why.
    BY_WORD = ("signed_on", "agreed_on"), (Status.SIGNED, Status.AGREED)
    BY_SIGNATURE = ("signed_on",), (Status.SIGNED,)
    BINDING_BY_THEMSELVES: Mapping[str, KindRule] = {
        Kind.CEASEFIRE: KindRule(
            *BY_WORD, "The fire ceases at an hour agreed on, often by word alone; none is ratified."
        ),
        Kind.DECLARATION: KindRule(
            *BY_WORD, "It has its effect by being made; one that a single side makes is not signed."
        ),
        Kind.JOINT_STATEMENT: KindRule(
            *BY_WORD, "It says what its authors hold from then on; most are issued, not signed."
        ),
        Kind.MEMORANDUM: KindRule(
            *BY_SIGNATURE, "The understanding that it states is reached by its signature."
        ),
        Kind.PROTOCOL: KindRule(
            *BY_SIGNATURE,
            "It records what was settled; if it has to be ratified, its entry is dated.",
        ),
    }

    kind = models.CharField(max_length=22, choices=Kind, help_text="What sort of agreement it is.")
    status = models.CharField(max_length=11, choices=Status, help_text="How far it has come.")
    agreed_on = EdtfField(help_text="When it was agreed (EDTF).")
    signed_on = EdtfField(help_text="When it was signed (EDTF).")
    # PROTECT: a place that is named stays.
    signed_in = models.ForeignKey(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements_signed",
        help_text="Where it was signed.",
    )
    entered_into_force_on = EdtfField(help_text="When it entered into force (EDTF).")
    expires_on = EdtfField(help_text="Until when it is concluded (EDTF); empty: without a term.")
    ended_on = EdtfField(help_text="When it in fact ended (EDTF); empty while it lasts.")
    holds = HoldsField(
        begins="entered_into_force_on",
        ends="ended_on",
        ongoing=(Status.IN_FORCE,),
        over=(Status.SUSPENDED, Status.EXPIRED, Status.TERMINATED, Status.SUPERSEDED),
        not_begun=(Status.PROPOSED, Status.NEGOTIATING, Status.INITIALLED),
        asked_by={"in_force_on": "In force on some day of this EDTF date"},
        made_on=("signed_on", "agreed_on"),
        term="expires_on",
        ran_out=(Status.EXPIRED,),
        kind_rules=BINDING_BY_THEMSELVES,
        help_text="When it is in force.",
    )
    duration_years = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(999)],
        help_text="Agreed duration in years.",
    )
    termination_rule = PlainTextField(
        max_length=500, null=True, blank=True, help_text="How it may be ended, in our own words."
    )
    value_amount = MoneyField(help_text="What it is worth, in units of value_currency.")
    text_url = HttpURLField(null=True, blank=True, help_text="Where its text can be read.")

    search_texts = ("termination_rule", "provisions.subject")
    unsearched_texts = NamedRecord.unsearched_texts | {
        "provisions.number": "A number within the agreement says nothing without it.",
    }
    uncited_fields = ("kind", *NamedRecord.uncited_fields)
    choice_hints = ("kind",)

    objects = AgreementQuerySet.as_manager()  # type: ignore[misc]

    class Meta(NamedRecord.Meta):
        constraints = [
            *money_rules("value_amount"),
            order_rule("agreed_on", "signed_on"),
            order_rule("signed_on", "expires_on"),
            order_rule("signed_on", "ended_on"),
            order_rule("entered_into_force_on", "ended_on"),
        ]


class Party(Part):
    """An actor's part in an agreement."""

    class Role(models.TextChoices):
        """As what it takes part."""

        PARTY = "party", "Party"
        MEDIATOR = "mediator", "Mediator"
        GUARANTOR = "guarantor", "Guarantor"
        BROKER = "broker", "Broker"
        WITNESS = "witness", "Witness"
        OBSERVER = "observer", "Observer"
        MANDATE_HOLDER = "mandate_holder", "Holder of a mandate"
        TRANSIT_TERRITORY = "transit_territory", "Territory of transit"
        BENEFICIARY = "beneficiary", "Beneficiary"
        OPPONENT = "opponent", "Opponent"

    MEDIATING = (Role.MEDIATOR, Role.BROKER, Role.GUARANTOR)

    record = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="parties")
    # PROTECT: who is party to an agreement may be renamed, never deleted.
    actor = models.ForeignKey(
        Actor, on_delete=models.PROTECT, related_name="agreements", help_text="Who takes part."
    )
    role = models.CharField(
        max_length=17, choices=Role, default=Role.PARTY, help_text="As what it takes part."
    )
    note = PlainTextField(
        max_length=300, null=True, blank=True, help_text="A remark, such as when it acceded."
    )

    class Meta(Part.Meta):
        constraints = [
            *Part.Meta.constraints,
            models.UniqueConstraint(
                fields=["record", "actor", "role"],
                name="party_once_a_role",
                violation_error_message="This actor stands twice in the same role.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor} ({self.role})"


class Provision(Part):
    """A clause of an agreement and what it is about."""

    record = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="provisions")
    number = PlainTextField(max_length=20, help_text="Article or clause, as the agreement counts.")
    subject = PlainTextField(max_length=300, help_text="What it is about, in our own words.")

    def __str__(self) -> str:
        return f"{self.number}: {self.subject}"


class Relation(Part):
    """How an agreement bears on another."""

    class Kind(models.TextChoices):
        """What this agreement does to the other."""

        SUPERSEDES = "supersedes", "Supersedes"
        AMENDS = "amends", "Amends"
        EXTENDS = "extends", "Extends"
        IMPLEMENTS = "implements", "Implements"
        PART_OF = "part_of", "Is part of"
        REAFFIRMS = "reaffirms", "Reaffirms"

    record = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="relations")
    # PROTECT: an agreement that another builds on is named by it.
    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, related_name="related_from", help_text="The other one."
    )
    kind = models.CharField(max_length=10, choices=Kind, help_text="What this one does to it.")

    class Meta(Part.Meta):
        constraints = [
            *Part.Meta.constraints,
            Rule(
                field="agreement",
                message="An agreement does not bear on itself.",
                condition=~Q(record=F("agreement")),
                name="relation_to_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.agreement}"


class AgreementName(Name):
    """A further name of an agreement."""

    record = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="names")


class AgreementExternalId(ExternalId):
    """An agreement's identifier in another register."""

    record = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="external_ids")


class AgreementCitation(Citation):
    """What supports a statement about an agreement."""

    record = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="citations")
