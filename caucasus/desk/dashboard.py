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
from apps.desk.attention import ATTENTION, AttentionLists
from apps.ledger.models import Proposal, Revision
from apps.seeds.coverage import citation_counts, published_paragraphs
from caucasus.desk.charts import (
    BarChart,
    BarRow,
    ColumnChart,
    LinkedNumber,
    Series,
    make_bar_chart,
    make_column_chart,
)

MAX_RECENT_REVISIONS = 8
WEEKS_SHOWN = 26
ProposalState = Proposal.State
PUBLISHED, DRAFT, RETRACTED = (
    Record.Publication.PUBLISHED,
    Record.Publication.DRAFT,
    Record.Publication.RETRACTED,
)
PUBLICATION_TONES = {PUBLISHED: "strong", DRAFT: "warm", RETRACTED: "faint"}
CERTAINTY_TONES = {
    Certainty.CONFIRMED: "strong",
    Certainty.REPORTED: "middle",
    Certainty.ALLEGED: "warm",
    Certainty.DISPUTED: "hot",
}
SOURCE_SERIES = {
    Series("One", "warm"): Q(sources__lte=1),
    Series("Two", "middle"): Q(sources=2),
    Series("Three", "strong"): Q(sources=3),
    Series("More", "deep"): Q(sources__gt=3),
}
CODED_SERIES = [Series("Cited", "middle"), Series("Not yet", "faint")]


def first_page_context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the first page shows (the settings name this function)."""
    context = desk.add_app_list(request, context) | {"title": "The curator's desk"}
    if not request.user.has_perm(Act.PROPOSE):
        return context
    return context | {
        "queue": proposals_to_act_on(request.user),
        "attention": attention_table(request.user),
        "charts": record_charts(request.user),
        "weeks": revisions_a_week_chart(),
        "coverage": coding_coverage_chart(),
        "recent": Revision.objects.exclude(number=None).select_related("user")[
            :MAX_RECENT_REVISIONS
        ],
    }


def proposals_to_act_on(user: Account) -> list[dict[str, Any]]:
    """Proposals by what is to be done with them, each number with its list."""
    address = reverse("admin:ledger_proposal_changelist")
    all_of_them = Proposal.objects.all()
    own, others = all_of_them.filter(author=user.pk), all_of_them.exclude(author=user.pk)
    rows = [
        ("Waiting for a reviewer", own, "own", ProposalState.WAITING),
        ("Sent back to you", own, "own", ProposalState.SENT_BACK),
        ("Kept for you", own, "own", ProposalState.KEPT),
    ]
    if user.has_perm(Act.REVIEW):
        rows.insert(0, ("To be reviewed", others, "others", ProposalState.WAITING))
    return [
        {
            "name": name,
            "count": proposals.filter(state=state).count(),
            "address": f"{address}?state__exact={state}&whose={whose}",
        }
        for name, proposals, whose, state in rows
    ]


def types_with_pages() -> Iterator[tuple[Any, Any, str]]:
    """The types that the desk has pages of: model, those pages, the address of its list."""
    for model in record_models().values():
        if model in admin.site._registry:
            names = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
            yield model, admin.site._registry[model], reverse(names)


def type_name(model: type[Record]) -> str:
    """What the desk calls the records of a type."""
    return str(model._meta.verbose_name_plural).capitalize()


def attention_table(user: Account) -> dict[str, Any]:
    """For each type, how many of its records want a curator's eye, with the lists of them."""
    rows, own = [], []
    for model, pages, address in types_with_pages():
        seen = model.objects.visible_to_curator(user)
        rows.append({"name": type_name(model), "cells": attention_cells(ATTENTION, seen, address)})
        own += [
            {"name": f"{type_name(model)}: {cell['label'].lower()}", **cell}
            for cell in attention_cells(pages.attention, seen, address)
        ]
    return {"head": [label for label, _ in ATTENTION.values()], "rows": rows, "own": own}


def attention_cells(
    reasons: AttentionLists, records: RecordQuerySet, address: str
) -> list[dict[str, Any]]:
    """How many of some records want a curator's eye, for each reason."""
    return [
        {"label": label, "count": find(records).count(), "address": f"{address}?attention={name}"}
        for name, (label, find) in reasons.items()
    ]


