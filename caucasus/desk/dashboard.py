"""The desk's first page: what waits, what wants attention, and the dataset in small charts.

Each number is of what its reader would find in the list that it leads to.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q
from django.db.models.functions import TruncWeek
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from apps.articles.models import Article
from apps.core.models import Record, record_models
from apps.core.permissions import Account, Act
from apps.core.querysets import RecordQuerySet
from apps.core.vocabularies import Certainty
from apps.desk import records as desk
from apps.desk.attention import ATTENTION, Attention
from apps.ledger.models import Proposal, Revision
from apps.seeds.coverage import citations, places
from caucasus.desk.charts import Bars, Columns, Number, Row, Series, bars, columns

RECENT = 8
WEEKS = 26
State = Proposal.State
PUBLISHED, DRAFT, RETRACTED = (
    Record.Publication.PUBLISHED,
    Record.Publication.DRAFT,
    Record.Publication.RETRACTED,
)
PUBLICATION = {PUBLISHED: "strong", DRAFT: "warm", RETRACTED: "faint"}
CERTAINTY = {
    Certainty.CONFIRMED: "strong",
    Certainty.REPORTED: "middle",
    Certainty.ALLEGED: "warm",
    Certainty.DISPUTED: "hot",
}
SOURCES = {
    Series("One", "warm"): Q(sources__lte=1),
    Series("Two", "middle"): Q(sources=2),
    Series("Three", "strong"): Q(sources=3),
    Series("More", "deep"): Q(sources__gt=3),
}
CODED = [Series("Cited", "middle"), Series("Not yet", "faint")]


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the first page shows (the settings name this function)."""
    context = desk.dashboard(request, context) | {"title": "The curator's desk"}
    if not request.user.has_perm(Act.PROPOSE):
        return context
    return context | {
        "queue": queue(request.user),
        "attention": attention(request.user),
        "charts": charts(request.user),
        "weeks": weeks(),
        "coverage": coverage(),
        "recent": Revision.objects.exclude(number=None).select_related("user")[:RECENT],
    }


def queue(user: Account) -> list[dict[str, Any]]:
    """Proposals by what is to be done with them, each number with its list."""
    address = reverse("admin:ledger_proposal_changelist")
    all_of_them = Proposal.objects.all()
    own, others = all_of_them.filter(author=user.pk), all_of_them.exclude(author=user.pk)
    rows = [
        ("Waiting for a reviewer", own, "own", State.WAITING),
        ("Sent back to you", own, "own", State.SENT_BACK),
        ("Kept for you", own, "own", State.KEPT),
    ]
    if user.has_perm(Act.REVIEW):
        rows.insert(0, ("To be reviewed", others, "others", State.WAITING))
    return [
        {
            "name": name,
            "count": proposals.filter(state=state).count(),
            "address": f"{address}?state__exact={state}&whose={whose}",
        }
        for name, proposals, whose, state in rows
    ]


def lists() -> Iterator[tuple[Any, Any, str]]:
    """The types that the desk has pages of: model, those pages, the address of its list."""
    for model in record_models().values():
        if model in admin.site._registry:
            names = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
            yield model, admin.site._registry[model], reverse(names)


def name_of(model: type[Record]) -> str:
    """What the desk calls the records of a type."""
    return str(model._meta.verbose_name_plural).capitalize()


def attention(user: Account) -> dict[str, Any]:
    """For each type, how many of its records want a curator's eye, with the lists of them."""
    rows, own = [], []
    for model, pages, address in lists():
        seen = model.objects.seen_at_the_desk_of(user)
        rows.append({"name": name_of(model), "cells": cells(ATTENTION, seen, address)})
        own += [
            {"name": f"{name_of(model)}: {cell['label'].lower()}", **cell}
            for cell in cells(pages.attention, seen, address)
        ]
    return {"head": [label for label, _ in ATTENTION.values()], "rows": rows, "own": own}


