"""Seeds: loaded wholly or not at all, untraced the second time, written back byte for byte."""

import io
import json
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction

from apps.core.catalogue import record_models
from apps.ledger.models import Dataset, Revision, Version
from caucasus import seeds

pytestmark = pytest.mark.django_db

ABOUT = "released_at: 2026-01-31T00:00:00Z\n"
ARTICLE = {
    "slug": "text",
    "title": "Text",
    "kind": "analysis",
    "sections": [{"name": "INTRO", "paragraphs": 2}],
    "certainty": "confirmed",
    "citations": [{"article": "text", "section": "INTRO", "paragraph": 1}],
}
CITED = {"certainty": "confirmed", "citations": [{"article": "text", "section": "INTRO"}]}
NORLAND = {"slug": "norland", "name": "Norland", "kind": "state", **CITED}


class Plain(yaml.SafeDumper):
    """YAML without aliases: Python's lists share their entries, seed files do not."""

    def ignore_aliases(self, data):
        return True


@pytest.fixture
def folder(tmp_path):
    """An empty seeds folder, but for when it was released."""
    (tmp_path / "dataset.yaml").write_text(ABOUT)
    return tmp_path


def write(folder: Path, **files) -> Path:
    """Seed files out of Python lists: write(folder, actors=[...])."""
    for name, records in {"articles": [ARTICLE], **files}.items():
        text = yaml.dump(records, Dumper=Plain, allow_unicode=True)
        (folder / f"{name}.yaml").write_text(text)
    return folder


def seed(folder: Path = settings.SEEDS_DIR, *endpoints: str) -> str:
    """Run the command; what it says."""
    out = io.StringIO()
    call_command("seed", *endpoints, folder=folder, stdout=out)
    return out.getvalue()


def refusal(folder: Path) -> list[str]:
    """The faults for which the command refuses a folder; nothing may have been written."""
    before = state()
    with pytest.raises(CommandError) as refused:
        seed(folder)
    assert state() == before
    lines = str(refused.value).splitlines()
    assert lines[-1] == f"Nothing was loaded: {len(lines) - 1} faults."
    return lines[:-1]


def state() -> tuple:
    """All that a load could change."""
    return (
        [list(model.objects.values_list("slug", "document")) for model in record_models().values()],
        Dataset.current(),
        Version.objects.count(),
    )


def documents() -> dict[str, str]:
    """Every public document by address."""
    return {
        f"{endpoint}/{slug}": document
        for endpoint, model in record_models().items()
        for slug, document in model.objects.published().values_list("slug", "document")
    }


def test_the_curated_seeds_load_and_a_second_time_changes_nothing():
    assert "0 updated, 0 unchanged; revision 1" in seed()
    before = state(), Revision.objects.count()
    assert "0 created, 0 updated" in seed()
    assert (state(), Revision.objects.count()) == before


def test_every_stored_document_is_what_its_tables_say(capsys):
    seed()
    call_command("check_documents")
    assert "Every stored document" in capsys.readouterr().out


def test_seeds_come_back_byte_for_byte(tmp_path):
    seed()
    call_command("dump_seeds", folder=tmp_path, stdout=io.StringIO())
    for endpoint in record_models():
        name = seeds.file_of(endpoint)
        assert (tmp_path / name).read_bytes() == (settings.SEEDS_DIR / name).read_bytes(), name


def test_the_same_seeds_give_the_same_documents_and_the_same_time(folder):
    write(folder, actors=[NORLAND])
    seed(folder)
    first = json.loads(documents()["actors/norland"])
    assert (first["revision"], first["updated_at"]) == (1, "2026-01-31T00:00:00Z")


