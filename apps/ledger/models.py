"""The one number and the one history: every change of the dataset, in the order of its commits."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection, models
from django.db.models import Exists, Max, OuterRef

from apps.ledger.request_ids import LONGEST, current_request_id

KEPT_ANSWER_LIFETIME = timedelta(hours=24)  # answers to requests with an Idempotency-Key


class Dataset(models.Model):
    """The dataset as a whole: one row, whose number is the revision that readers see.

    A writer locks this row last, when its own work is done, so that writers wait for one another
    only during the commit. Thus the order of the numbers is the order of the commits.
    """

    number = models.PositiveBigIntegerField(default=0, help_text="The newest public revision.")

    class Meta:
        verbose_name_plural = "dataset"

    def __str__(self) -> str:
        return f"dataset at revision {self.number}"

    @classmethod
    def current_revision(cls) -> int:
        """The newest public revision; 0 before anything was published."""
        return cls.objects.values_list("number", flat=True).filter(pk=1).first() or 0


class RevisionQuerySet(models.QuerySet):
    """Revisions by the number that documents, fixtures and the change feed name."""

    def get_by_natural_key(self, number: int) -> Any:
        return self.get(number=number)


class Revision(models.Model):
    """One act of one person or program: what belongs together and was committed together."""

    class Origin(models.TextChoices):
        """The way in by which the change came."""

        SEED = "seed", "Seed files"
        ADMIN = "admin", "The admin"
        API = "api", "The API"
        IMPORT = "import", "An imported file"
        BUNDLE = "bundle", "A shared bundle"
        PROPOSAL = "proposal", "An approved proposal"
        REBUILD = "rebuild", "Documents rendered anew after a change of their shape"

    number = models.PositiveBigIntegerField(
        unique=True,
        null=True,
        blank=True,
        help_text="Place in the public sequence; empty where only drafts were touched.",
    )
    at = models.DateTimeField(db_index=True)
    # PROTECT: who changed what outlives the account, which is disabled, not deleted.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)
    origin = models.CharField(max_length=10, choices=Origin)
    request_id = models.CharField(max_length=LONGEST, null=True, blank=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        permissions = [
            ("propose", "Can propose changes and new records"),
            ("draft", "Can change drafts"),
            ("review", "Can review the proposals of others"),
            ("publish", "Can publish, retract and merge records"),
            ("administer", "Can undo imports and manage accounts and tokens"),
        ]

    def __str__(self) -> str:
        return (
            f"revision {self.number}" if self.number else f"unpublished work of {self.at:%Y-%m-%d}"
        )

    def natural_key(self) -> tuple[int | None]:
        return (self.number,)


class VersionQuerySet(models.QuerySet):
    """Versions by what they are of."""

    def for_record(self, record: Any) -> "VersionQuerySet":
        """All versions of one record, newest first."""
        return self.filter(type=record.endpoint(), slug=record.slug).order_by("-revision__id")

    def public(self) -> "VersionQuerySet":
        """What readers have seen."""
        return self.filter(is_public=True)

    def drafts_by(self, user: User | AnonymousUser) -> "VersionQuerySet":
        """What an account saved of drafts that neither went since nor were published."""
        same = Version.objects.filter(type=OuterRef("type"), slug=OuterRef("slug"))
        gone = models.Q(operation=Version.Operation.DISCARDED) | models.Q(is_public=True)
        ended = same.filter(gone, pk__gte=OuterRef("pk"))
        return self.filter(~Exists(ended), revision__user=user)

    def records_last_changed_outside(self, *origins: str) -> set[tuple[str, str]]:
        """Records, as (type, slug), whose newest version came in by another way than `origins`."""
        newest = self.values("type", "slug").annotate(newest=Max("id")).order_by().values("newest")
        others = self.filter(pk__in=newest).exclude(revision__origin__in=origins)
        return set(others.values_list("type", "slug"))

    def get_by_natural_key(self, number: int, type: str, slug: str) -> Any:
        return self.get(revision__number=number, type=type, slug=slug)


class Version(models.Model):
    """One record as it stood after one revision."""

    class Operation(models.TextChoices):
        """What the revision did to the record."""

        DRAFTED = "drafted", "Draft saved"
        CREATED = "created", "Created"
        UPDATED = "updated", "Updated"
        RETRACTED = "retracted", "Retracted"
        MERGED = "merged", "Merged into another record"
        DISCARDED = "discarded", "Draft deleted"

    # PROTECT: history is only ever added to.
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="versions")
    type = models.CharField(
        max_length=50, help_text="The record's endpoint, such as arms-transfers."
    )
    slug = models.CharField(max_length=120)
    operation = models.CharField(max_length=9, choices=Operation)
    is_public = models.BooleanField()
    document = models.TextField(null=True, help_text="The document then; empty for a tombstone.")
    into = models.CharField(
        max_length=120,
        null=True,
        blank=True,
        help_text="Slug of the record of the same type into which this one was merged.",
    )

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "type", "slug"], name="version_once_a_revision"
            ),
            models.CheckConstraint(
                name="version_merged_into_a_survivor",
                condition=models.Q(operation="merged", into__isnull=False)
                | (~models.Q(operation="merged") & models.Q(into__isnull=True)),
                violation_error_message="A merge, and nothing else, names the record that remains.",
            ),
        ]
        indexes = [models.Index(fields=["type", "slug", "revision"], name="version_of_record")]

    def __str__(self) -> str:
        return f"{self.type}/{self.slug} {self.operation}"

    def natural_key(self) -> tuple[int | None, str, str]:
        return (self.revision.number, self.type, self.slug)

    natural_key.dependencies = ["ledger.revision"]  # type: ignore[attr-defined]


class ProposalQuerySet(models.QuerySet):
    """Proposals by what is still to be done with them."""

    def open(self) -> "ProposalQuerySet":
        """Those that may still become a version: waiting, sent back or kept."""
        return self.filter(state__in=Proposal.OPEN)

    def waiting(self) -> "ProposalQuerySet":
        """Those that somebody has to decide on."""
        return self.filter(state=Proposal.State.WAITING)

    def submit(self, proposal: "Proposal") -> "Proposal":
        """Hand in a proposal; it takes the place of its author's open one on the same record."""
        kept = proposal.state == Proposal.State.KEPT
        same = self.open().filter(type=proposal.type, slug=proposal.slug, author=proposal.author)
        alike = (
            same.filter(state=proposal.state) if kept else same.exclude(state=Proposal.State.KEPT)
        )
        earlier = (same.filter(pk=proposal.pk) if proposal.pk else alike).first()
        if earlier:
            proposal.pk, proposal.made_at = earlier.pk, earlier.made_at
        proposal.save()
        if not kept:
            act = Remark.Act.REVISED if earlier else Remark.Act.PROPOSED
            proposal.add_remark(proposal.author, act, proposal.reason)
        return proposal


