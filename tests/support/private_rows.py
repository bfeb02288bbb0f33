"""Rows that no reader may learn of, in every type and with a word of their own in every text.

What further private rows there come to be is added to `PRIVATE_ROW_MAKERS`;
api/answers/test_non_interference.py then holds it against every address.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models

from apps.core.fields import EdtfField, GeometryField, WordListField
from apps.core.models import Record, is_derived_field, record_models
from apps.documents.revisions import open_revision
from apps.merging.models import NotDuplicate
from tests.accounts.factories import TokenFactory
from tests.documents.acts import change_record
from tests.documents.ledger_factories import ProposalFactory
from tests.exchange.factories import BatchFactory
from tests.support.registry import RECORD_FACTORIES
from tests.types.articles.factories import LinkFactory

DRAFT, PUBLISHED, RETRACTED = Record.Publication
CANARY = "zqcanary"  # stands in every private text, and nowhere else
PRIVATE_LINE = {"type": "LineString", "coordinates": [[77.1, 7.1], [77.9, 7.9]]}
Records = dict[str, list[Any]]

# Columns whose text must mean something to the code that makes documents.
MEANINGFUL_VALUES = {"field": "summary", "language": "en", "section": "INTRO", "paragraph": 1}
# What the maker of a row, or the ledger, fills in.
COLUMNS_FILLED_ELSEWHERE = {
    *("id", "slug", "publication", "document", "revision", "updated_at", "disputed_fields"),
    *("holds", "record", "position"),
}


def hidden_slug(endpoint: str) -> str:
    """The slug of the hidden record of a type."""
    return f"{CANARY}-{endpoint}"


def private_value(field: Any, word: str, others: Records, turn: int) -> Any:
    """Something for a column: private where it is text, and the same everywhere else."""
    if field.is_relation:
        there = others[field.related_model.endpoint()]
        return there[turn % len(there)]
    if field.name in MEANINGFUL_VALUES:
        return MEANINGFUL_VALUES[field.name]
    if isinstance(field, WordListField):
        return [field.words.values[0]]
    if field.choices:
        return field.choices[0][0]
    is_upper = field.name.endswith("_max")
    kinds: list[tuple[Any, Any]] = [
        (EdtfField, "1777-07-07"),
        (GeometryField, PRIVATE_LINE),
        (models.BooleanField, True),
        (models.IntegerField, 7777 + is_upper),
        (models.DecimalField, Decimal(77 + is_upper)),
        (models.URLField, f"http://{word}.example/{field.name}"),
        (models.CharField, f"{word} {field.name}"[: field.max_length]),
    ]
    return next(value for kind, value in kinds if isinstance(field, kind))


def private_values(model: Any, word: str, others: Records) -> dict[str, Any]:
    """Something for every column of a type or of its parts."""
    fields = [
        f
        for f in model._meta.fields
        if f.name not in COLUMNS_FILLED_ELSEWHERE and not is_derived_field(f)
    ]
    return {f.name: private_value(f, word, others, turn) for turn, f in enumerate(fields)}


def fill_lists(record: Any, word: str, others: Records) -> None:
    """One row in every list of a record, and an entry in each of its lists of slugs."""
    for name, part in type(record).parts().items():
        position = part.objects.filter(record=record).count() + 1
        part.objects.create(record=record, position=position, **private_values(part, word, others))
        assert getattr(record, name).exists()
    for many in record._meta.many_to_many:
        getattr(record, many.name).set(others[many.related_model.endpoint()][-1:])


def publish_everything() -> Records:
    """Two public records of each type, richly furnished, that name each other."""
    records: Records = {endpoint: [make(), make()] for endpoint, make in RECORD_FACTORIES.items()}
    records["articles"][0].url = "https://open-articles.example/read-here"
    records["articles"][0].save()
    with open_revision(reason="Furnished", origin="seed") as opened:
        for endpoint, (record, _) in records.items():
            fill_lists(
                record, f"open-{endpoint}", {name: both[1:] for name, both in records.items()}
            )
            opened.touch(record)
    return records


def make_drafts(public: Records, curator: Any) -> None:
    """A draft of every type that names drafts and public records, with all that it can have."""
    others = {endpoint: list(reversed(records)) for endpoint, records in public.items()}
    for endpoint in public:
        with open_revision(user=curator, reason=f"{CANARY} why", origin="admin") as opened:
            draft = make_draft(hidden_slug(endpoint), endpoint, others)
            opened.touch(draft)
        others[endpoint] = [draft, *others[endpoint][:1]]


def make_drafts_of_public_records(public: Records, curator: Any) -> None:
    """A draft of every type that names public records alone, so that these could lead to it."""
    for endpoint in public:
        with open_revision(user=curator, reason=f"{CANARY} too", origin="admin") as opened:
            opened.touch(make_draft(f"{hidden_slug(endpoint)}-too", endpoint, public))


def make_draft(slug: str, endpoint: str, others: Records) -> Any:
    """A draft with a private word in every text, and its lists."""
    model = record_models()[endpoint]
    word = f"{CANARY}{slug.removeprefix(CANARY).replace('-', '')}"
    draft = model.objects.create(
        slug=slug, publication=DRAFT, **private_values(model, word, others)
    )
    fill_lists(draft, word, others)
    return draft


def change_drafts(public: Records, curator: Any) -> None:
    """Every draft is worked on again, and so is a record that was retracted."""
    for model in record_models().values():
        hidden = [*model.objects.filter(publication__in=[DRAFT, RETRACTED])]
        for record in hidden:
            values = {"publication": DRAFT, "summary": f"{CANARY} once more"}
            change_record(record, user=curator, reason=f"{CANARY} again", **values)


def make_discarded_drafts(public: Records, curator: Any) -> None:
    """A draft of every type that was made and thrown away."""
    for endpoint, model in record_models().items():
        word = f"{CANARY}gone"
        with open_revision(user=curator, reason=f"{CANARY} in vain", origin="admin") as opened:
            draft = model.objects.create(
                slug=f"{hidden_slug(endpoint)}-gone", **private_values(model, word, public)
            )
            opened.touch(draft)
        with open_revision(user=curator, reason=f"{CANARY} away", origin="admin") as opened:
            opened.delete_draft(draft)


def make_unnamed_account(public: Records, curator: Any) -> None:
    """Another account, which nothing public names."""
    get_user_model().objects.create_user(f"{CANARY}-nobody", f"{CANARY}@nowhere.example", CANARY)


def make_proposals(public: Records, curator: Any) -> None:
    """A proposed change of every public record, a proposed new one, and what was said of them."""
    for endpoint, records in public.items():
        for slug in (*(record.slug for record in records), f"{hidden_slug(endpoint)}-proposed"):
            document = f'{{"slug": "{slug}", "summary": "{CANARY} proposed"}}'
            made = ProposalFactory(
                type=endpoint, slug=slug, document=document, reason=f"{CANARY} why", author=curator
            )
            made.add_remark(curator, "sent_back", f"{CANARY} said")


def make_pairs_not_duplicate(public: Records, curator: Any) -> None:
    """What was said of two records that look alike."""
    for endpoint, (first, second) in public.items():
        slugs = [first.slug, second.slug]
        NotDuplicate.objects.remember(endpoint, slugs, curator, f"{CANARY} no twins")


def make_planned_import(public: Records, curator: Any) -> None:
    """A file that was planned and not applied."""
    BatchFactory(user=curator, name=f"{CANARY}.csv", reason=f"{CANARY} why")


def make_token(public: Records, curator: Any) -> None:
    """A key by which a program acts."""
    TokenFactory(user=curator, name=f"{CANARY} copy")


def make_link_checks(public: Records, curator: Any) -> None:
    """What the addresses of public articles answered, and one that no article has."""
    (address,) = {article.url for article in public["articles"]} - {None}
    failing = {"status": 404, "reason": f"{CANARY} gone", "failing_since": datetime.now(UTC)}
    LinkFactory(address=address, checked_at=failing["failing_since"], **failing)
    LinkFactory(address=f"https://{CANARY}.example/", reason=f"{CANARY} well")


PRIVATE_ROW_MAKERS: list[Callable[[Records, Any], None]] = [
    make_unnamed_account,
    make_drafts,
    make_drafts_of_public_records,
    change_drafts,
    make_discarded_drafts,
    make_proposals,
    make_pairs_not_duplicate,
    make_planned_import,
    make_token,
    make_link_checks,
]
