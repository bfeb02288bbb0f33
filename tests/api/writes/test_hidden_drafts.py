"""What others have not published is not named to who may only propose, on no way in."""

import pytest

from tests.documents.acts import change_record
from tests.support.desk import Desk, database_state
from tests.support.writing import NORLAND_DOCUMENT, document_errors, writer_client
from tests.types.actors.factories import ActorFactory
from tests.types.articles.factories import ArticleFactory

pytestmark = pytest.mark.django_db
HIDDEN = "The hidden title"
ACTORS = "/api/v1/actors/"


@pytest.fixture
def article():
    """An article that an editor works on."""
    editor = writer_client("editor").user
    made = ArticleFactory(slug="hidden-draft", title=HIDDEN, publication="draft")
    change_record(made, user=editor, summary="Secret.")
    return made


@pytest.fixture
def actor():
    """An actor that an editor works on."""
    made = ActorFactory(slug="hidden-actor", name=HIDDEN, publication="draft")
    change_record(made, user=writer_client("editor").user, summary="Secret.")
    return made


def log_in_at_desk(client, role):
    return Desk(client, writer_client(role).user)


def test_a_form_does_not_begin_with_what_is_hidden(client, actor, article):
    addresses = [
        f"/admin/actors/membership/add/?actor={actor.pk}",
        f"/admin/actors/actor/add/?parent={actor.pk}",
        f"/admin/actors/actor/add/?article={article.slug}",
    ]
    for role, is_seen in (("contributor", False), ("editor", True)):
        desk = log_in_at_desk(client, role)
        pages = [desk.client.get(address).content.decode() for address in addresses]
        assert [HIDDEN in page for page in pages] == [is_seen] * 3


@pytest.mark.parametrize("section", ["", "NO SUCH SECTION"])
def test_a_form_takes_no_citation_of_what_is_hidden(client, article, section):
    desk = log_in_at_desk(client, "contributor")
    address = f"/admin/actors/actor/add/?article={ArticleFactory().slug}"
    typed = {"name": "Norland", "slug": "norland", "kind": "state", "certainty": "confirmed"}
    sent = desk.form_at(address) | typed
    sent |= {"citations-0-article": str(article.pk), "citations-0-section": section}
    before = database_state()
    response = desk.client.post(address, sent)
    assert (response.status_code, database_state()) == (200, before)
    page = response.content.decode()
    assert HIDDEN not in page
    assert "hidden-draft" not in page


@pytest.mark.parametrize(
    ("given", "for_editors"),
    [
        ({"citations": [{"article": "hidden-draft"}]}, 202),
        ({"citations": [{"article": "hidden-draft", "section": "NO SUCH SECTION"}]}, 400),
        ({"parent": "hidden-actor"}, 202),
    ],
)
def test_the_api_says_of_the_hidden_what_it_says_of_nothing(article, actor, given, for_editors):
    ArticleFactory(slug="the-source")
    client, before = writer_client("contributor"), database_state()
    for address in (f"{ACTORS}?dry_run=true&reason=Read", f"{ACTORS}?reason=Read"):
        (reason,) = document_errors(client.post(address, NORLAND_DOCUMENT | given)).values()
        assert reason.startswith("There is no a")
        assert HIDDEN not in reason
    assert database_state() == before
    assert (
        writer_client("editor").post(address, NORLAND_DOCUMENT | given).status_code == for_editors
    )
