"""Likely duplicates on the desk: a warning when a record is new, a list, and “not a duplicate”."""

from typing import Any

import orjson
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.html import format_html
from unfold.decorators import action

from apps.core.catalogue import record_models
from apps.core.desk_pages import DeskPages, WhyForm
from apps.core.documents import bodies
from apps.core.duplicates import Match, likely_duplicates
from apps.core.models import NotDuplicate, Record
from apps.core.permissions import Act
from apps.ledger.models import Proposal

LOOKED_THROUGH = 100  # records a page of the list, the newest changed first
MOST_NAMED = 3  # in a warning


class DuplicatePages(DeskPages):
    """What may stand twice among the records of a type."""

    actions_list = ["duplicates"]

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_not_duplicate"
        view = self.admin_site.admin_view(self.not_duplicate)
        return [path("not-duplicate/<slug:one>/<slug:two>/", view, name=name), *super().get_urls()]

    @action(
        description="Likely duplicates",
        url_path="duplicates",
        permissions=["propose"],
        icon="difference",
    )
    def duplicates(self, request: Any) -> HttpResponse:
        """Pairs of records that may be the same; the newest changed records are looked through."""
        number = request.GET.get("page", "1")
        page = int(number) if number.isdecimal() and 0 < int(number[:9]) < 10_000 else 1
        records = self.model._default_manager.published().order_by("-revision", "pk")
        start = (page - 1) * LOOKED_THROUGH
        rows = list(records.values_list("document", flat=True)[start : start + LOOKED_THROUGH + 1])
        context = {
            "pairs": self.pairs([orjson.loads(text) for text in rows[:LOOKED_THROUGH]]),
            "types": self.types(),
            "first": start + 1,
            "last": start + min(len(rows), LOOKED_THROUGH),
            "before": page - 1,
            "following": page + 1 if len(rows) > LOOKED_THROUGH else 0,
            "may_merge": request.user.has_perm(Act.PUBLISH),
        }
        title = f"Likely duplicates: {self.opts.verbose_name_plural}"
        return self.page(request, "core/duplicates.html", title, context)

    def pairs(self, documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The pairs in which one of the documents is, each once, the likeliest first."""
        label = self.model.label_field
        found: dict[frozenset[str], tuple[dict[str, Any], Match]] = {}
        for document in documents:
            for match in likely_duplicates(self.model, document):
                found.setdefault(frozenset((document["slug"], match.slug)), (document, match))
        ordered = sorted(found.values(), key=lambda pair: (-pair[1].score, pair[1].slug))
        slugs = {slug for pair in found for slug in pair}
        rows = self.model._default_manager.filter(slug__in=slugs).values_list("slug", "pk")
        pks = dict(rows.order_by())
        return [
            {
                "match": match,
                "slug": document["slug"],
                "label": document[label],
                "pk": pks[document["slug"]],
                "other": pks[match.slug],
            }
            for document, match in ordered
        ]

    def types(self) -> list[tuple[str, str]]:
        """The same page of every type: (name, address)."""
        names = [
            (str(model._meta.verbose_name_plural), self.admin_site.get_model_admin(model))
            for model in record_models().values()
        ]
        return [(name, owner.address("duplicates")) for name, owner in names]

    def not_duplicate(self, request: Any, one: str, two: str) -> HttpResponse:
        """Say that two records are two, and why; nobody is asked about them again."""
        seen = self.get_queryset(request).filter(slug__in=[one, two])
        pair = list(seen.order_by("slug"))
        if len(pair) != 2 or not self.has_add_permission(request):
            raise Http404
        form = WhyForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            endpoint = self.model.endpoint()
            NotDuplicate.objects.remember(endpoint, [one, two], request.user, reason)
            self.message_user(request, "They are two: the pair is not named again.")
            return HttpResponseRedirect(self.address("duplicates"))
        title = f"“{pair[0]}” and “{pair[1]}” are two"
        return self.page(request, "core/not_duplicate.html", title, {"form": form, "pair": pair})

    def response_add(self, request: Any, obj: Record, post_url_continue: Any = None) -> Any:
        ((_, body),) = bodies(type(obj), [obj.pk])
        self.warn(request, body, obj)
        return super().response_add(request, obj, post_url_continue)

    def hand_in(self, request: Any, proposals: list[Proposal]) -> Any:
        """Hand in proposals (proposing.py), and warn of new records that may be there already."""
        for proposal in proposals:
            if proposal.base is None:
                self.warn(request, proposal.document)
        return super().hand_in(request, proposals)

    def warn(self, request: Any, body: str, record: Record | None = None) -> None:
        """Say what a new record may be a duplicate of; it is saved all the same."""
        document = orjson.loads(body)
        for match in likely_duplicates(self.model, document, MOST_NAMED):
            self.message_user(request, self.warning(request, match, record), messages.WARNING)

    def warning(self, request: Any, match: Match, record: Record | None) -> str:
        """A likely duplicate, why it is one, and what can be done."""
        pk = self.model._default_manager.values_list("pk", flat=True).get(slug=match.slug)
        link = format_html('<a href="{}">{}</a>', self.address("change", pk), match.label)
        said = format_html("This may be there already: {} ({}).", link, "; ".join(match.reasons))
        if record is None:
            return said
        other = self.address("not_duplicate", record.slug, match.slug)
        two = format_html('<a href="{}">Not a duplicate</a>', other)
        is_public = record.publication == Record.Publication.PUBLISHED
        if not (is_public and request.user.has_perm(Act.PUBLISH)):
            return format_html("{} {}", said, two)
        merge = f"{self.address('merge_with', pk)}?with={record.pk}"
        return format_html('{} <a href="{}">Compare and merge</a> · {}', said, merge, two)
