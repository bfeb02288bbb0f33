"""The desk's first page: what waits, what wants attention, how far each article is coded."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from apps.articles.models import Article
from apps.core import admin as desk
from apps.core.attention import ATTENTION
from apps.core.catalogue import record_models
from apps.core.permissions import Act
from apps.ledger.models import Proposal, Revision
from caucasus.coverage import citations, places

RECENT = 8
State = Proposal.State


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the first page shows (the settings name this function)."""
    context = desk.dashboard(request, context)
    if not request.user.has_perm(Act.PROPOSE):
        return context
    return context | {
        "queue": queue(request.user),
        "attention": attention(),
        "coverage": coverage(),
        "recent": Revision.objects.exclude(number=None).select_related("user")[:RECENT],
    }


def queue(user: Any) -> list[dict[str, Any]]:
    """Proposals by what is to be done with them, each number with its list."""
    address = reverse("admin:ledger_proposal_changelist")
    own = Proposal.objects.filter(author=user)
    rows = [("Sent back to you", own, State.SENT_BACK), ("Kept for you", own, State.KEPT)]
    if user.has_perm(Act.REVIEW):
        others = Proposal.objects.exclude(author=user)
        rows.insert(0, ("To be reviewed", others, State.WAITING))
    else:
        rows.insert(0, ("Waiting for a reviewer", own, State.WAITING))
    return [
        {
            "name": name,
            "count": found.filter(state=state).count(),
            "address": f"{address}?state__exact={state}",
        }
        for name, found, state in rows
    ]


def attention() -> list[dict[str, Any]]:
    """For each type, how many of its records want a curator's eye, with the lists of them."""
    rows = []
    for model in record_models().values():
        if model not in admin.site._registry:
            continue
        names = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        records: Any = model.objects
        cells = [
            {"count": find(records.all()).count(), "address": f"{reverse(names)}?attention={name}"}
            for name, (_, find) in ATTENTION.items()
        ]
        rows.append({"name": str(model._meta.verbose_name_plural).capitalize(), "cells": cells})
    return [{"head": [label for label, _ in ATTENTION.values()], "rows": rows}]


def coverage() -> list[dict[str, Any]]:
    """For each article with sections, how many of its paragraphs a record cites."""
    counts = citations()
    cited: dict[str, list[bool]] = {}
    for place in places():
        cited.setdefault(place[0], []).append(counts[place] > 0)
    found = Article.objects.filter(slug__in=cited).only("slug", "title").order_by("title")
    return [
        {
            "title": str(article),
            "address": reverse("admin:articles_article_change", args=[article.pk]),
            "cited": sum(cited[article.slug]),
            "all": len(cited[article.slug]),
            "percent": round(100 * sum(cited[article.slug]) / len(cited[article.slug])),
        }
        for article in found
    ]