class Proposal(models.Model):
    """A record's document that waits: no reader sees it before somebody else approved it."""

    class State(models.TextChoices):
        """What is to be done with it."""

        WAITING = "waiting", "Waits for review"
        SENT_BACK = "sent_back", "Sent back to its author"
        KEPT = "kept", "Kept for its author: the record changed while it was typed"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn by its author"

    OPEN = (State.WAITING, State.SENT_BACK, State.KEPT)

    type = models.CharField(max_length=50, help_text="The record's endpoint.")
    slug = models.CharField(max_length=120)
    # PROTECT: history is only ever added to.
    base = models.ForeignKey(
        Version,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The version that was changed; empty for a new record.",
    )
    document = models.TextField(help_text="The whole document that is proposed.")
    reason = models.CharField(max_length=500, blank=True, help_text="Why, for the history.")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="proposals"
    )
    origin = models.CharField(max_length=10, choices=Revision.Origin)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    revision = models.ForeignKey(
        Revision,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        help_text="The revision that it became.",
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-id"]
        indexes = [models.Index(fields=["state", "type", "slug"], name="proposal_of_record")]

    def __str__(self) -> str:
        return f"{self.type}/{self.slug}"

    def withdraw_as_saved(self, number: int | None) -> None:
        """Its author could save it without anybody's approval, and has."""
        self.state = self.State.WITHDRAWN
        self.save(update_fields=["state", "changed_at"])
        self.add_remark(self.author, Remark.Act.WITHDRAWN, f"Saved in revision {number}.")

    def add_remark(self, user: User | AnonymousUser, act: str, text: str = "") -> "Remark":
        """Note what was done with it, and what was said."""
        # Strangers may do nothing with proposals: whoever comes here has an account.
        author = cast("User", user)
        return Remark.objects.create(proposal=self, user=author, act=act, text=text)


class Remark(models.Model):
    """What was done with a proposal, by whom, and what was said of it."""

    class Act(models.TextChoices):
        """What was done."""

        PROPOSED = "proposed", "Proposed"
        REVISED = "revised", "Revised"
        SENT_BACK = "sent_back", "Sent back"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"

    # PROTECT: what was said is kept, as the proposal is.
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="remarks")
    # PROTECT: who said what outlives the account, which is disabled, not deleted.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=9, choices=Act)
    text = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.proposal}"


