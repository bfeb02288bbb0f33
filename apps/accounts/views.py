"""The two pages of the second factor: the one that asks for a code, the one to set it up."""

from base64 import b32encode
from typing import Any

import segno
from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views.generic import FormView
from django_otp.middleware import is_verified
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.accounts import second_factor
from apps.accounts.second_factor import SecondFactorMode

WRONG_CODE = "This code is not right, or was used before. After a failure, wait a moment."
CODE_INPUT_ATTRIBUTES = {"autocomplete": "one-time-code", "autofocus": True, "inputmode": "text"}


class CodeForm(forms.Form):
    """A code of the app, or a recovery code; spaces in it do not count."""

    code = forms.CharField(
        max_length=40, widget=UnfoldAdminTextInputWidget(attrs=CODE_INPUT_ATTRIBUTES)
    )

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split()).lower()


class SecondFactorView(FormView):
    """What both pages share: staff only, never cached, in the desk's look."""

    form_class = CodeForm

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> Any:
        if not (request.user.is_active and request.user.is_staff):
            return redirect("admin:login")
        response = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        site = admin.site.each_context(self.request)
        return {**site, "title": "Second factor", **super().get_context_data(**kwargs)}

    def refuse_code(self, form: CodeForm) -> HttpResponse:
        form.add_error("code", WRONG_CODE)
        return self.form_invalid(form)

    def redirect_onwards(self) -> HttpResponse:
        """Where the session wanted to go, if that is a page of ours."""
        wanted = self.request.GET.get("next", "")
        ours = url_has_allowed_host_and_scheme(wanted, {self.request.get_host()})
        return HttpResponseRedirect(wanted if ours else reverse("admin:index"))


class VerifyView(SecondFactorView):
    """Asks for the code at log-in."""

    template_name = "accounts/verify.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if is_verified(request.user) or not second_factor.confirmed_device(request.user):
            return self.redirect_onwards()
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: CodeForm) -> HttpResponse:
        if second_factor.verify_code(self.request, form.cleaned_data["code"]):
            return self.redirect_onwards()
        return self.refuse_code(form)


class SetUpView(SecondFactorView):
    """Sets a second factor up, makes new recovery codes, removes it: each by a code."""

    template_name = "accounts/set_up.html"

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["is_required"] = settings.SECOND_FACTOR == SecondFactorMode.REQUIRED
        context["is_set_up"] = bool(second_factor.confirmed_device(self.request.user))
        if not context["is_set_up"]:
            device = second_factor.offered_device(self.request.user)
            drawing = segno.make(device.config_url).svg_inline(scale=5, light="white", border=3)
            context["drawing"] = mark_safe(drawing)  # noqa: S308 - made here, of no text
            context["secret"] = b32encode(device.bin_key).decode()
        return context

    def form_valid(self, form: CodeForm) -> HttpResponse:
        user, code = self.request.user, form.cleaned_data["code"]
        if second_factor.confirmed_device(user) is None:
            right = second_factor.confirm_device(self.request, code)
        else:
            right = second_factor.verify_code(self.request, code)
        if not right:
            return self.refuse_code(form)
        if (
            self.request.POST.get("act") == "remove"
            and settings.SECOND_FACTOR != SecondFactorMode.REQUIRED
        ):
            second_factor.remove_second_factor(user)
            return redirect("second-factor-set-up")
        codes = second_factor.replace_recovery_codes(user)
        context = self.get_context_data(form=CodeForm(), codes=codes)
        return TemplateResponse(self.request, self.template_name, context)