def test_fixtures_are_up_to_date_and_load_into_an_empty_database(tmp_path):
    """Built anew they have the same bytes; loaddata of them gives what seeding gives."""
    call_command("build_fixtures", folder=tmp_path, stdout=io.StringIO())
    built = sorted(tmp_path.glob("*.json"))
    committed = sorted(settings.FIXTURES_DIR.glob("*.json"))
    assert [path.name for path in built] == [path.name for path in committed]
    for new, old in zip(built, committed, strict=True):
        assert new.read_bytes() == old.read_bytes(), f"{old.name}: run make fixtures"
    seeded = undone(lambda: [seed(), documents(), Dataset.current(), Version.objects.count()][1:])
    assert documents() == {}
    call_command("loaddata", *committed, verbosity=0)
    assert [documents(), Dataset.current(), Version.objects.count()] == seeded
    call_command("check_documents", stdout=io.StringIO())
    assert "0 created, 0 updated" in seed()


def undone(work):
    """What `work` returns, its writes taken back."""
    with transaction.atomic():
        found = work()
        transaction.set_rollback(True)
    return found


def test_a_changed_seed_updates_its_record_only(folder):
    write(folder, actors=[NORLAND, {**NORLAND, "slug": "sorland"}])
    seed(folder)
    untouched = documents()["actors/sorland"]
    write(folder, actors=[{**NORLAND, "name": "Nordland"}, {**NORLAND, "slug": "sorland"}])
    assert "1 updated" in seed(folder)
    assert json.loads(documents()["actors/norland"])["name"] == "Nordland"
    assert json.loads(documents()["actors/norland"])["revision"] == 2
    assert documents()["actors/sorland"] == untouched


def test_a_key_left_out_is_empty(folder):
    write(folder, actors=[{**NORLAND, "country": "NO", "founded_on": 1814}])
    seed(folder)
    assert json.loads(documents()["actors/norland"])["country"] == "NO"
    write(folder, actors=[NORLAND])
    seed(folder)
    assert json.loads(documents()["actors/norland"])["country"] is None


def test_records_may_name_records_that_come_later(folder):
    league = {**NORLAND, "slug": "aleague", "kind": "alliance", "parent": "norland"}
    write(
        folder,
        actors=[{**league, "successor_of": ["zorland"]}, NORLAND, {**NORLAND, "slug": "zorland"}],
    )
    seed(folder)
    document = json.loads(documents()["actors/aleague"])
    assert (document["parent"], document["successor_of"]) == ("norland", ["zorland"])


def test_scalars_are_text_whatever_yaml_would_make_of_them(folder):
    (folder / "articles.yaml").write_text(yaml.dump([ARTICLE], Dumper=Plain))
    (folder / "actors.yaml").write_text(
        "- {slug: norland, name: NO, kind: state, country: NO, founded_on: 1814,"
        " certainty: confirmed, citations: [{article: text}]}\n"
    )
    seed(folder)
    document = json.loads(documents()["actors/norland"])
    assert (document["name"], document["country"], document["founded_on"]) == ("NO", "NO", "1814")


def test_only_the_endpoints_asked_for_are_loaded(folder):
    write(folder, actors=[NORLAND])
    seed(folder, "articles")
    assert list(documents()) == ["articles/text"]
    with pytest.raises(CommandError, match=r"No such endpoint: actor\. There are articles"):
        seed(folder, "actor")