class KeptAnswerQuerySet(models.QuerySet):
    """Kept answers, and how long they are."""

    def recent(self) -> "KeptAnswerQuerySet":
        """Those that are still given."""
        return self.filter(at__gt=datetime.now(UTC) - KEPT_ANSWER_LIFETIME)

    def try_claim(self, user: User | AnonymousUser, key: str) -> bool:
        """Whether no other request of the account with this key runs; until the transaction ends.

        On SQLite writers come one at a time: whoever is here, the others have ended.
        """
        if connection.vendor != "postgresql":
            return True
        with connection.cursor() as cursor:
            question = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
            cursor.execute(question, [f"{user.pk}:{key}"])
            (is_free,) = cursor.fetchone()
        return bool(is_free)

    def keep(self, answer: "KeptAnswer") -> None:
        """Keep an answer; older ones of the account go."""
        self.filter(user=answer.user, at__lte=datetime.now(UTC) - KEPT_ANSWER_LIFETIME).delete()
        answer.save(force_insert=True)


class KeptAnswer(models.Model):
    """What was answered to a write, for whoever sends the same again by its Idempotency-Key."""

    # PROTECT: an account that wrote is disabled, not deleted.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=200)
    asked = models.CharField(max_length=64, help_text="A digest of the request.")
    status = models.PositiveSmallIntegerField()
    body = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = KeptAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="key_once_an_account")]

    def __str__(self) -> str:
        return f"{self.status} to {self.key}"


@dataclass(frozen=True)
class RevisionStamp:
    """A new revision: its row, and the number and time that its public documents carry."""

    revision: Revision
    number: int | None
    at: datetime


def utc_text(at: datetime) -> str:
    """A time as documents write it (RFC 3339)."""
    return at.isoformat().replace("+00:00", "Z")


def stamped_document(body: str, number: int | None, at: datetime | None) -> str:
    """`body`, a JSON object, with `revision` and `updated_at` as its last two keys."""
    moment = f'"{utc_text(at)}"' if at else "null"
    return f'{body[:-1]},"revision":{"null" if number is None else number},"updated_at":{moment}}}'


def create_revision(
    *,
    user: User | AnonymousUser | None,
    reason: str,
    origin: str,
    at: datetime | None,
    public: bool,
) -> RevisionStamp:
    """Make the revision. For a public one, lock and bump the dataset's row until the commit.

    `at` is taken over only if the history does not run backwards by it.
    """
    number = None
    if public:
        dataset, _ = Dataset.objects.select_for_update().get_or_create(pk=1)
        dataset.number += 1
        dataset.save(update_fields=["number"])
        number = dataset.number
    newest = Revision.objects.order_by("-id").values_list("at", flat=True).first()
    moment = datetime.now(UTC)
    if at is not None and (newest is None or at >= newest):
        moment = at
    author = cast("User | None", user)  # strangers may write nothing, and were refused before
    request_id = current_request_id.get()  # as the log names it; none for commands
    revision = Revision.objects.create(
        number=number, at=moment, user=author, reason=reason, origin=origin, request_id=request_id
    )
    return RevisionStamp(revision, number, moment)
