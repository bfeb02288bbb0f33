"""The addresses of the API below `/api/v1/`, and its root, which names them."""

from django.conf import settings
from django.urls import include, path, re_path
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.http.etags import conditional_get
from apps.api.query.parameters import read_parameters_strictly
from apps.review.views import OneProposalView, ProposalsView
from caucasus.api.article_records import ArticleRecordsView
from caucasus.api.changes import ChangesView
from caucasus.api.citations import CitationsView
from caucasus.api.codebook_page import CodebookView
from caucasus.api.disputes import DisputesView
from caucasus.api.meta import MetaView
from caucasus.api.openapi import DocsView, SchemaView
from caucasus.api.routes import endpoint_urls, other_urls, router
from caucasus.api.search import SearchView


class RootSerializer(serializers.Serializer):
    """The dataset and where its parts are."""

    title = serializers.CharField()
    version = serializers.CharField(help_text="Of the code and the data together.")
    attribution = serializers.CharField(help_text="How to cite it; add the revision.")
    licence = serializers.URLField()
    revision = serializers.IntegerField(help_text="The newest revision of the dataset.")
    endpoints = serializers.DictField(child=serializers.URLField())
    links = serializers.DictField(child=serializers.URLField())


class RootView(GenericAPIView):
    """Where everything is: endpoints, licence, and the revision of the dataset."""

    serializer_class = RootSerializer
    pagination_class = None
    filter_backends = ()
    revision: int

    @conditional_get
    def get(self, request: Request) -> Response:
        """Links to every endpoint."""
        read_parameters_strictly(request.query_params, {})
        root = {
            "title": settings.DATASET_TITLE,
            "version": settings.VERSION,
            "attribution": settings.ATTRIBUTION,
            "licence": settings.LICENCE_URL,
            "revision": self.revision,
            "endpoints": endpoint_urls(request),
            "links": other_urls(request),
        }
        return Response(root)


urlpatterns = [
    re_path(r"^$", RootView.as_view(), name="api-root"),
    re_path(r"^changes/?$", ChangesView.as_view(), name="changes"),
    re_path(r"^search/?$", SearchView.as_view(), name="search"),
    re_path(r"^citations/?$", CitationsView.as_view(), name="citations"),
    re_path(r"^disputes/?$", DisputesView.as_view(), name="disputes"),
    re_path(r"^proposals/?$", ProposalsView.as_view(), name="proposals"),
    re_path(r"^proposals/(?P<number>\d{1,18})/?$", OneProposalView.as_view(), name="proposal"),
    re_path(r"^meta/?$", MetaView.as_view(), name="meta"),
    re_path(r"^codebook/?$", CodebookView.as_view(), name="codebook"),
    re_path(r"^schema/?$", SchemaView.as_view(), name="schema"),
    re_path(r"^docs/?$", DocsView.as_view(url_name="schema"), name="docs"),
    re_path(
        r"^articles/(?P<slug>[^/]+)/records/?$",
        ArticleRecordsView.as_view(),
        name="article-records",
    ),
    path("", include(router.urls)),
]
