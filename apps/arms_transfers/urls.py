"""The address of arms transfers."""

from apps.arms_transfers.views import ArmsTransferViewSet

routes = [("arms-transfers", ArmsTransferViewSet)]
