"""The curated data as a whole: its evidence, dates, money, places and codes, and its answers."""

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.db import transaction

from apps.core import codes, dates
from apps.core.models import record_models
from apps.seeds import files as seeds
from tests.support.seeding import documents_by_address, load_curated_data, run_seed

# One group: the seeds are loaded once, by whichever process runs these tests.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.xdist_group("dataset"),
    pytest.mark.any_database(
        "what the seeds say; how they are asked for is asked on both engines elsewhere"
    ),
]

MANUAL = (Path(__file__).parents[2] / "docs/coding-manual.md").read_text(encoding="utf-8")
CASE = re.compile(r"^\| (\w+) `([\w-]+)`, `(\w+)`", re.M)
EXAMPLE = re.compile(r"`seeds/(\w+\.yaml)`:\n\n```yaml\n(.+?)```", re.S)
Record = dict[str, Any]
Records = dict[str, dict[str, Record]]

GENERAL = "general-knowledge"
CODE_TABLE = Path(__file__).parents[3] / "shared/realdata/country_codes/codelist_without_cldr.csv"
STOP = "stop of a corridor that no coded text names"
# What rests on general knowledge alone, and why it is there.
CONTEXT = {
    "articles/general-knowledge": "stands for that knowledge itself",
    "places/astara": STOP,
    "places/astrakhan": STOP,
    "places/bandar-abbas": STOP,
    "places/khorgos": STOP,
    "places/mumbai": STOP,
    "places/poti": STOP,
    "places/rasht": STOP,
    "places/turkmenbashi": STOP,
    "places/vladikavkaz": STOP,
}
# What needs no citation of its own: bookkeeping, our own words, and what goes with another field.
UNCITED = {
    "slug", "name", "title", "summary", "certainty", "topics", "citations", "disputed_fields",
    "revision", "updated_at", "holds", "countries", "language", "sections", "is_redistributable",
    "geometry_accuracy", "geometry_source",
}  # fmt: skip
SORTED_BY_SIGHT = {"articles", "places", "actors"}  # their kind is plain to every reader
# Generous boxes, west, south, east, north: of countries, and of seas and ground without a country.
BOXES = {
    "AF": (60, 29, 75, 39), "AM": (43, 38, 47, 42), "AZ": (44, 38, 51, 42), "BE": (2, 49, 7, 52),
    "CN": (73, 18, 135, 54), "CZ": (12, 48, 19, 52), "DE": (5, 47, 16, 56),
    "EG": (24, 21, 37, 32), "GE": (39, 41, 47, 44), "IN": (68, 6, 98, 36), "IR": (44, 25, 64, 40),
    "KZ": (46, 40, 88, 56), "PK": (60, 23, 78, 38), "RU": (19, 41, 180, 82),
    "SY": (35, 32, 43, 38), "TJ": (67, 36, 76, 42), "TM": (52, 35, 67, 43),
    "TR": (25, 35, 45, 43), "UA": (22, 44, 41, 53), "US": (-125, 24, -66, 50),
    "black-sea": (27, 40, 42, 48), "caspian-sea": (46, 36, 55, 48),
    "northern-caspian-sea": (46, 43, 55, 48), "persian-gulf": (47, 23, 58, 31),
    "abkhazia": (39, 42, 43, 44), "south-ossetia": (43, 41, 45, 43), "crimea": (32, 44, 37, 47),
    "kashmir": (72, 32, 81, 38),
}  # fmt: skip
# Where the texts differ, with themselves or with what is known: address, field, what one claims.
DISPUTES = yaml.safe_load(Path(__file__).with_name("disputes.yaml").read_text())
# Questions with several answers: how many records the texts give.
COUNTS = [
    ("memberships?organisation=three-plus-three", 6),
    ("memberships?organisation=osce-minsk-group&role=chair", 3),
    ("memberships?organisation=three-brothers", 3),
    ("memberships?organisation=armenia-iran-france-india-group", 4),
    ("places?kind=village", 4),
    ("places?kind=province&country=AF&article=jamal-russia-taliban", 5),
    ("arms-transfers?supplier=russia&recipient=azerbaijan", 8),
    ("arms-transfers?recipient=armenia&part_of=russia-armenia-arms-2011-2020", 4),
    ("exercises?participant=kazakhstan&without=russia", 2),
    ("corridors?kind=gas_pipeline&participants__actor=turkey&participants__role=destination", 3),
]


@pytest.fixture(scope="module", autouse=True)
def seeded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The curated seeds, loaded once for this file and taken back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_curated_data()
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def records(seeded: None) -> Records:
    """Every published document by endpoint and slug."""
    documents: Records = defaultdict(dict)
    for address, document in documents_by_address().items():
        endpoint, _, slug = address.partition("/")
        documents[endpoint][slug] = json.loads(document)
    return documents


def every_record(records: Records) -> Iterator[tuple[str, Record]]:
    """Each record with its address."""
    for endpoint, documents in records.items():
        for slug, record in documents.items():
            yield f"{endpoint}/{slug}", record