BAD = {
    "an impossible date": (
        {"founded_on": "1985-02-29"},
        "founded_on: 1985-02-29: February 1985 has no day 29.",
    ),
    "a reversed interval": (
        {"founded_on": "2020/2011"},
        "founded_on: The interval 2020/2011 ends before it begins.",
    ),
    "an unknown slug": (
        {"parent": "norlund"},
        "parent: There is no actor “norlund”. Did you mean “norland”?",
    ),
    "a slug of a wrong form": (
        {"parent": "Nor Land"},
        "parent: A slug is text: lower-case ASCII words joined by “-”.",
    ),
    "an unknown key": ({"colour": "red"}, "colour: Unknown key."),
    "a misspelt key": ({"contry": "NO"}, "contry: Unknown key. Did you mean “country”?"),
    "an unknown word": (
        {"certainty": "sure"},
        "certainty: “sure” is not one of: confirmed, reported, alleged, disputed.",
    ),
    "an unknown topic": ({"topics": ["war"]}, "topics[1]: “war” is not one of: alliances"),
    "a NUL byte": ({"name": "Nor\0land"}, "name: Null characters are not allowed."),
    "a control character": (
        {"name": "Nor\x1bland"},
        "name: The character U+001B is not allowed in text.",
    ),
    "a text too long": (
        {"name": "N" * 201},
        "name: Ensure this field has no more than 200 characters.",
    ),
    "a country that is none": ({"country": "ZZ"}, "country: “ZZ” is not one of: "),
    "a code without a state": (
        {"kind": "person", "iso_code": "NOR"},
        "iso_code: Only a state has an ISO 3166-1 alpha-3 code.",
    ),
    "an end before the start": (
        {"founded_on": 2020, "dissolved_on": 2011},
        "dissolved_on: dissolved_on lies before founded_on.",
    ),
    "a reference to itself": ({"parent": "sorland"}, "parent: A record does not refer to itself."),
    "a list for a text": ({"name": ["a"]}, "name: Not a valid string."),
    "a text for a list": ({"names": "Nor"}, 'names: Expected a list of items but got type "str".'),
    "no citation": ({"citations": []}, "citations: A published record cites a source."),
    "an unknown article": (
        {"citations": [{"article": "texd"}]},
        "citations[1].article: There is no article “texd”. Did you mean “text”?",
    ),
    "a section that the article lacks": (
        {"citations": [{"article": "text", "section": "OUTRO"}]},
        "citations[1].section: text has no section “OUTRO”, only: INTRO.",
    ),
    "a paragraph beyond the article's": (
        {"citations": [{"article": "text", "section": "INTRO", "paragraph": 3}]},
        "citations[1].paragraph: INTRO of text ends with 2.",
    ),
    "a paragraph of no section": (
        {"citations": [{"article": "text", "paragraph": 1}]},
        "citations[1].section: A paragraph is counted within a section: name it.",
    ),
    "a paragraph too large": (
        {"citations": [{"article": "text", "section": "INTRO", "paragraph": 10**12}]},
        "citations[1].paragraph: Ensure this value is less than or equal to 5000.",
    ),
    "a citation of an unknown field": (
        {"citations": [{"article": "text", "field": "founded"}]},
        "citations[1].field: Actor has no field “founded”. Did you mean “founded_on”?",
    ),
    "a claim that its field would refuse": (
        {"citations": [{"article": "text", "field": "founded_on", "value": "long ago"}]},
        "citations[1].value: “long ago” is not an EDTF date",
    ),
    "a claim of a record that is not there": (
        {"citations": [{"article": "text", "field": "parent", "value": "nobody"}]},
        "citations[1].value: The actor “nobody” is not published.",
    ),
    "the same external id twice": (
        {"external_ids": [{"scheme": "wikidata", "value": "Q1"}] * 2},
        "external_ids[2]: Another record of this type has this external id.",
    ),
    "an external id of another record": (
        {"external_ids": [{"scheme": "wikidata", "value": "Q20"}]},
        "external_ids[1]: Another record of this type has this external id. It is on “norland”.",
    ),
}


@pytest.mark.parametrize(("change", "reason"), BAD.values(), ids=BAD.keys())
def test_a_fault_is_named_and_nothing_is_loaded(folder, change, reason):
    norland = {**NORLAND, "external_ids": [{"scheme": "wikidata", "value": "Q20"}]}
    bad = {"slug": "sorland", "name": "Sorland", "kind": "state", **CITED, **change}
    write(folder, actors=[norland, bad])
    found = refusal(folder)
    assert len(found) == 1
    assert "sorland: " + reason in found[0]


