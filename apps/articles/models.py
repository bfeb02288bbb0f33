"""The evidence: articles and other sources, and the citation that ties each fact to one."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Self

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, prefetch_related_objects

from apps.core.dates import Span, parse_edtf
from apps.core.fields import EdtfField, HttpURLField, NameField, PlainTextField
from apps.core.holding import GENERAL_KNOWLEDGE
from apps.core.models import ExternalId, Part, Record
from apps.core.querysets import RecordQuerySet
from apps.core.spelling import did_you_mean

GONE_STATUSES = (404, 410)  # answers that say that there is nothing and leave no doubt
MIN_TIME_BETWEEN_FAILURES = timedelta(days=1)  # between two failures, before a link counts as dead


class LinkQuerySet(models.QuerySet):
    """Checks of links by what came of them."""

    def dead(self) -> Self:
        """Those that say they are gone, or that failed at two checks at least a day apart."""
        twice = Q(checked_at__gte=F("failing_since") + MIN_TIME_BETWEEN_FAILURES)
        return self.filter(Q(status__in=GONE_STATUSES) | twice, failing_since__isnull=False)

    def checked_since(self, moment: datetime) -> Self:
        """Those that were asked at `moment` or later."""
        return self.filter(checked_at__gte=moment)

    def note_answer(
        self, address: str, *, status: int | None, reason: str, fails: bool, at: datetime
    ) -> None:
        """Keep what became of a link that was asked `at` a time, and since when it fails."""
        known = self.filter(address=address).values_list("failing_since", flat=True).first()
        since = (known or at) if fails else None
        values = {"status": status, "reason": reason, "checked_at": at, "failing_since": since}
        self.update_or_create(address=address, defaults=values)

    def forget_all_but(self, addresses: Iterable[str]) -> None:
        """Drop the checks of links that no article has any more."""
        gone = set(self.values_list("address", flat=True)) - set(addresses)
        self.filter(address__in=gone).delete()


class Link(models.Model):
    """What a web address answered when it was last asked: about the web, no fact of the dataset."""

    address = models.CharField(max_length=500, unique=True, help_text="As the article has it.")
    status = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The last HTTP status; empty if there was no answer."
    )
    reason = models.CharField(max_length=700, help_text="What came of it, in words.")
    checked_at = models.DateTimeField(help_text="When it was last asked.")
    failing_since = models.DateTimeField(
        null=True, blank=True, help_text="The first of the failures since it last answered."
    )

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["address"]

    def __str__(self) -> str:
        if self.failing_since is None:
            return f"answered {self.reason} on {self.checked_at:%Y-%m-%d}"
        asked = f"asked on {self.checked_at:%Y-%m-%d}"
        return f"fails since {self.failing_since:%Y-%m-%d}: {self.reason} ({asked})"


class ArticleQuerySet(RecordQuerySet):
    """Articles, also by what became of their addresses."""

    def unarchived(self) -> Self:
        """Published articles that were read on the web and of which no archived copy is named."""
        return self.published().filter(url__isnull=False, archived_url__isnull=True)

    def with_dead_links(self) -> Self:
        """Published articles of which the address, or that of the copy, is dead."""
        dead = Link.objects.dead().values("address")
        return self.published().filter(Q(url__in=dead) | Q(archived_url__in=dead))

    def addresses(self) -> set[str]:
        """Every web address that an article or its archived copy has."""
        pairs = self.order_by().values_list("url", "archived_url")
        return {address for pair in pairs for address in pair if address}


class Article(Record):
    """A text or dataset that records cite. Its text is never stored here, only where to find it."""

    class Kind(models.TextChoices):
        """What sort of source it is."""

        ANALYSIS = "analysis", "Analysis"
        OP_ED = "op_ed", "Op-ed"
        NEWS = "news", "News report"
        WORKSHOP_REPORT = "workshop_report", "Workshop report"
        PAPER = "paper", "Paper"
        BOOK = "book", "Book"
        DATASET = "dataset", "Dataset"
        OFFICIAL_DOCUMENT = "official_document", "Official document"
        INTERVIEW = "interview", "Interview"
        TEASER = "teaser", "Teaser of a longer text"

    title = NameField(
        max_length=300, help_text="The title; in square brackets where the source carries none."
    )
    kind = models.CharField(max_length=17, choices=Kind, help_text="What sort of source it is.")
    publisher = PlainTextField(max_length=200, null=True, blank=True, help_text="Who published it.")
    series = PlainTextField(
        max_length=200, null=True, blank=True, help_text="Journal, column or series it is part of."
    )
    language = PlainTextField(
        max_length=35, null=True, blank=True, help_text="BCP 47 tag of the text's language."
    )
    published_on = EdtfField(
        help_text="When it came out (EDTF); an interval if only bounds are known."
    )
    url = HttpURLField(null=True, blank=True, help_text="Where it was read.")
    archived_url = HttpURLField(null=True, blank=True, help_text="An archived copy of it.")
    accessed_on = EdtfField(help_text="When it was last read there (EDTF).")
    licence = PlainTextField(
        max_length=100, null=True, blank=True, help_text="SPDX name or the publisher's terms."
    )
    is_redistributable = models.BooleanField(
        default=False, help_text="Whether data that rest on it may be passed on in exports."
    )

    label_field = "title"
    search_texts = ("authors.name", "publisher", "series")
    unsearched_texts = Record.unsearched_texts | {
        "language": "A tag, which is a filter.",
        "licence": "Terms of use, not what the article is about.",
        "authors.affiliation": "Would find everything that an institute's people wrote.",
        "sections.name": "Most articles have the same headings.",
    }
    uncited_fields = ("title", "kind", "language", "sections", *Record.uncited_fields)
    choice_hints = ("kind",)
    quoted_fields = ("published_on",)

    GENERAL_KNOWLEDGE = GENERAL_KNOWLEDGE

    objects = ArticleQuerySet.as_manager()  # type: ignore[misc]

    def paragraph_counts(self) -> dict[str, int]:
        """Section name to number of paragraphs, also while the article is still being taken."""
        if self.pk:
            prefetch_related_objects([self], "sections")  # once, for thousands of citations
        taken = self.__dict__.get("_prefetched_objects_cache", {}).get("sections", ())
        return {section.name: section.paragraphs for section in taken}

    def citations_that_name_it(self) -> Iterator["Citation"]:
        """Every citation of this article, in whatever type of record, with its record."""
        for model in apps.get_models():
            if issubclass(model, Citation):
                citations: Any = model._default_manager
                yield from citations.filter(article=self).select_related("record")

    def publication_objections(self) -> Iterable[tuple[str, str]]:
        """No citation anywhere may point beyond the article's sections."""
        paragraphs = self.paragraph_counts()
        for citation in self.citations_that_name_it():
            if citation.section and (citation.paragraph or 1) > paragraphs.get(citation.section, 0):
                record: Any = citation.record  # type: ignore[attr-defined]
                owner = f"{record.endpoint()}/{record.slug}"
                place = f"{citation.section} ¶{citation.paragraph or '?'}"
                yield "sections", f"{owner} cites {place}, which the article would not have."