def record_charts(user: Account) -> list[BarChart]:
    """Every type's records by who sees them, how sure they are, and on how much they rest."""
    published, sure, resting = [], [], []
    for model, _, address in types_with_pages():
        name, seen = type_name(model), model.objects.visible_to_curator(user)
        numbers = count_by_publication_and_certainty(seen)
        published.append(publication_row(name, address, numbers))
        sure.append(certainty_row(name, address, numbers))
        if model is not Article:  # an article is its own source
            resting.append(sources_row(name, address, seen))
    by_publication = vocabulary_series(PUBLICATION_TONES)
    by_certainty = vocabulary_series(CERTAINTY_TONES)
    sources = "Articles that a record rests on"
    return [
        make_bar_chart("by-publication", "Records", "", by_publication, published),
        make_bar_chart("by-certainty", "How sure", "Published records.", by_certainty, sure, True),
        make_bar_chart("by-sources", sources, "Published.", [*SOURCE_SERIES], resting, True),
    ]


def vocabulary_series(tones: dict[Any, str]) -> list[Series]:
    """The words of a vocabulary, in their tones."""
    return [Series(str(word).capitalize(), tone) for word, tone in tones.items()]


def count_by_publication_and_certainty(records: RecordQuerySet) -> Counter[tuple[str, str]]:
    """How many records there are of each publication and certainty."""
    rows = records.order_by().values_list("publication", "certainty").annotate(Count("pk"))
    return Counter({(publication, certainty): count for publication, certainty, count in rows})


def publication_row(name: str, address: str, table: Counter[tuple[str, str]]) -> BarRow:
    """A type's records by who sees them."""
    counts = {
        word: sum(table[word, sure] for sure in CERTAINTY_TONES) for word in PUBLICATION_TONES
    }
    numbers = [
        LinkedNumber(count, f"{address}?publication__exact={word}")
        for word, count in counts.items()
    ]
    return name, address, numbers


def certainty_row(name: str, address: str, table: Counter[tuple[str, str]]) -> BarRow:
    """A type's published records by how sure they are."""
    shown = f"{address}?publication__exact={PUBLISHED}"
    numbers = [
        LinkedNumber(table[PUBLISHED, word], f"{shown}&certainty__exact={word}")
        for word in CERTAINTY_TONES
    ]
    return name, shown, numbers


def sources_row(name: str, address: str, records: RecordQuerySet) -> BarRow:
    """A type's published records by the number of articles that they cite."""
    sources = Count("citations__article", distinct=True)
    counting = {bar.name: Count("pk", filter=those) for bar, those in SOURCE_SERIES.items()}
    counts = records.published().order_by().annotate(sources=sources).aggregate(**counting)
    single, *more = (LinkedNumber(count) for count in counts.values())
    listed = LinkedNumber(single.count, f"{address}?attention=single_source")
    return name, f"{address}?publication__exact={PUBLISHED}", [listed, *more]


def revisions_a_week_chart() -> ColumnChart:
    """Revisions of the last weeks."""
    today = timezone.now().date()
    first = today - timedelta(days=today.weekday(), weeks=WEEKS_SHOWN - 1)
    mondays = [first + timedelta(weeks=week) for week in range(WEEKS_SHOWN)]
    public = Revision.objects.exclude(number=None).filter(at__date__gte=first)
    rows = (
        public.order_by().annotate(week=TruncWeek("at")).values_list("week").annotate(Count("pk"))
    )
    counts = {week.date(): count for week, count in rows}
    numbers = [(f"{monday:%Y-%m-%d}", LinkedNumber(counts.get(monday, 0))) for monday in mondays]
    return make_column_chart("by-week", "Revisions a week", "By the Monday of each week.", numbers)


def coding_coverage_chart() -> BarChart:
    """For each article with sections, how many of its paragraphs a record cites."""
    counts = citation_counts()
    cited: dict[str, list[bool]] = {}
    for place in published_paragraphs():
        cited.setdefault(place[0], []).append(counts[place] > 0)
    articles = Article.objects.filter(slug__in=cited).only("slug", "title").order_by("title")
    rows = [
        (
            str(article),
            reverse("admin:articles_article_change", args=[article.pk]),
            [LinkedNumber(cited[article.slug].count(is_cited)) for is_cited in (True, False)],
        )
        for article in articles
    ]
    return make_bar_chart(
        "coverage", "How far each article is coded", "Paragraphs.", CODED_SERIES, rows, True
    )
