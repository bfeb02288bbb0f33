"""Likely duplicates on the desk: asked about before one is saved, a list, and “not a duplicate”."""

from collections.abc import Iterator
from typing import Any

import orjson
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.html import format_html
from unfold.decorators import action

from apps.core.models import Record, record_models
from apps.core.permissions import Act
from apps.desk.forms import RecordForm
from apps.desk.pages import DeskPages, ReasonForm
from apps.desk.proposing import FormRequest, ProposingAdmin
from apps.documents.writing import render_documents
from apps.merging.duplicates import DuplicateMatch, LikelyDuplicateError, likely_duplicates
from apps.merging.models import NotDuplicate

RECORDS_PER_PAGE = 100  # records a page of the list, the newest changed first
MAX_DUPLICATES_NAMED = 3  # on a form
CHECKBOX = "is_another"  # the field of a form that is ticked


class DuplicatePages(DeskPages, ProposingAdmin):
    """What may stand twice among the records of a type."""

    actions_list = ["duplicates"]

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_not_duplicate"
        view = self.admin_site.admin_view(self.not_duplicate)
        return [
            path("not-duplicate/<slug:slug>/<slug:other>/", view, name=name),
            *super().get_urls(),
        ]

    @action(
        description="Likely duplicates",
        url_path="duplicates",
        permissions=["propose"],
        icon="difference",
    )
    def duplicates(self, request: HttpRequest) -> HttpResponse:
        """Pairs of records that may be the same; the newest changed records are looked through."""
        number = request.GET.get("page", "1")
        page = int(number) if number.isdecimal() and 0 < int(number[:9]) < 10_000 else 1
        records = self.get_queryset(request).exclude(publication=Record.Publication.RETRACTED)
        records = records.order_by(F("revision").desc(nulls_first=True), "-pk")
        start = (page - 1) * RECORDS_PER_PAGE
        rows = list(records.values_list("pk", flat=True)[start : start + RECORDS_PER_PAGE + 1])
        context = {
            "pairs": self.likely_pairs(rows[:RECORDS_PER_PAGE]),
            "types": self.duplicate_pages_of_types(),
            "first": start + 1,
            "last": start + min(len(rows), RECORDS_PER_PAGE),
            "before": page - 1,
            "following": page + 1 if len(rows) > RECORDS_PER_PAGE else 0,
            "may_merge": request.user.has_perm(Act.PUBLISH),
        }
        title = f"Likely duplicates: {self.opts.verbose_name_plural}"
        return self.render_page(request, "core/duplicates.html", title, context)

    def likely_pairs(self, keys: list[int]) -> list[dict[str, Any]]:
        """The pairs in which one of the records is, each once, the likeliest first."""
        pairs: dict[frozenset[str], tuple[Record, DuplicateMatch]] = {}
        for record, body in render_documents(self.model, keys):
            for match in likely_duplicates(self.model, orjson.loads(body)):
                pairs.setdefault(frozenset((record.slug, match.slug)), (record, match))
        ordered = sorted(pairs.values(), key=lambda pair: (-pair[1].score, pair[1].slug))
        slugs = {match.slug for _, match in ordered}
        rows = self.model._default_manager.filter(slug__in=slugs).values_list("slug", "pk")
        pks = dict(rows.order_by())
        return [
            {
                "match": match,
                "slug": record.slug,
                "label": str(record),
                "is_draft": record.publication == Record.Publication.DRAFT,
                "pk": record.pk,
                "other": pks[match.slug],
            }
            for record, match in ordered
        ]

    def duplicate_pages_of_types(self) -> list[tuple[str, str]]:
        """The same page of every type: (name, address)."""
        names = [
            (str(model._meta.verbose_name_plural), self.admin_site.get_model_admin(model))
            for model in record_models().values()
        ]
        return [(name, owner.page_address("duplicates")) for name, owner in names]

    def not_duplicate(self, request: HttpRequest, slug: str, other: str) -> HttpResponse:
        """Say that two records are two, and why; nobody is asked about them again."""
        seen = self.get_queryset(request).filter(slug__in=[slug, other])
        pair = list(seen.order_by("slug"))
        if len(pair) != 2 or not self.has_add_permission(request):
            raise Http404
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            endpoint = self.model.endpoint()
            NotDuplicate.objects.remember(endpoint, [slug, other], request.user, reason)
            self.message_user(request, "They are two: the pair is not named again.")
            return HttpResponseRedirect(self.page_address("duplicates"))
        title = f"“{pair[0]}” and “{pair[1]}” are two"
        return self.render_page(
            request, "core/not_duplicate.html", title, {"form": form, "pair": pair}
        )

    def refuse_likely_duplicate(self, form: RecordForm, change: bool) -> None:
        """Ask once whether a record is another: when it is new, and when a draft is published.

        Raises:
            ResemblesError: it may be there already, and the box is not ticked.
        """
        record = form.instance
        is_asked = not change or record.publication == Record.Publication.PUBLISHED
        if form.cleaned_data[CHECKBOX] or not is_asked or record.document is not None:
            return
        ((_, body),) = render_documents(self.model, [record.pk])
        if matches := likely_duplicates(self.model, orjson.loads(body), MAX_DUPLICATES_NAMED):
            raise LikelyDuplicateError(record, matches)

    def form_page(self, request: FormRequest, *args: object, **kwargs: object) -> Any:
        """The form; it comes back with the likely duplicates of a new record."""
        try:
            return super().form_page(request, *args, **kwargs)
        except LikelyDuplicateError as error:
            request.late_faults = [
                (CHECKBOX, text) for text in self.messages_about_duplicates(error)
            ]
        return super().form_page(request, *args, **kwargs)

    def checkbox_fieldset(self, request: HttpRequest) -> list[Any]:
        """The box to tick, first on a form that came back for it."""
        paths = [path for path, _ in getattr(request, "late_faults", ())]
        is_asked = CHECKBOX in paths or CHECKBOX in request.POST
        return [("There already?", {"fields": [CHECKBOX]})] if is_asked else []

    def messages_about_duplicates(self, error: LikelyDuplicateError) -> Iterator[str]:
        """Each likely duplicate and why it is one; of a stored draft also the way to say no."""
        slugs = [match.slug for match in error.found]
        records = self.model._default_manager
        pks = dict(records.filter(slug__in=slugs).values_list("slug", "pk").order_by())
        own = records.filter(pk=error.record.pk).values_list("slug", flat=True).first()
        for match in error.found:
            link = link_to_new_tab(self.page_address("change", pks[match.slug]), match.label)
            why = "; ".join(match.reasons)
            text = format_html("This may be there already: {} ({}).", link, why)
            if own:
                address = self.page_address("not_duplicate", own, match.slug)
                text = format_html("{} {}", text, link_to_new_tab(address, "Not a duplicate"))
            yield text


def link_to_new_tab(address: str, text: str) -> str:
    """A link that leaves what was typed where it is."""
    return format_html('<a href="{}" target="_blank" class="underline">{}</a>', address, text)