class Author(Part):
    """Someone who wrote an article, with the affiliation that it states."""

    # CASCADE: a part goes with its record.
    record = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="authors")
    name = PlainTextField(max_length=200, help_text="As the article prints it.")
    affiliation = PlainTextField(
        max_length=300, null=True, blank=True, help_text="As the article states it."
    )

    def __str__(self) -> str:
        return str(self.name)


class Section(Part):
    """A section of an article and how many paragraphs it has: what a locator is checked against."""

    record = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="sections")
    name = PlainTextField(
        max_length=100, help_text="INTRO, BACKGROUND, IMPLICATIONS, CONCLUSIONS or its own heading."
    )
    paragraphs = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5000)],
        help_text="Number of paragraphs, counted from its heading.",
    )

    class Meta(Part.Meta):
        constraints = [
            *Part.Meta.constraints,
            models.UniqueConstraint(
                fields=["record", "name"],
                name="section_names_differ",
                violation_error_message="The article has two sections of this name.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.paragraphs})"


class ArticleExternalId(ExternalId):
    """An article's identifier in another register, such as its DOI."""

    record = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="external_ids")


class Citation(Part):
    """What one article says about one field of one record, and where; never a quotation."""

    class Stance(models.TextChoices):
        """How the article puts it."""

        STATES = "states", "States"
        ESTIMATES = "estimates", "Estimates"
        ALLEGES = "alleges", "Alleges, or passes on an allegation"
        DENIES = "denies", "Denies"
        DISPUTES = "disputes", "Disputes"

    # PROTECT: an article on which facts rest cannot go away from under them.
    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, related_name="+", help_text="The source."
    )
    section = PlainTextField(
        max_length=100, null=True, blank=True, help_text="One of the article's sections."
    )
    paragraph = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5000)],
        help_text="Paragraph within the section, from 1.",
    )
    page = PlainTextField(
        max_length=20, null=True, blank=True, help_text="Page or pages, for sources in pages."
    )
    field = models.CharField(
        max_length=40,
        null=True,
        blank=True,
        help_text="The record's field that it supports; empty: the record as such.",
    )
    value = PlainTextField(
        max_length=300,
        null=True,
        blank=True,
        help_text="What this article says, where that differs from the record's own value.",
    )
    stance = models.CharField(
        max_length=9, choices=Stance, default=Stance.STATES, help_text="How the article puts it."
    )
    note = PlainTextField(
        max_length=500, null=True, blank=True, help_text="A remark, in the project's own words."
    )

    class Meta(Part.Meta):
        abstract = True

    def __str__(self) -> str:
        place = f"#{self.section}¶{self.paragraph}" if self.section else ""
        return f"{self.article.slug}{place}"

    @classmethod
    def column_words(cls) -> dict[str, list[str]]:
        return {"field": cls.record_model().citable_fields()}

    def check_within(self, record: Record) -> None:
        """The locator points to a paragraph that the article has."""
        if self.paragraph and not self.section:
            raise ValidationError({"section": "A paragraph is counted within a section: name it."})
        if not self.section:
            return
        paragraphs = self.article.paragraph_counts()
        if self.section not in paragraphs:
            known = ", ".join(paragraphs) or "none"
            reason = f"{self.article.slug} has no section “{self.section}”, only: {known}."
            raise ValidationError({"section": reason})
        if self.paragraph and self.paragraph > paragraphs[self.section]:
            reason = f"{self.section} of {self.article.slug} ends with {paragraphs[self.section]}."
            raise ValidationError({"paragraph": reason})

    def attested_days(self) -> Span | None:
        """The days on one of which its article came out; None if it attests nothing of any day."""
        published_on = self.article.published_on
        if not published_on or self.article.slug == Article.GENERAL_KNOWLEDGE:
            return None
        return parse_edtf(published_on)

    def clean(self) -> None:
        super().clean()
        if errors := self._claim_errors():
            raise ValidationError(errors)

    def _claim_errors(self) -> dict[str, str]:
        if not self.field:
            return {"field": "A value needs the field that it is of."} if self.value else {}
        record_model = self.record_model()
        citable = record_model.citable_fields()
        if self.field not in citable:
            hint = did_you_mean(self.field, citable)
            return {"field": f"{record_model.__name__} has no field “{self.field}”.{hint}"}
        try:
            if self.value:
                self.value = record_model.canonical_text(self.field, self.value)
        except ValidationError as error:
            return {"value": " ".join(error.messages)}
        return {}


class ArticleCitation(Citation):
    """What supports a statement about an article itself, such as its date."""

    record = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="citations")