def load_questions() -> Iterator[Any]:
    """Each question of questions.yaml, its answers and the place in the text that gives them."""
    path = Path(__file__).with_name("questions.yaml")
    for article, places in seeds.data_from_node(seeds.compose_yaml(path), path.name).items():
        for place, asked in places.items():
            section, paragraph = place.rsplit(" ", 1)
            for question, answers in asked.items():
                where = (article, section, int(paragraph))
                yield pytest.param(question, answers, where, id=f"{article}, {place}: {question}")


QUESTIONS = list(load_questions())


def ask_question(api: Any, question: str) -> list[Record]:
    """The records that the API finds for `endpoint?parameters`."""
    endpoint, _, parameters = question.partition("?")
    query = parameters.replace(" ", "+")
    response = api.get(f"/api/v1/{endpoint}/?{query}&page_size=500")
    assert response.status_code == 200, response.json()
    results: list[Record] = response.json()["results"]
    return results


def is_answered(value: Any, answer: Any) -> bool:
    """Whether a field's value is the answer; of a list, whether all of its words stand in it."""
    if isinstance(answer, str):
        return answer == ("null" if value is None else str(value))
    entries = [
        {str(word) for word in entry.values()} if isinstance(entry, dict) else {entry}
        for entry in value
    ]
    return all(any(set(words.split(":")) <= entry for entry in entries) for words in answer)


@pytest.mark.parametrize(("question", "answers", "where"), QUESTIONS)
def test_the_api_answers_what_the_text_says_and_where(api, question, answers, where):
    (record,) = ask_question(api, question)
    cited = {
        (citation["article"], citation["section"], citation["paragraph"], citation["field"])
        for citation in record["citations"]
    }
    for field, answer in answers.items():
        assert is_answered(record[field], answer), f"{field} is {record[field]!r}"
        if answer != "null":
            assert (*where, None if field == "slug" else field) in cited, field


def test_the_questions_take_in_every_article_and_at_least_sixty_facts(records):
    assert sum(len(question.values[1]) for question in QUESTIONS) >= 60
    assert {question.values[2][0] for question in QUESTIONS} == set(records["articles"]) - {GENERAL}


@pytest.mark.parametrize(("question", "number"), COUNTS)
def test_a_question_with_several_answers_finds_all_of_them(api, question, number):
    assert len(ask_question(api, question)) == number


@pytest.mark.parametrize(("address", "field", "claim"), DISPUTES)
def test_a_disagreement_is_in_sight(api, address, field, claim):
    record = api.get(f"/api/v1/{address}/").json()
    assert field in record["disputed_fields"]
    claims = [citation for citation in record["citations"] if citation["field"] == field]
    assert any(
        citation["value"] == claim and (claim or citation["stance"] in {"denies", "disputes"})
        for citation in claims
    )


def test_every_record_rests_on_a_text_or_says_why_not(records):
    general = {
        address: record
        for address, record in every_record(records)
        if {citation["article"] for citation in record["citations"]} <= {GENERAL}
    }
    assert set(general) == set(CONTEXT)
    for address, record in general.items():
        assert any(citation["note"] for citation in record["citations"]), address


def test_every_fact_has_its_citation(records):
    for address, record in every_record(records):
        cited = {citation["field"] for citation in record["citations"]} | UNCITED
        cited |= {"kind"} if address.split("/")[0] in SORTED_BY_SIGHT else set()
        known = {name for name, value in record.items() if value not in (None, [], False)}
        bare = {name for name in known if not name.endswith(("_qualifier", "_currency"))}
        assert bare <= cited, address


def test_every_paragraph_is_cited_or_a_reason_says_why_not(capsys):
    call_command("coverage_of_sources", quiet=True)
    assert "paragraphs cited by" in capsys.readouterr().out


def test_a_claim_differs_from_the_value_of_the_record():
    for endpoint, model in record_models().items():
        for record in model.objects.published().prefetch_related("citations"):
            for citation in record.citations.all():
                if citation.value is not None:
                    assert citation.value != record.own_value(citation.field), (
                        f"{endpoint}/{record.slug}"
                    )


def test_no_two_records_of_a_type_share_a_name(records):
    for endpoint, documents in records.items():
        owners = defaultdict(set)
        for slug, record in documents.items():
            owners[(record.get("name") or record["title"]).casefold(), "en"].add(slug)
            for name in record.get("names", ()):
                owners[name["name"].casefold(), name["language"]].add(slug)
        assert {name: who for name, who in owners.items() if len(who) > 1} == {}, endpoint


def test_a_line_is_part_of_an_aggregate_between_the_same_two(records):
    lines = records["arms-transfers"]
    for slug, line in lines.items():
        whole = lines.get(line["part_of"])
        if whole:
            assert whole["is_aggregate"], slug
            for end in ("supplier", "recipient"):
                assert whole[end] == line[end], slug


