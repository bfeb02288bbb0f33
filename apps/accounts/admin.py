"""Accounts on the desk: tokens, locked log-ins, second factors, and who may change an account."""

from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Model, Q
from django.db.models.fields.related import RelatedField
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminIntegerFieldWidget

from apps.accounts.models import DEFAULT_LIFETIME, MAX_LIFETIME, Token, TokenQuerySet
from apps.core.permissions import Account, Act
from apps.desk.lists import StrictAdmin, UnchangeableAdmin

TOKEN_STATE_BADGES = {"usable": "success", "revoked": "danger", "expired": "warning"}
PERMISSION_FIELDS = ["groups", "is_staff"]
NAME_FIELDS = ["first_name", "last_name", "email"]

admin.site.unregister([User, Group, TOTPDevice, StaticDevice])


class AccountMeta:
    """The words of both forms of an account."""

    model = User
    fields = ["username", *PERMISSION_FIELDS]
    field_classes = {"username": UsernameField}
    labels = {"groups": "Roles", "is_staff": "May use the desk"}
    help_texts = {
        "groups": "What the account may do. Without a role it only reads.",
        "is_staff": "Whether it may log in here. Its tokens, which are made here, work without.",
    }
    widgets = {"groups": UnfoldAdminCheckboxSelectMultipleWidget}


class NewAccountForm(UserCreationForm):
    """Name, password and roles."""

    class Meta(AccountMeta):
        pass


class AccountForm(UserChangeForm):
    """An account that is there; permissions come from roles alone."""

    class Meta(AccountMeta):
        pass


