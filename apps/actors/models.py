"""Who acts, and who belongs to what."""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Count, F, Q

from apps.articles.models import Citation
from apps.core import codes
from apps.core.fields import CodeField, EdtfField
from apps.core.holds_field import HoldsField
from apps.core.models import ExternalId, Name, NamedRecord
from apps.core.querysets import RecordQuerySet
from apps.core.rules import Rule, order_rule


def full_memberships_in(organisations: "Iterable[Actor]") -> "MembershipQuerySet":
    """What readers see of the full memberships in any of `organisations`."""
    memberships: MembershipQuerySet = Membership.objects.published()
    return memberships.full_memberships().filter(organisation__in=organisations)


class ActorQuerySet(RecordQuerySet):
    """Actors, in the words of the field."""

    def members_of(
        self,
        *organisations: "Actor",
        on: str = "",
        on__certain: str = "",
        on__possible: str = "",
    ) -> Self:
        """Full members of any of `organisations`: on an EDTF date as the sources stand, certainly,
        or possibly; without a date at any time. One membership meets all dates that are given.
        """
        held = full_memberships_in(organisations)
        held = held.holding_on(on) if on else held
        held = held.certainly_holding_on(on__certain) if on__certain else held
        held = held.possibly_holding_on(on__possible) if on__possible else held
        return self.filter(pk__in=held.values("actor"))

    def possibly_members_of(self, *organisations: "Actor", **dates: str) -> Self:
        """`members_of`, and whoever no evidence excludes from being one on those `dates`."""
        held = full_memberships_in(organisations)
        for date in dates.values():
            held = held.possibly_holding_on(date)
        return self.filter(pk__in=held.values("actor"))

    def known_to_be_outside(self, *organisations: "Actor", **dates: str) -> Self:
        """Of whom it is recorded that they are no full members of any of `organisations` on those
        `dates`: observers, say, or members at another time. Silence is no record.
        """
        recorded = Membership.objects.published().filter(organisation__in=organisations)
        by_actor = recorded.order_by().values("actor")
        counted = by_actor.annotate(bodies=Count("organisation", distinct=True))
        known = counted.filter(bodies=len(set(organisations))).values("actor")
        within = self.possibly_members_of(*organisations, **dates).values("pk")
        return self.filter(pk__in=known).exclude(pk__in=within)


class Actor(NamedRecord):
    """Anyone who acts: a state, an organisation, an armed group, a company, a person."""

    class Kind(models.TextChoices):
        """What sort of actor it is."""

        STATE = "state", "State"
        DE_FACTO_STATE = "de_facto_state", "De facto state, whatever its recognition"
        SUBNATIONAL_ENTITY = "subnational_entity", "Part of a state, such as a republic"
        INTERNATIONAL_ORGANISATION = "international_organisation", "International organisation"
        ALLIANCE = "alliance", "Alliance or bloc"
        FORMAT = "format", "Consultation format"
        GOVERNMENT_BODY = "government_body", "Body of a government"
        ARMED_FORCES = "armed_forces", "Armed forces of a state"
        ARMED_GROUP = "armed_group", "Armed group"
        PARTY = "party", "Political party"
        COMPANY = "company", "Company"
        MEDIA = "media", "Media"
        RESEARCH_INSTITUTE = "research_institute", "Research institute"
        NGO = "ngo", "Non-governmental organisation"
        ETHNIC_GROUP = "ethnic_group", "Ethnic group"
        PERSON = "person", "Person"

    class Region(models.TextChoices):
        """The part of the world to which an actor belongs."""

        SOUTH_CAUCASUS = "south_caucasus", "South Caucasus"
        NORTH_CAUCASUS = "north_caucasus", "North Caucasus"
        CENTRAL_ASIA = "central_asia", "Central Asia"
        BLACK_SEA = "black_sea", "Black Sea"
        MIDDLE_EAST = "middle_east", "Middle East"
        SOUTH_ASIA = "south_asia", "South Asia"
        EAST_ASIA = "east_asia", "East Asia"
        EUROPE = "europe", "Europe"
        NORTH_AMERICA = "north_america", "North America"
        GLOBAL = "global", "Global"

    kind = models.CharField(max_length=26, choices=Kind, help_text="What sort of actor it is.")
    country = CodeField(
        codes=codes.COUNTRIES,
        max_length=2,
        help_text="ISO 3166-1 alpha-2 code of its seat; for a state its own.",
    )
    iso_code = CodeField(
        codes=codes.STATE_CODES, help_text="ISO 3166-1 alpha-3 code, for states only."
    )
    region = models.CharField(
        max_length=14,
        choices=Region,
        null=True,
        blank=True,
        help_text="The part of the world to which it belongs.",
    )
    # PROTECT: who has factions, bodies or subsidiaries is named by them.
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        help_text="Of which it is a faction, a body or a subsidiary.",
    )
    founded_on = EdtfField(help_text="When it came into being (EDTF); for a person the birth.")
    dissolved_on = EdtfField(help_text="When it ceased to be (EDTF).")
    successor_of = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="succeeded_by",
        help_text="Actors whose place it took.",
    )

    uncited_fields = ("kind", *NamedRecord.uncited_fields)
    distinct_codes = ("iso_code",)
    choice_hints = ("kind", "country")

    quoted_fields = ("country", "kind")

    objects = ActorQuerySet.as_manager()  # type: ignore[misc]

    class Meta(NamedRecord.Meta):
        indexes = [models.Index(fields=["iso_code"], name="actor_iso_code")]  # one way to name it
        constraints = [
            Rule(
                field="iso_code",
                message="Only a state has an ISO 3166-1 alpha-3 code.",
                condition=Q(iso_code__isnull=True) | Q(kind="state"),
                name="actor_iso_code_is_of_a_state",
            ),
            order_rule("founded_on", "dissolved_on"),
        ]


