"""Pages of the desk that are no table: the second factor."""

from django.urls import path

from apps.accounts.views import SetUpView, VerifyView

urlpatterns = [
    path("second-factor/", VerifyView.as_view(), name="second-factor"),
    path("second-factor/set-up/", SetUpView.as_view(), name="second-factor-set-up"),
]
