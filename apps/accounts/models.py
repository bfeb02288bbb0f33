"""Tokens: keys by which programs act for an account, never with more rights than the account."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from knox.models import AbstractAuthToken, get_digest_token
from knox.settings import CONSTANTS

from apps.core.fields import PlainTextField, WordListField
from apps.core.permissions import Act

MAX_LIFETIME = timedelta(days=365)
DEFAULT_LIFETIME = timedelta(days=90)
USE_NOTE_INTERVAL = timedelta(minutes=1)


class Scope(models.TextChoices):
    """What a token may be used for, as far as its account may do so."""

    READ = "read", "read: only read"
    PROPOSE = "propose", "propose: also propose changes, and change drafts"
    PUBLISH = "publish", "publish: also review, publish, retract and merge"
    ADMIN = "admin", "admin: all that the account may do"


ACTS_BY_SCOPE: dict[str, Iterable[Act]] = {
    Scope.READ: (),
    Scope.PROPOSE: (Act.PROPOSE, Act.DRAFT),
    Scope.PUBLISH: (Act.PROPOSE, Act.DRAFT, Act.REVIEW, Act.PUBLISH),
    Scope.ADMIN: tuple(Act),
}


class TokenQuerySet(models.QuerySet):
    """Tokens, and what happens to many of them at once."""

    def revoke(self) -> int:
        """End tokens for good; the rows stay, so that the list shows what there was."""
        return self.filter(revoked_at=None).update(revoked_at=timezone.now())

    def note_use(self, token: "Token") -> int:
        """Write down that a token is being used, at most once a minute."""
        now = timezone.now()
        if token.last_used_at and now - token.last_used_at < USE_NOTE_INTERVAL:
            return 0
        return self.filter(pk=token.pk).update(last_used_at=now)


class Token(AbstractAuthToken):
    """A key by which a program acts for an account, within its scopes, until a date.

    Of the key only a digest is kept, and its beginning, by which people tell keys apart.
    """

    # PROTECT: an account that acted by tokens is disabled, not deleted.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tokens"
    )
    name = PlainTextField(max_length=80, help_text="What the token is for, such as “nightly copy”.")
    scopes = WordListField(
        Scope, blank=False, help_text="What it may be used for, as far as the account itself may."
    )
    expiry = models.DateTimeField(help_text="When it ends; at most a year after it was made.")
    last_used_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="To the minute; empty if never used."
    )
    revoked_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When it was ended before its time."
    )

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created"]

    def __str__(self) -> str:
        return f"{self.name} ({self.token_key}…)"

    def clean(self) -> None:
        super().clean()
        if self.expiry and self.expiry > (self.created or timezone.now()) + MAX_LIFETIME:
            raise ValidationError({"expiry": "A token ends within a year."})

    def make_key(self) -> str:
        """A new key, of which the row takes the digest; it is readable here and never again."""
        self.digest, key = get_digest_token()
        self.token_key = key[: CONSTANTS.TOKEN_KEY_LENGTH]
        return key

    def has_scope_for(self, act: Act) -> bool:
        """Whether the scopes open `act`; whether the account may do it is another question."""
        return any(act in ACTS_BY_SCOPE[scope] for scope in self.scopes)

    def state(self) -> str:
        """Whether it can be used, and if not, why."""
        if self.revoked_at:
            return "revoked"
        if self.expiry <= timezone.now():
            return "expired"
        return "usable" if self.user.is_active else "account disabled"


class EndsTokens:
    """A “password validator” that ends an account's tokens when its password has changed.

    Django calls it after every way of changing a password, and not when it merely hashes the same
    password anew. Sessions need no such thing: they are bound to the hash.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        """Every password will do; other validators choose."""

    def get_help_text(self) -> str:
        return "A new password ends the account's tokens and its other sessions."

    def password_changed(self, password: str, user: User | None = None) -> None:
        Token.objects.filter(user=user).revoke()