class ActorName(Name):
    """A further name of an actor."""

    record = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="names")


class ActorExternalId(ExternalId):
    """An actor's identifier in another register."""

    record = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="external_ids")


class ActorCitation(Citation):
    """What supports a statement about an actor."""

    record = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="citations")


class MembershipQuerySet(RecordQuerySet):
    """Memberships, in the words of the field."""

    def full_memberships(self) -> Self:
        """Memberships in the full sense: not observers, candidates or applicants.

        A person has an office in a body, or works for it, and is no member of it.
        """
        return self.filter(role__in=Membership.FULL).exclude(actor__kind=Actor.Kind.PERSON)


class Membership(NamedRecord):
    """An actor in an organisation, bloc, format or body, over a time."""

    class Role(models.TextChoices):
        """As what it belongs."""

        MEMBER = "member", "Member"
        FOUNDING_MEMBER = "founding_member", "Founding member"
        OBSERVER = "observer", "Observer"
        CANDIDATE = "candidate", "Candidate"
        APPLICANT = "applicant", "Applicant"
        DIALOGUE_PARTNER = "dialogue_partner", "Dialogue partner"
        PARTICIPANT = "participant", "Participant"
        CHAIR = "chair", "Chair"

    class Status(models.TextChoices):
        """Where the membership stands."""

        ACTIVE = "active", "Active"
        FROZEN = "frozen", "Frozen"
        SUSPENDED = "suspended", "Suspended"
        BLOCKED = "blocked", "Blocked by another"
        WITHDRAWING = "withdrawing", "Withdrawing"
        WITHDRAWN = "withdrawn", "Withdrawn"
        ENDED = "ended", "Ended"
        DISPUTED = "disputed", "Disputed"

    FULL = (Role.MEMBER, Role.FOUNDING_MEMBER, Role.CHAIR)

    # PROTECT: memberships say something about both sides; neither goes away from under them.
    actor = models.ForeignKey(
        Actor, on_delete=models.PROTECT, related_name="memberships", help_text="Who belongs."
    )
    organisation = models.ForeignKey(
        Actor, on_delete=models.PROTECT, related_name="members", help_text="To what it belongs."
    )
    role = models.CharField(max_length=16, choices=Role, help_text="As what it belongs.")
    status = models.CharField(
        max_length=11, choices=Status, help_text="Where the membership stands."
    )
    since = EdtfField(help_text="When it began (EDTF).")
    until = EdtfField(help_text="When it ended (EDTF); empty while it lasts.")
    holds = HoldsField(
        begins="since",
        ends="until",
        ongoing=(
            Status.ACTIVE,
            Status.FROZEN,
            Status.SUSPENDED,
            Status.BLOCKED,
            Status.WITHDRAWING,
        ),
        over=(Status.WITHDRAWN, Status.ENDED),
        asked_by={"on": "Lasted on some day of this EDTF date", "during": "The same as `on`"},
        help_text="When it lasts.",
    )
    blocked_by = models.ManyToManyField(
        Actor, blank=True, related_name="blocks", help_text="Who blocks it."
    )

    objects = MembershipQuerySet.as_manager()  # type: ignore[misc]

    class Meta(NamedRecord.Meta):
        constraints = [
            order_rule("since", "until"),
            Rule(
                field="organisation",
                message="Nobody is a member of itself.",
                condition=~Q(actor=F("organisation")),
                name="membership_in_another",
            ),
        ]


class MembershipExternalId(ExternalId):
    """A membership's identifier in another register."""

    record = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="external_ids")


class MembershipCitation(Citation):
    """What supports a statement about a membership."""

    record = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="citations")
