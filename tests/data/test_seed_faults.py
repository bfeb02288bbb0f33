"""Bad seeds: every fault of every file is named at once, and nothing is loaded."""

import pytest

from tests.support.seeding import (
    CITED_VALUES,
    NORLAND_SEED,
    faults_of_refused_seed,
    write_seed_files,
)

pytestmark = pytest.mark.django_db

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
    norland = {**NORLAND_SEED, "external_ids": [{"scheme": "wikidata", "value": "Q20"}]}
    bad = {"slug": "sorland", "name": "Sorland", "kind": "state", **CITED_VALUES, **change}
    write_seed_files(folder, actors=[norland, bad])
    faults = faults_of_refused_seed(folder)
    assert len(faults) == 1
    assert "sorland: " + reason in faults[0]


def test_all_faults_of_all_files_are_named_at_once(folder):
    write_seed_files(
        folder,
        places=[{"slug": "port", "name": "Port", "kind": "harbour", **CITED_VALUES}],
        actors=[
            {**NORLAND_SEED, "country": "ZZ"},
            {**NORLAND_SEED, "slug": "x y", "colour": "red"},
        ],
    )
    faults = faults_of_refused_seed(folder)
    assert [line.split(":")[0] for line in faults] == ["places.yaml", "actors.yaml", "actors.yaml"]
    assert faults[0].startswith("places.yaml:1: port: kind: “harbour” is not one of: city, port")


def test_a_number_too_large_is_named(folder):
    transfer = {
        "slug": "t", "name": "T", "supplier": "norland", "recipient": "sorland",
        "weapon_category": "ships", "status": "ordered", "number_ordered": 10**12,
        "value_amount": 10**20, "value_currency": "EUR", **CITED_VALUES,
    }  # fmt: skip
    write_seed_files(
        folder,
        actors=[NORLAND_SEED, {**NORLAND_SEED, "slug": "sorland"}],
        arms_transfers=[transfer],
    )
    faults = "\n".join(faults_of_refused_seed(folder))
    assert "t: number_ordered: " in faults
    assert "t: value_amount: " in faults


def test_two_ends_of_a_transfer_differ_even_when_both_are_new(folder):
    transfer = {
        "slug": "t", "name": "T", "supplier": "norland", "recipient": "norland",
        "weapon_category": "ships", "status": "ordered", **CITED_VALUES,
    }  # fmt: skip
    write_seed_files(folder, actors=[NORLAND_SEED], arms_transfers=[transfer])
    assert "t: recipient: Supplier and recipient are two." in faults_of_refused_seed(folder)[0]


def test_references_in_a_circle_are_refused(folder):
    write_seed_files(
        folder,
        actors=[
            {**NORLAND_SEED, "parent": "sorland"},
            {**NORLAND_SEED, "slug": "sorland", "parent": "norland"},
        ],
    )
    assert (
        "References in a circle: norland → sorland → norland." in faults_of_refused_seed(folder)[0]
    )


def test_no_record_hides_behind_an_address_of_the_api(folder):
    write_seed_files(folder, actors=[{**NORLAND_SEED, "slug": "aggregate"}])
    (reason,) = faults_of_refused_seed(folder)
    assert "aggregate: slug: “aggregate” is an address of the API." in reason


def test_a_slug_stands_once(folder):
    write_seed_files(folder, actors=[NORLAND_SEED, NORLAND_SEED])
    assert (
        "norland: slug: Repeated: the slug stands already at actors.yaml:1."
        in faults_of_refused_seed(folder)[0]
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
    write_seed_files(folder)
    (folder / "actors.yaml").write_text(text)
    assert any(reason in line for line in faults_of_refused_seed(folder))


def test_a_file_that_no_type_has_is_refused(folder):
    write_seed_files(folder, actor=[NORLAND_SEED])
    assert faults_of_refused_seed(folder)[0].startswith(
        "actor.yaml: No type has this name; there are actors.yaml"
    )


def test_the_time_of_the_release_is_needed(folder):
    write_seed_files(folder)
    (folder / "dataset.yaml").write_text("title: Untimed\n")
    (fault,) = faults_of_refused_seed(folder)
    assert fault.startswith("dataset.yaml: released_at: The time of the release is missing;")
