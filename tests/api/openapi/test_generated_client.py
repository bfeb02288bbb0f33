"""A client that a generator makes of the committed description reads everything that is there."""

import importlib
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from tests.accounts.factories import TokenFactory
from tests.support.seeding import load_curated_data
from tests.support.writing import NORLAND_DOCUMENT
from tests.types.arms_transfers.factories import ArmsTransferFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database("a generated reader of bytes that other tests compare on both"),
    pytest.mark.xdist_group("generated client"),  # it is generated once
]
DESCRIPTION = Path(__file__).parents[3] / "docs/openapi.yaml"
PACKAGE = "caucasus_client"
VALUES = {"q": "azerbaijan"}  # of parameters that must be given
TIME = re.compile(r"(\d{4}-\d\d-\d\dT[\d:.]+)(Z|\+00:00)")


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The client, generated without a warning and imported."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "config.yaml").write_text("post_hooks: []\n")  # its formatter is not needed here
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning"]
    command += ["--path", str(DESCRIPTION), "--meta", "none", "--config", "config.yaml"]
    made = subprocess.run(
        [*command, "--output-path", PACKAGE], cwd=folder, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    yield importlib.import_module(PACKAGE)
    sys.path.remove(str(folder))


def get_operations(package: ModuleType) -> dict[str, Callable[..., Any]]:
    """What reads each GET operation, by the operation's module."""
    assert package.__file__
    folder = Path(package.__file__).parent
    names = sorted(
        ".".join(path.relative_to(folder).with_suffix("").parts)
        for path in folder.glob("api/*/*.py")
        if path.stem != "__init__" and '"method": "get"' in path.read_text()
    )
    return {name: importlib.import_module(f"{PACKAGE}.{name}").sync_detailed for name in names}


def with_uniform_times(answer: Any) -> Any:
    """An answer with its times written in one way."""
    return json.loads(TIME.sub(r"\1Z", json.dumps(answer)))


def required_parameters(read: Callable[..., Any]) -> dict[str, str]:
    """The parameters without which an operation cannot be called, but for slugs."""
    parameters = inspect.signature(read).parameters.values()
    needed = [parameter.name for parameter in parameters if parameter.default is parameter.empty]
    return {name: VALUES[name] for name in needed if name not in ("client", "slug")}


def is_about_one_record(read: Callable[..., Any]) -> bool:
    """Whether an operation is about one record."""
    slug = inspect.signature(read).parameters.get("slug")
    return slug is not None and slug.default is inspect.Parameter.empty


@pytest.fixture
def client(package: ModuleType, live_server: Any) -> Iterator[Any]:
    """The client of a running server."""
    with importlib.import_module(f"{PACKAGE}.client").Client(base_url=live_server.url) as client:
        yield client


def test_a_generated_client_reads_what_the_api_answers(client, package, subtests):
    """Every GET operation of the description: a new one is read without a change here."""
    load_curated_data()
    every = get_operations(package)
    assert len(every) == DESCRIPTION.read_text().count("\n    get:\n")
    every = {name: read for name, read in every.items() if ".proposals." not in name}
    slugs: dict[str, list[str]] = {}
    of_one = {name: read for name, read in every.items() if is_about_one_record(read)}
    for name in [*(name for name in every if name not in of_one), *of_one]:
        read, tag = every[name], name.split(".")[1]
        for slug in slugs[tag] if name in of_one else [""]:
            with subtests.test(operation=name, slug=slug):
                more = {"slug": slug} if slug else {}
                response = read(client=client, **required_parameters(read), **more)
                raw = json.loads(response.content)
                assert response.status_code == 200, raw
                assert with_uniform_times(response.parsed.to_dict()) == with_uniform_times(raw)
                if name.endswith("_list"):
                    page_slugs = [record["slug"] for record in raw["results"]]
                    slugs[tag] = [page_slugs[0], page_slugs[len(page_slugs) // 2], page_slugs[-1]]


def test_a_generated_client_reads_chosen_keys_and_expanded_records(client, package):
    transfer = ArmsTransferFactory()
    read = get_operations(package)["api.arms_transfers.arms_transfers_list"]
    page = read(client=client, expand="supplier,citations.article", fields="slug,supplier")
    assert page.parsed.results[0].supplier.slug == transfer.supplier.slug
    assert with_uniform_times(page.parsed.to_dict()) == with_uniform_times(json.loads(page.content))


def test_a_generated_client_reads_problems(client, package):
    read = get_operations(package)["api.arms_transfers.arms_transfers_list"]
    problem = read(client=client, fields="colour").parsed
    assert problem.status == 400
    assert [error.parameter for error in problem.errors] == ["fields"]


def test_a_generated_client_writes_records_and_reads_its_proposals(package, live_server):
    account = get_user_model().objects.create_superuser("writer", password="x")
    ArticleFactory(slug="the-source")
    made = importlib.import_module(f"{PACKAGE}.client").AuthenticatedClient
    operations = {
        name: importlib.import_module(f"{PACKAGE}.api.{name}").sync_detailed
        for name in ("actors.actors_create", "actors.actors_partial_update")
    }
    read = get_operations(package)
    for scope, status in (("publish", 201), ("propose", 202)):
        token = TokenFactory(user=account, scopes=[scope]).key
        with made(base_url=live_server.url, token=token) as client:
            whole = package.models.ActorRequest.from_dict(
                {**NORLAND_DOCUMENT, "slug": f"{scope}-land"}
            )
            answer = operations["actors.actors_create"](client=client, body=whole)
            assert (answer.status_code, answer.parsed.slug) == (status, f"{scope}-land")
    with made(base_url=live_server.url, token=token) as client:
        (listed,) = read["api.proposals.proposals"](client=client).parsed.results
        proposal = read["api.proposals.proposals_retrieve"](client=client, number=listed.proposal)
        assert with_uniform_times(proposal.parsed.to_dict()) == with_uniform_times(
            json.loads(proposal.content)
        )
        part = package.models.PatchedActorRequest.from_dict({"name": "N"})
        patch = operations["actors.actors_partial_update"]
        stale = patch("publish-land", client=client, body=part, if_match='"1-abc"')
        assert (stale.status_code, stale.parsed.status) == (412, 412)
