"""Querysets that every type shares; a type adds its own words (`in_force_on`, `between`)."""

from collections.abc import Iterable, Iterator
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Func, OuterRef, Q, Subquery, Value

from apps.core import codes
from apps.core.dates import parse_edtf
from apps.core.holding import GENERAL_KNOWLEDGE
from apps.core.permissions import Account, Act
from apps.core.spelling import is_another_word, nearest_words, propose_slug
from apps.core.texts import folded_text
from apps.ledger.models import Version
from apps.search import index

MAX_SEARCH_TEXT = 200  # characters of a search
MAX_CALLED = 50  # records of one name, that stand first where it is looked for
CALLING_PARTS = {"names": "name", "external_ids": "value"}  # lists of what a record is called
ROWS_PER_QUERY = 500  # rows a query: SQLite takes no more than 999 parameters in its oldest form
Item = TypeVar("Item")
KeyType = TypeVar("KeyType", int, str)


class LinkedIds(Func):
    """The ids that are reached from others by a reference to the own type, however far: a subquery.

    One plain recursive query on both databases, which ends even where references run in a circle.

    Args:
        reference: the reference, such as from a place to the larger one around it.
        ids: where to begin: numbers or expressions.
        upwards: whether what is referred to is reached, or what refers.
        with_start: whether the beginning belongs to it.
    """

    output_field = models.BigIntegerField()
    template = (
        "(WITH RECURSIVE linked(id) AS (SELECT %(first)s FROM %(table)s node"
        " WHERE node.%(key)s IN (%(expressions)s) AND %(first)s IS NOT NULL"
        " UNION SELECT %(next)s FROM %(table)s node JOIN linked ON node.%(step)s = linked.id"
        " WHERE %(next)s IS NOT NULL) SELECT id FROM linked)"
    )

    def __init__(
        self, reference: Any, *ids: Any, upwards: bool = False, with_start: bool = False
    ) -> None:
        own, other = "id", reference.column
        start, step = (own, other) if upwards else (other, own)
        super().__init__(
            *(Value(pk) if isinstance(pk, int) else pk for pk in ids),
            table=reference.model._meta.db_table,
            key=own if with_start else start,
            first=f"node.{own if with_start else step}",
            step=start,
            next=f"node.{step}",
        )


class HoldingQuerySet(models.QuerySet):
    """Records by when they hold; of types that do not, nobody asks it."""

    def holding_on(self, date: str) -> Self:
        """Records that hold on some day of `date` (EDTF) as the sources stand.

        They have begun by then, and nobody has said by then that they are over: that a thing goes
        on is presumed forwards, never backwards.
        """
        return self._holding(date, "certain_from", "presumed_until")

    def certainly_holding_on(self, date: str) -> Self:
        """Records of which there is evidence on both sides that they hold on some day of `date`."""
        return self._holding(date, "certain_from", "certain_until")

    def possibly_holding_on(self, date: str) -> Self:
        """Records of which no evidence says that they hold on no day of `date`."""
        return self._holding(date, "possible_from", "possible_until")

    def _holding(self, date: str, begun: str, not_over: str) -> Self:
        span = parse_edtf(date)
        days = {f"holds_{begun}__lte": span.latest, f"holds_{not_over}__gte": span.earliest}
        return self.filter(**days)


