"""Proposals by the API: to their authors what became of them, to reviewers what waits."""

from typing import Any

import orjson
from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.api.answers.descriptions import FieldChange
from apps.api.http import etags
from apps.api.http.renderers import DocumentJSONRenderer
from apps.api.query.pagination import (
    DocumentPage,
    RecordPagination,
    numbered_places,
    page_link_fields,
)
from apps.api.query.parameters import (
    Parameter,
    openapi_parameters,
    read_parameters_strictly,
    whole_number_parameter,
)
from apps.api.query.values import vocabulary_word
from apps.core.models import record_models
from apps.core.permissions import Act, may_perform
from apps.documents.differences import Divergence, find_divergences
from apps.documents.proposals import newest_visible_version
from apps.ledger.models import Proposal, Remark, Revision, Version, utc_text

STATES = Proposal.State
PROPOSAL_PARAMETERS = {
    "state": Parameter(
        vocabulary_word(STATES.values),
        "Only those in this state; repeat for OR.",
        is_multiple=True,
    ),
    "page": whole_number_parameter("Page, from 1.", 1, 10_000, default=1),
    "page_size": whole_number_parameter("Proposals on a page.", 1, 500, default=50),
}
PROPOSAL_HEAD_FIELDS: dict[str, Any] = {
    "proposal": serializers.IntegerField(),
    "url": serializers.URLField(),
    "state": serializers.ChoiceField(STATES.choices),
    "type": serializers.ChoiceField(list(record_models())),
    "slug": serializers.CharField(),
    "author": serializers.CharField(),
    "reason": serializers.CharField(allow_null=True),
    "origin": serializers.ChoiceField(Revision.Origin.choices),
    "made_at": serializers.DateTimeField(),
    "changed_at": serializers.DateTimeField(),
    "revision": serializers.IntegerField(
        allow_null=True, help_text="The revision of the dataset that it became."
    ),
}
PROPOSALS_SERIALIZER = inline_serializer(
    "Proposals",
    {
        "count": serializers.IntegerField(),
        **page_link_fields(),
        "results": inline_serializer("Proposal", PROPOSAL_HEAD_FIELDS, many=True),
    },
)
WHOLE_PROPOSAL_SERIALIZER = inline_serializer(
    "WholeProposal",
    {
        **PROPOSAL_HEAD_FIELDS,
        "moved_on": serializers.BooleanField(
            help_text="Whether the record changed since: then it is compared before it is approved."
        ),
        "conflicts": serializers.ListField(
            child=serializers.CharField(), help_text="Fields that were changed meanwhile, too."
        ),
        "changes": FieldChange(many=True),
        "document": serializers.JSONField(help_text="The whole document that is proposed."),
        "remarks": inline_serializer(
            "Remark",
            {
                "at": serializers.DateTimeField(),
                "by": serializers.CharField(),
                "act": serializers.ChoiceField(Remark.Act.choices),
                "text": serializers.CharField(allow_null=True),
            },
            many=True,
        ),
    },
)


def visible_proposals(request: Request) -> QuerySet[Proposal]:
    """The proposals that a request may read: one's own, and all of them for reviewers."""
    proposals = Proposal.objects.select_related("author", "base", "revision")
    return (
        proposals if may_perform(request, Act.REVIEW) else proposals.filter(author=request.user.pk)
    )


def proposal_head(request: Request, proposal: Proposal) -> dict[str, Any]:
    """What a list says of a proposal."""
    return {
        "proposal": proposal.pk,
        "url": request.build_absolute_uri(f"/api/v1/proposals/{proposal.pk}/"),
        "state": proposal.state,
        "type": proposal.type,
        "slug": proposal.slug,
        "author": proposal.author.get_username(),
        "reason": proposal.reason or None,
        "origin": proposal.origin,
        "made_at": utc_text(proposal.made_at),
        "changed_at": utc_text(proposal.changed_at),
        "revision": proposal.revision and proposal.revision.number,
    }


def whole_proposal(request: Request, proposal: Proposal) -> dict[str, Any]:
    """Everything about a proposal, and how it differs from what readers see now."""
    changes = proposed_changes(proposal)
    return {
        **proposal_head(request, proposal),
        "moved_on": newest_visible_version(proposal, request.user) != proposal.base,
        "conflicts": [change.field for change in changes if change.is_conflict],
        "changes": [{"field": d.field, "from": d.theirs, "to": d.ours} for d in changes],
        "document": orjson.loads(proposal.document),
        "remarks": [
            {
                "at": utc_text(remark.at),
                "by": remark.user.get_username(),
                "act": remark.act,
                "text": remark.text or None,
            }
            for remark in proposal.remarks.select_related("user")
        ],
    }


def proposed_changes(proposal: Proposal) -> list[Divergence]:
    """The fields that it changed and that stand otherwise now; drafts of others are left out."""
    versions = Version.objects.public().filter(type=proposal.type, slug=proposal.slug)
    now = versions.order_by("-revision__number").values_list("document", flat=True).first()
    base = proposal.base.document if proposal.base and proposal.base.is_public else None
    sides = (orjson.loads(text or "{}") for text in (base, now, proposal.document))
    return [
        divergence
        for divergence in find_divergences(*sides)
        if divergence.merged_value != divergence.theirs
    ]


class ProposalView(APIView):
    """What waits for review: private to the author and to reviewers."""

    renderer_classes = (DocumentJSONRenderer,)
    is_private = True

    def conditional_response(self, request: Request, response: Response) -> HttpResponseBase:
        """Nothing is sent again that the client holds."""
        body = DocumentJSONRenderer().render(response.data)
        return etags.unless_held(response, request, etags.body_etag(body))


class ProposalsView(ProposalView):
    """The account's own proposals; all of them for reviewers."""

    @extend_schema(
        parameters=openapi_parameters(PROPOSAL_PARAMETERS),
        responses=PROPOSALS_SERIALIZER,
        operation_id="proposals",
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Proposals, the last changed first: one's own, and everybody's for who may review."""
        if request.user is None:
            raise NotAuthenticated
        asked = read_parameters_strictly(request.query_params, PROPOSAL_PARAMETERS)
        proposals = visible_proposals(request)
        if asked["state"]:
            proposals = proposals.filter(state__in=asked["state"])
        page, size = asked["page"], asked["page_size"]
        rows = list(proposals[(page - 1) * size : page * size + 1])
        entries = [
            orjson.dumps(proposal_head(request, proposal)).decode() for proposal in rows[:size]
        ]
        here = DocumentPage(entries, *numbered_places(page, size, rows, proposals.count))
        return self.conditional_response(
            request, RecordPagination().page_response(proposals, request, here)
        )


class OneProposalView(ProposalView):
    """A proposal, what it changes, and what was said of it."""

    @extend_schema(
        parameters=[OpenApiParameter("number", {"type": "integer", "minimum": 1}, "path")],
        responses=WHOLE_PROPOSAL_SERIALIZER,
        operation_id="proposals_retrieve",
    )
    def get(self, request: Request, number: str) -> HttpResponseBase:
        """One proposal with its document, its remarks, and how it differs from what stands."""
        read_parameters_strictly(request.query_params, {})
        proposals = visible_proposals(request) if request.user else Proposal.objects.none()
        proposal = proposals.filter(pk=int(number)).first()
        if proposal is None:
            raise Http404
        return self.conditional_response(request, Response(whole_proposal(request, proposal)))