def test_all_faults_of_all_files_are_named_at_once(folder):
    write(
        folder,
        places=[{"slug": "port", "name": "Port", "kind": "harbour", **CITED}],
        actors=[{**NORLAND, "country": "ZZ"}, {**NORLAND, "slug": "x y", "colour": "red"}],
    )
    found = refusal(folder)
    assert [line.split(":")[0] for line in found] == ["places.yaml", "actors.yaml", "actors.yaml"]
    assert found[0].startswith("places.yaml:1: port: kind: “harbour” is not one of: city, port")


def test_a_number_too_large_is_named(folder):
    transfer = {
        "slug": "t", "name": "T", "supplier": "norland", "recipient": "sorland",
        "weapon_category": "ships", "status": "ordered", "number_ordered": 10**12,
        "value_amount": 10**20, "value_currency": "EUR", **CITED,
    }  # fmt: skip
    write(folder, actors=[NORLAND, {**NORLAND, "slug": "sorland"}], arms_transfers=[transfer])
    found = "\n".join(refusal(folder))
    assert "t: number_ordered: " in found
    assert "t: value_amount: " in found


def test_two_ends_of_a_transfer_differ_even_when_both_are_new(folder):
    transfer = {
        "slug": "t", "name": "T", "supplier": "norland", "recipient": "norland",
        "weapon_category": "ships", "status": "ordered", **CITED,
    }  # fmt: skip
    write(folder, actors=[NORLAND], arms_transfers=[transfer])
    assert "t: recipient: Supplier and recipient are two." in refusal(folder)[0]


def test_references_in_a_circle_are_refused(folder):
    write(
        folder,
        actors=[
            {**NORLAND, "parent": "sorland"},
            {**NORLAND, "slug": "sorland", "parent": "norland"},
        ],
    )
    assert "References in a circle: norland → sorland → norland." in refusal(folder)[0]


def test_a_slug_stands_once(folder):
    write(folder, actors=[NORLAND, NORLAND])
    assert (
        "norland: slug: Repeated: the slug stands already at actors.yaml:1." in refusal(folder)[0]
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- slug: a\n  slug: b\n", "actors.yaml:1: slug: Repeated key, line 2."),
        ("- &a {slug: a}\n- *a\n", "actors.yaml:1: Aliases are not used in seeds."),
        ("slug: a\n", "actors.yaml: A seed file is a list of records."),
        ("- slug: [\n", "actors.yaml: Not readable as YAML"),
        ("- just text\n", "actors.yaml:1: This is a mapping of keys to values."),
        ("- !!python/object/apply:os.system [ls]\n", "actors.yaml:1: This is a mapping of keys"),
        ("- name: No slug\n", "actors.yaml:1: slug: This field is required."),
    ],
)
def test_a_file_of_the_wrong_form_is_refused(folder, text, reason):
    write(folder)
    (folder / "actors.yaml").write_text(text)
    assert any(reason in line for line in refusal(folder))


def test_a_file_that_no_type_has_is_refused(folder):
    write(folder, actor=[NORLAND])
    assert refusal(folder)[0].startswith("actor.yaml: No type has this name; there are actors.yaml")


def test_the_time_of_the_release_is_needed(folder):
    write(folder)
    (folder / "dataset.yaml").write_text("title: Untimed\n")
    (fault,) = refusal(folder)
    assert fault.startswith("dataset.yaml: released_at: The time of the release is missing;")


def test_a_document_that_is_behind_its_tables_is_reported_and_mended(folder, capsys):
    write(folder, actors=[NORLAND])
    seed(folder)
    actor = record_models()["actors"].objects.get()
    record_models()["actors"].objects.update(name="Changed behind the ledger's back")
    with pytest.raises(CommandError, match="1 documents differ"):
        call_command("check_documents")
    assert "actors/norland: the stored document differs." in capsys.readouterr().out
    call_command("check_documents", rebuild=True)
    actor.refresh_from_db()
    assert json.loads(actor.document)["name"] == "Changed behind the ledger's back"
    assert Version.objects.of(actor).first().revision.origin == "rebuild"
    call_command("check_documents")