class SourcedQuerySet(HoldingQuerySet):
    """Records by how many articles and publishers they rest on."""

    def with_sources(self, number: int) -> Self:
        """Records that rest on at least `number` different articles."""
        return self.filter(
            pk__in=self._with_source_counts().filter(sources__gte=number).values("pk")
        )

    def with_sources_up_to(self, number: int) -> Self:
        """Records that rest on at most `number` different articles; with 1, on one alone."""
        return self.filter(
            pk__in=self._with_source_counts().filter(sources__lte=number).values("pk")
        )

    def with_publishers(self, number: int) -> Self:
        """Records that rest on articles of at least `number` publishers, as far as these are known.

        One text under one title counts once, whoever has published it again; what the curators
        know themselves does not count.
        """
        known = {"n_publishers__gte": number, "n_titles_with__gte": number}
        if number <= 1:  # whoever it is
            known = {"n_titles__gte": number}
        return self.filter(pk__in=self._with_publisher_counts().filter(**known).values("pk"))

    def possibly_with_publishers(self, number: int) -> Self:
        """Records that would rest on so many, if each unnamed publisher were another one."""
        possible = {"n_possible__gte": number, "n_titles__gte": number}
        return self.filter(pk__in=self._with_publisher_counts().filter(**possible).values("pk"))

    def with_publishers_up_to(self, number: int) -> Self:
        """Records that rest on articles of at most `number` publishers, whoever the unnamed are."""
        return self.exclude(pk__in=self.possibly_with_publishers(number + 1).values("pk"))

    def possibly_with_publishers_up_to(self, number: int) -> Self:
        """Records of which it is not known that they rest on more."""
        return self.exclude(pk__in=self.with_publishers(number + 1).values("pk"))

    def from_single_source(self, is_single: bool) -> Self:
        """Records that rest on one publisher, or on none; else those that rest on several."""
        return self.with_publishers_up_to(1) if is_single else self.with_publishers(2)

    def possibly_from_single_source(self, is_single: bool) -> Self:
        """Records of which the opposite is not known."""
        return (
            self.possibly_with_publishers_up_to(1)
            if is_single
            else self.possibly_with_publishers(2)
        )

    def _with_publisher_counts(self) -> Any:
        """Records with counts of what their articles have: publishers, those not named, titles."""
        told = ~Q(citations__article__slug=GENERAL_KNOWLEDGE)
        is_named = Q(citations__article__publisher__isnull=False)

        def count_distinct(column: str, condition: Q) -> models.Count:
            return models.Count(f"citations__article{column}", distinct=True, filter=condition)

        publishers = count_distinct("__publisher", told)
        return self.model._default_manager.order_by().annotate(
            n_publishers=publishers,
            n_possible=publishers + count_distinct("", told & ~is_named),
            n_titles=count_distinct("__title", told),
            n_titles_with=count_distinct("__title", told & is_named),
        )

    def _with_source_counts(self) -> Any:
        sources = models.Count("citations__article", distinct=True)
        return self.model._default_manager.annotate(sources=sources).order_by()