def cells(reasons: Attention, records: RecordQuerySet, address: str) -> list[dict[str, Any]]:
    """How many of some records want a curator's eye, for each reason."""
    return [
        {"label": label, "count": find(records).count(), "address": f"{address}?attention={name}"}
        for name, (label, find) in reasons.items()
    ]


def charts(user: Account) -> list[Bars]:
    """Every type's records by who sees them, how sure they are, and on how much they rest."""
    published, sure, resting = [], [], []
    for model, _, address in lists():
        seen = model.objects.seen_at_the_desk_of(user)
        published.append(by_publication(name_of(model), address, table := counted(seen)))
        sure.append(by_certainty(name_of(model), address, table))
        if model is not Article:  # an article is its own source
            resting.append(by_sources(name_of(model), address, seen))
    return [
        bars("by-publication", "Records", "", series(PUBLICATION), published),
        bars("by-certainty", "How sure", "Published records.", series(CERTAINTY), sure, True),
        bars(
            "by-sources", "Articles that a record rests on", "Published.", [*SOURCES], resting, True
        ),
    ]


def series(tones: dict[Any, str]) -> list[Series]:
    """The words of a vocabulary, in their tones."""
    return [Series(str(word).capitalize(), tone) for word, tone in tones.items()]


def counted(records: RecordQuerySet) -> Counter[tuple[str, str]]:
    """How many records there are of each publication and certainty."""
    rows = records.order_by().values_list("publication", "certainty").annotate(Count("pk"))
    return Counter({(publication, certainty): count for publication, certainty, count in rows})


def by_publication(name: str, address: str, table: Counter[tuple[str, str]]) -> Row:
    """A type's records by who sees them."""
    counts = {word: sum(table[word, sure] for sure in CERTAINTY) for word in PUBLICATION}
    numbers = [
        Number(count, f"{address}?publication__exact={word}") for word, count in counts.items()
    ]
    return name, address, numbers


def by_certainty(name: str, address: str, table: Counter[tuple[str, str]]) -> Row:
    """A type's published records by how sure they are."""
    shown = f"{address}?publication__exact={PUBLISHED}"
    numbers = [
        Number(table[PUBLISHED, word], f"{shown}&certainty__exact={word}") for word in CERTAINTY
    ]
    return name, shown, numbers


def by_sources(name: str, address: str, records: RecordQuerySet) -> Row:
    """A type's published records by the number of articles that they cite."""
    sources = Count("citations__article", distinct=True)
    counting = {bar.name: Count("pk", filter=those) for bar, those in SOURCES.items()}
    counts = records.published().order_by().annotate(sources=sources).aggregate(**counting)
    single, *more = (Number(count) for count in counts.values())
    listed = Number(single.count, f"{address}?attention=single_source")
    return name, f"{address}?publication__exact={PUBLISHED}", [listed, *more]


def weeks() -> Columns:
    """Revisions of the last weeks."""
    today = timezone.now().date()
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    mondays = [first + timedelta(weeks=week) for week in range(WEEKS)]
    public = Revision.objects.exclude(number=None).filter(at__date__gte=first)
    rows = (
        public.order_by().annotate(week=TruncWeek("at")).values_list("week").annotate(Count("pk"))
    )
    counts = {week.date(): count for week, count in rows}
    numbers = [(f"{monday:%Y-%m-%d}", Number(counts.get(monday, 0))) for monday in mondays]
    return columns("by-week", "Revisions a week", "By the Monday of each week.", numbers)


def coverage() -> Bars:
    """For each article with sections, how many of its paragraphs a record cites."""
    counts = citations()
    cited: dict[str, list[bool]] = {}
    for place in places():
        cited.setdefault(place[0], []).append(counts[place] > 0)
    articles = Article.objects.filter(slug__in=cited).only("slug", "title").order_by("title")
    rows = [
        (
            str(article),
            reverse("admin:articles_article_change", args=[article.pk]),
            [Number(cited[article.slug].count(is_cited)) for is_cited in (True, False)],
        )
        for article in articles
    ]
    return bars("coverage", "How far each article is coded", "Paragraphs.", CODED, rows, True)
