"""A curator before the admin's pages: reads a form as a browser does, types, sends it."""

from html.parser import HTMLParser
from typing import Any

from django.apps import apps
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.text import capfirst

from apps.core.models import Part, Record, record_models
from apps.exchange.models import Batch
from apps.ledger.models import Dataset, Proposal, Remark, Revision, Version
from apps.merging.models import NotDuplicate
from tests.accounts.factories import UserFactory
from tests.support.seeding import all_rows

FormData = dict[str, Any]  # name in the form to its value or list of values


class FormReader(HTMLParser):
    """What a browser would send of the form on a page of ours."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.data: dict[str, list[str]] = {}
        self.inside = self.multiple = False
        self.select = self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = {name: value or "" for name, value in attrs}
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "form":
            self.inside = given.get("id", "").endswith("_form")
        if self.inside and tag == "input":
            is_box = given.get("type") in ("checkbox", "radio")
            sent = [given.get("value", "on") if is_box else value]
            self.data.setdefault(name, []).extend(sent if "checked" in given or not is_box else [])
        elif self.inside and tag == "select":
            self.select, self.multiple, self.data[name] = name, "multiple" in given, []
        elif self.inside and tag == "textarea":
            self.text, self.data[name] = name, [""]
        elif tag == "option" and self.select:
            self.add_option(value, "selected" in given)

    def add_option(self, value: str, selected: bool) -> None:
        chosen = self.data[self.select]
        if selected or not (chosen or self.multiple):  # a browser shows the first of them
            self.data[self.select] = [*(chosen if self.multiple else []), value]

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"
        self.select = "" if tag == "select" else self.select
        self.text = "" if tag == "textarea" else self.text

    def handle_data(self, data: str) -> None:
        if self.text:  # a browser leaves out the line break after the tag
            self.data[self.text] = [data.removeprefix("\r\n").removeprefix("\n")]


class Desk:
    """A logged-in account at the admin."""

    def __init__(self, client: Any, user: User) -> None:
        self.client, self.user = client, user
        client.force_login(user)

    def address(self, of: Any, page: str = "") -> str:
        """A page of a record (`change`) or of a type (`changelist`)."""
        names = f"admin:{of._meta.app_label}_{of._meta.model_name}"
        if isinstance(of, Record):
            return reverse(f"{names}_{page or 'change'}", args=[of.pk])
        return reverse(f"{names}_{page or 'changelist'}")

    def form(self, of: Any, page: str = "") -> FormData:
        """The form of a record, or of a type's page `add`, filled in as it is shown."""
        return self.form_at(self.address(of, page))

    def form_at(self, address: str) -> FormData:
        """The form of a page, filled in as it is shown."""
        response = self.client.get(address)
        assert response.status_code == 200
        return FormReader(response.content.decode()).data

    def save(self, of: Any, data: FormData, page: str = "") -> dict[str, list[str]]:
        """Send a form; the errors that are shown, by field, none if it was saved."""
        return self.save_at(self.address(of, page), data)

    def save_at(self, address: str, data: FormData) -> dict[str, list[str]]:
        """Send the form of a page; the errors that are shown."""
        self.client.cookies.pop("messages", None)  # of what was saved before
        response = self.client.post(address, data)
        if response.status_code == 302:
            return {}
        assert response.status_code == 200
        assert not list(response.context["messages"])  # above all no “was changed successfully”
        errors = dict(response.context["adminform"].form.errors)
        for inline in response.context["inline_admin_formsets"]:
            errors[inline.formset.prefix] = inline.formset.non_form_errors()
            for form in inline.formset.forms:
                errors |= {form.add_prefix(name): why for name, why in form.errors.items()}
        return {name: list(reasons) for name, reasons in errors.items() if reasons}

    def save_and_be_refused(self, of: Any, data: FormData, page: str = "") -> dict[str, list[str]]:
        """The errors of a form that is not saved: nothing at all has changed."""
        before = database_state()
        errors = self.save(of, data, page)
        assert errors
        assert database_state() == before
        return errors

    def run_list_action(self, action: str, *records: Record, **more: str) -> list[str]:
        """Run an action on records ticked in their list; the messages that it leaves."""
        data = {"action": action, "_selected_action": [r.pk for r in records], "index": 0, **more}
        response = self.client.post(self.address(type(records[0])), data, follow=True)
        return [str(message) for message in response.context["messages"]]


def add_row(data: FormData, part: str, **values: Any) -> FormData:
    """A form with one more row in a list, typed over what an empty row shows."""
    number = int(data[f"{part}-TOTAL_FORMS"][0])
    empty = f"{part}-__prefix__-"
    shown = {name: data[name] for name in data if name.startswith(empty)}
    typed = {f"{empty}{name}": str(getattr(value, "pk", value)) for name, value in values.items()}
    row = {name.replace("__prefix__", str(number)): v for name, v in (shown | typed).items()}
    return data | row | {f"{part}-TOTAL_FORMS": [str(number + 1)]}