@admin.register(User)
class AccountAdmin(UserAdmin, StrictAdmin):  # type: ignore[misc]
    """Accounts; nobody gives away, or takes over, more than they have themselves."""

    desk, icon = "Accounts", "person"
    form, add_form, change_password_form = AccountForm, NewAccountForm, AdminPasswordChangeForm
    add_form_template = None
    list_display = ["username", "name", "roles", "is_staff", "is_active", "last_login"]
    add_fieldsets = [
        (None, {"fields": ["username", "password1", "password2", *PERMISSION_FIELDS, *NAME_FIELDS]})
    ]
    fieldsets = [
        (None, {"fields": ["username", "password", *NAME_FIELDS]}),
        ("What it may do", {"fields": [*PERMISSION_FIELDS, "is_active", "is_superuser"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"is_staff": True, **super().get_changeform_initial_data(request)}

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        fixed = super().get_readonly_fields(request, obj)
        return fixed if is_superuser(request) else [*fixed, "is_superuser"]

    def get_field_queryset(
        self, db: str | None, db_field: RelatedField, request: HttpRequest
    ) -> Any:
        if db_field.name != "groups" or is_superuser(request):
            return super().get_field_queryset(db, db_field, request)
        return Group.objects.exclude(permissions__in=lacking_permissions(request.user)).order_by(
            "name"
        )

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and may_do_more(obj, request):
            return False
        return super().has_change_permission(request, obj)

    @admin.display(description="name")
    def name(self, account: User) -> str:
        return account.get_full_name()

    @admin.display(description="roles")
    def roles(self, account: User) -> str:
        names = sorted(group.name for group in account.groups.all())
        return ", ".join(["superuser", *names] if account.is_superuser else names)


@admin.register(Group)
class RoleAdmin(GroupAdmin, StrictAdmin):  # type: ignore[misc]
    """What several curators may do."""

    desk, icon = "Accounts", "group"


def is_superuser(request: HttpRequest) -> bool:
    """Whether the account may do anything at all."""
    return bool(request.user.is_active and request.user.is_superuser)


def granted_permissions(account: Account) -> Any:
    """The permissions of an account, also while it is disabled."""
    return Permission.objects.filter(Q(group__user=account) | Q(user=account))


def lacking_permissions(account: Account) -> Any:
    """The permissions that an account, no superuser, does not have."""
    return Permission.objects.exclude(pk__in=granted_permissions(account).values("pk"))


def may_do_more(account: User, request: HttpRequest) -> bool:
    """Whether an account may do anything that whoever sends the request may not."""
    if is_superuser(request):
        return False
    missing = lacking_permissions(request.user).values("pk")
    return bool(
        account.is_superuser or granted_permissions(account).filter(pk__in=missing).exists()
    )


class TokenForm(forms.ModelForm):
    """A new token of one's own: its end is a number of days."""

    days = forms.IntegerField(
        label="Days until it ends",
        min_value=1,
        max_value=MAX_LIFETIME.days,
        initial=DEFAULT_LIFETIME.days,
        widget=UnfoldAdminIntegerFieldWidget,
    )

    class Meta:
        model = Token
        fields = ["name", "scopes"]

    def clean(self) -> Any:
        if days := self.cleaned_data.get("days"):
            self.instance.expiry = timezone.now() + timedelta(days=days)
        return super().clean()


class NewTokenRequest(HttpRequest):
    """A request that makes a token, while it carries the key to the page that shows it."""

    new_key: str


@admin.register(Token)
class TokenAdmin(UnchangeableAdmin):
    """Each account's own tokens; of those who administer, everybody's. None is ever changed."""

    desk, icon = "Accounts", "key"
    form = TokenForm
    list_display = ["name", "token_key", "user", "scopes", "expiry", "last_used_at", "badge"]
    list_select_related = ["user"]
    search_fields = ["name", "token_key", "user__username"]
    readonly_fields = ["user", "token_key", "created", "expiry", "last_used_at", "revoked_at"]
    actions = ["revoke"]

    def get_queryset(self, request: HttpRequest) -> Any:
        tokens = super().get_queryset(request)
        return tokens if request.user.has_perm(Act.ADMINISTER) else tokens.filter(user=request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_staff

    def has_view_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        return request.user.is_staff

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_staff

    def get_fields(self, request: HttpRequest, obj: Token | None = None) -> Any:
        if obj is None:
            return ["name", "scopes", "days"]
        return ["name", "scopes", *self.readonly_fields]

    def save_model(
        self, request: NewTokenRequest, obj: Token, form: TokenForm, change: bool
    ) -> None:
        obj.user = request.user
        request.new_key = obj.make_key()
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: NewTokenRequest, obj: Token, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The page that shows the key: the only time, and not by way of a cookie's message."""
        context = {
            **self.admin_site.each_context(request),
            "title": f"New token: {obj.name}",
            "key": request.new_key,
            "expiry": obj.expiry,
            "opts": self.opts,
        }
        return TemplateResponse(request, "accounts/new_token.html", context)

    @admin.action(description="Revoke", permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: TokenQuerySet) -> None:
        """End tokens for good."""
        for token in queryset.filter(revoked_at=None):
            self.log_change(request, token, "Revoked.")
        self.message_user(request, f"Revoked: {queryset.revoke()}.", messages.SUCCESS)

    @display(description="state", label=TOKEN_STATE_BADGES)
    def badge(self, token: Token) -> str:
        return token.state()


class ReadAndDelete(StrictAdmin):
    """Rows that programs write: to be looked at, and deleted."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(AccessAttempt)
class FailedLoginAdmin(ReadAndDelete):
    """Failed log-ins; deleting one unlocks the name at that address."""

    desk, icon = "Accounts", "lock"
    fields = list_display = ["username", "ip_address", "failures_since_start", "attempt_time"]
    search_fields = ["username"]


@admin.register(TOTPDevice)
class SecondFactorAdmin(ReadAndDelete):
    """Accounts with a second factor; deleting one helps who lost the app and all codes."""

    desk, icon = "Accounts", "phonelink_lock"
    fields = list_display = ["user", "confirmed", "created_at", "last_used_at"]
    list_select_related = ["user"]
    search_fields = ["user__username"]

    def has_delete_permission(self, request: HttpRequest, obj: TOTPDevice | None = None) -> bool:
        """A second factor of who may more is not for those to remove who may less."""
        if obj is not None and may_do_more(obj.user, request):
            return False
        return super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> Any:
        """None: a list's “delete” asks no account's rights one by one."""
        return {}