def test_the_money_of_a_deal_stands_once(records):
    """On the contract, or on one line of a chain of aggregates; never on two of them."""
    lines = records["arms-transfers"]
    for slug, line in lines.items():
        purses = [records["agreements"][line["contract"]]] if line["contract"] else []
        while line:
            purses.append(line)
            line = lines.get(line["part_of"])
        assert sum(purse["value_amount"] is not None for purse in purses) <= 1, slug


def test_parties_and_members_existed_on_the_day(records):
    for endpoint, moments, actors in (
        ("agreements", ("agreed_on", "signed_on"), party_slugs),
        ("memberships", ("since", "until"), member_slugs),
    ):
        for slug, record in records[endpoint].items():
            for moment in filter(None, (record[name] for name in moments)):
                for actor in actors(record):
                    assert may_have_existed(records["actors"][actor], moment), (
                        f"{slug}: {actor}, {moment}"
                    )


def party_slugs(agreement: Record) -> set[str]:
    """Who is named by an agreement."""
    return {party["actor"] for party in agreement["parties"]}


def member_slugs(membership: Record) -> set[str]:
    """Both sides of a membership."""
    return {membership["actor"], membership["organisation"]}


def may_have_existed(actor: Record, moment: str) -> bool:
    """Whether the actor may have existed on some day of `moment`."""
    span = dates.parse_edtf(moment)
    founded, dissolved = actor["founded_on"], actor["dissolved_on"]
    return not (
        (founded and span.latest < dates.parse_edtf(founded).earliest)
        or (dissolved and span.earliest > dates.parse_edtf(dissolved).latest)
    )


def test_places_lie_where_they_are_said_to_lie(records):
    for slug, place in records["places"].items():
        if place["latitude"] is not None:
            west, south, east, north = BOXES[place["country"] or slug]
            assert west <= place["longitude"] <= east, slug
            assert south <= place["latitude"] <= north, slug


def test_every_actor_is_named_by_another_record_or_its_summary_says_what_it_is_here_for(records):
    """A summary does so when it says “here …”, or cites the paragraph that gives its facts."""
    named = {
        slug
        for endpoint, documents in records.items()
        for slug in referred_actors(endpoint, documents)
    }
    for slug in set(records["actors"]) - named:
        actor = records["actors"][slug]
        cited = any(
            citation["field"] == "summary" and citation["paragraph"]
            for citation in actor["citations"]
        )
        assert cited or " here " in actor["summary"], slug


def referred_actors(endpoint: str, documents: dict[str, Record]) -> Iterator[str]:
    """The actors that the records of a type name."""
    single = {
        "actors": ("parent",),
        "memberships": ("actor", "organisation"),
        "arms-transfers": ("supplier", "recipient", "end_user", "designer"),
    }
    several = {"actors": "successor_of", "memberships": "blocked_by"}
    parts = {"agreements": "parties", "corridors": "participants", "exercises": "participants"}
    for record in documents.values():
        yield from filter(None, (record[name] for name in single.get(endpoint, ())))
        yield from record[several[endpoint]] if endpoint in several else ()
        yield from (part["actor"] for part in record[parts[endpoint]]) if endpoint in parts else ()


def test_states_carry_their_iso_codes(records):
    for slug, actor in records["actors"].items():
        given = {
            external_id["value"]
            for external_id in actor["external_ids"]
            if external_id["scheme"].startswith("iso")
        }
        lasting = actor["kind"] == "state" and not actor["dissolved_on"]
        code = codes.ALPHA_3[actor["country"]] if lasting else None
        assert (actor["iso_code"], given) == (code, {code} - {None}), slug


def test_codes_of_states_stand_so_in_the_code_tables(records):
    if not CODE_TABLE.exists():
        pytest.skip("the country code tables are not beside the project")
    with CODE_TABLE.open(encoding="utf-8") as file:
        table = {row["iso3c"]: row for row in csv.DictReader(file)}
    for slug, actor in records["actors"].items():
        for external_id in actor["external_ids"]:
            if column := {"cow": "cown", "gw": "gwn"}.get(external_id["scheme"]):
                assert table[actor["iso_code"]][column] == external_id["value"], slug


def test_the_worked_example_of_the_manual_loads_disputed_and_is_written_as_it_stands(folder):
    examples = EXAMPLE.findall(MANUAL)
    for name, text in examples:
        (folder / name).write_text(text)
    run_seed(folder)
    line = json.loads(documents_by_address()["arms-transfers/sorland-norland-heron"])
    assert line["disputed_fields"] == ["number_delivered"]
    call_command("dump_seeds", folder=folder, stdout=io.StringIO())
    for name, text in examples:
        for entry in text.split("\n\n"):
            assert entry.strip() in (folder / name).read_text(), entry


def test_the_cases_that_the_manual_tells_are_disputes_of_the_dataset(records):
    cases = CASE.findall(MANUAL)
    assert len(cases) >= 15
    for kind, slug, field in cases:
        endpoint = "arms-transfers" if kind == "transfer" else f"{kind}s"
        assert field in records[endpoint][slug]["disputed_fields"], slug