def titles_below(heading: str) -> list[str]:
    """The types that stand below a heading of the sidebar, in the catalogue's order."""
    models = [m for m in record_models().values() if site.get_model_admin(m).desk == heading]
    return [capfirst(model._meta.verbose_name_plural) for model in models]


def database_state() -> dict[str, Any]:
    """All that the database holds of ours."""
    ours = [model for model in apps.get_models() if issubclass(model, Record | Part)]
    rows: dict[str, Any] = {m.__name__: all_rows(m._meta.db_table) for m in ours}
    ledger = {"versions": Version.objects.count(), "revisions": Revision.objects.count()}
    return rows | ledger | {"number": Dataset.current_revision()}


def curation_state() -> dict[str, Any]:
    """What curators have handed in, said and uploaded: no record's, and in no document."""
    kept = [Proposal, Remark, Batch, NotDuplicate]
    return {m.__name__: list(m._default_manager.order_by("pk").values()) for m in kept}


def outcome_of_attempt(answer: Any, tables: dict[str, Any], others: dict[str, Any]) -> str:
    """What became of an attempt: by what changed since, and only else by what was answered.

    `tables` and `others` are `database_state()` and `curation_state()` of the moment before.
    """
    now, after = database_state(), curation_state()
    if now != tables:
        last = Version.objects.order_by("-pk").first()
        assert last
        assert now["versions"] > tables["versions"]  # nothing is written without a line of history
        assert (now["number"] > tables["number"]) == last.is_public
        return "does"
    if after == others:
        return outcome_of_answer(answer)
    handed_in = [proposal for proposal in after["Proposal"] if proposal not in others["Proposal"]]
    return "proposes" if {proposal["state"] for proposal in handed_in} == {"waiting"} else "does"


def outcome_of_answer(answer: Any) -> str:
    """What is told by an answer to a request that changed nothing."""
    if answer.status_code in (403, 404):
        return {403: "may not", 404: "nothing"}[answer.status_code]
    if answer.status_code == 302:
        return outcome_of_redirect(answer)
    assert answer.status_code == 200
    if answer.wsgi_request.method == "GET":
        return "sees"
    if "cl" in answer.context:  # a list that has no actions for this account
        return "no such"
    assert "errornote" in answer.content.decode() or page_faults(answer)
    return "refused"


def outcome_of_redirect(answer: Any) -> str:
    """What a redirect says."""
    if answer["Location"].startswith("/admin/login/"):
        return "who"
    if answer["Location"] == "/admin/":
        return "nothing"
    said = {message.level_tag for message in get_messages(answer.wsgi_request)}
    return "refused" if "error" in said else "no such" if "warning" in said else "same"


def page_faults(answer: Any) -> list[str]:
    """The reasons that a page of ours gives for doing nothing."""
    form = answer.context["form"]
    return [*answer.context.get("faults", ()), *form.errors.values()]


def make_account(role: str) -> Any:
    """An account with a role; of nobody, somebody who is not logged in."""
    return UserFactory(role=None if role in ("nobody", "reader") else role)


def logged_in_client(role: str, user: Any) -> Client:
    """The browser of an account."""
    client = Client()
    if role != "nobody":
        client.force_login(user)
    return client


def press_button(client: Client, path: str, act: str) -> Any:
    """Press a button of a page."""
    return client.post(path, {"act": act, "reason": "Read", "text": "Read"})


class WriteWatch:
    """Notes whether anything was sent to the database that could change it."""

    wrote = False

    def __call__(self, run: Any, sql: str, *args: Any) -> Any:
        self.wrote = self.wrote or sql.startswith(("INSERT", "UPDATE", "DELETE"))
        return run(sql, *args)


def try_acts(client: Client, acts: dict[str, Any], scene: Any) -> dict[str, str]:
    """Do one thing after another, see what becomes of each, and undo it."""
    tables, others, outcomes = database_state(), curation_state(), {}
    for act, do in acts.items():
        client.cookies.pop("messages", None)  # of what was done before
        watch = WriteWatch()
        with transaction.atomic():
            with connection.execute_wrapper(watch):
                answer = do(client, scene)
            outcomes[act] = (
                outcome_of_attempt(answer, tables, others)
                if watch.wrote
                else outcome_of_answer(answer)
            )
            transaction.set_rollback(True)
        if outcomes[act] == "sees":
            outcomes[act] = outcome_of_page(answer, scene)
    return outcomes


def outcome_of_page(answer: Any, scene: Any) -> str:
    """How much a page shows: a form to be sent, or only what stands."""
    text = answer.content.decode()
    if answer.wsgi_request.path == scene.list:
        return "sees" if scene.record and scene.page("change") in text else "nothing"
    return "writes" if 'name="_save"' in text else "sees"


def select_acts(do: dict[str, Any], acts: dict[str, str]) -> dict[str, Any]:
    """The acts of which a table speaks."""
    return {act: do[act] for act in acts}
