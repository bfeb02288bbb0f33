"""The address of agreements."""

from apps.agreements.views import AgreementViewSet

routes = [("agreements", AgreementViewSet)]