class RecordQuerySet(SourcedQuerySet):
    """Records of one type."""

    def published(self) -> Self:
        """What readers see: a record has a document exactly while it is published."""
        return self.filter(document__isnull=False)

    def visible_to(self, user: Account) -> Self:
        """What `user` may read through the API: for everyone, what is published."""
        return self.published()

    def visible_to_curator(self, user: Account) -> Self:
        """What an account may see in the admin: drafts of others only if it may change them."""
        if user.has_perm(Act.DRAFT):
            return self
        model: Any = self.model
        versions = Version.objects.filter(type=model.endpoint())
        own = versions.drafts_by(user).values("slug")
        newest = versions.filter(slug=OuterRef("slug")).order_by("-pk").values("is_public")[:1]
        laid_over = Q(pk__lt=0)  # the account's own proposal, in this transaction alone
        # What was withdrawn, and is worked on as a draft since, is hidden like any other draft.
        seen = Q(document__isnull=False) | Q(is_as_last_public=True) | Q(slug__in=own) | laid_over
        return self.alias(is_as_last_public=Subquery(newest)).filter(seen)

    def get_by_natural_key(self, slug: str) -> Any:
        """The record with this slug: fixtures name records as documents do."""
        return self.get(slug=slug)

    def resting_on(self, *articles: models.Model) -> Self:
        """Records with a citation of any of `articles`."""
        return self.having_part("citations", article__in=articles)

    def disputed_on(self, *fields: str) -> Self:
        """Records on any of whose `fields` the sources differ."""
        return self.filter(any_word_condition("disputed_fields", fields))

    def about(self, *topics: str) -> Self:
        """Records with any of `topics`."""
        return self.filter(any_word_condition("topics", topics))

    def called(self, text: str) -> Self:
        """Records that `text` names in full: by name, further name, identifier, code or slug.

        Each way is looked up by an index of its own; case, accents and script do not matter.
        """
        folded = folded_text(text)
        if not folded:
            return self.none()
        model: Any = self.model
        code = text.strip().upper()
        own = {f"{model.label_field}_folded": [folded], "slug": [propose_slug(text)]}
        own |= {name: [code, codes.ALPHA_3.get(code, code)] for name in model.distinct_codes}
        rows = model._default_manager.order_by()
        ways = [rows.filter(**{f"{name}__in": values}).values("pk") for name, values in own.items()]
        for part, column in CALLING_PARTS.items():
            if part in model.parts():
                parts: Any = model.parts()[part]._default_manager.order_by()
                ways.append(parts.filter(**{f"{column}_folded": folded}).values("record"))
        return self.filter(pk__in=ways[0].union(*ways[1:]))

    def search(self, text: str) -> Self:
        """Records that hold every word of `text`, in any script; `search_rank` orders them.

        First those that are called so.
        """
        records: Any = self.model._default_manager
        called = records.published().called(text).order_by()
        slugs = called.values_list("slug", flat=True)[:MAX_CALLED]
        return index.matching_records(self, text, list(slugs))

    def containing_condition(self) -> Q | None:
        """Whether a record contains others of these, and is not added to them; None: none does."""
        return None

    def having_part(self, part: str, **conditions: object) -> Self:
        """Records with one row in `part` that meets all `conditions` together.

        A subquery, not a join: no row comes twice, and two calls may be met by two rows.
        """
        return self.filter(self.part_condition(part, **conditions))

    def lacking_part(self, part: str, **conditions: object) -> Self:
        """Records without any row in `part` that meets all `conditions`."""
        return self.exclude(self.part_condition(part, **conditions))

    def part_condition(self, part: str, *more: Q, **conditions: object) -> Q:
        """The condition behind `having_part`, for use with `|`."""
        model: Any = self.model._meta.get_field(part).related_model
        rows = model._default_manager.filter(*more, **conditions)
        return Q(pk__in=rows.values("record"))


class PartQuerySet(models.QuerySet):
    """Parts of records: the parties of agreements, the stops of corridors."""

    def get_by_natural_key(self, slug: str, position: int) -> Any:
        """The part at `position` (from 1) of the record with this slug."""
        return self.get(record__slug=slug, position=position)


def find_meant_slugs(model: Any, text: str) -> list[str]:
    """The slug of the published record of a type that `text` names, or spells a little otherwise.

    At most one, and none where several are as likely: no hint is better than a wrong one.
    """
    known = model.objects.published().called(text).order_by().values_list("slug", flat=True)[:2]
    if slugs := list(known):
        return slugs if len(slugs) == 1 else []
    slug = propose_slug(text)
    near = nearest_words(slug, index.similarly_spelt_slugs(model.endpoint(), text))
    return [other for other in near if not is_another_word(slug, other)]


def any_word_condition(column: str, words: Iterable[str]) -> Q:
    """Whether a list of words holds any of these."""
    condition = Q(pk__in=[])
    for word in words:
        condition |= Q(**{f"{column}__has": word})
    return condition


def split_for_queries(keys: Iterable[KeyType]) -> Iterator[list[KeyType]]:
    """Keys in order and each once, as many at a time as a query takes."""
    return batched(sorted(set(keys)))


def batched(items: list[Item]) -> Iterator[list[Item]]:
    """A list in pieces, as long as a query takes, so that what is made of them is not long."""
    for start in range(0, len(items), ROWS_PER_QUERY):
        yield items[start : start + ROWS_PER_QUERY]
