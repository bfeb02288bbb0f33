"""Which factory makes the records of which endpoint."""

from tests.actors.factories import ActorFactory, MembershipFactory
from tests.agreements.factories import AgreementFactory
from tests.arms_transfers.factories import ArmsTransferFactory
from tests.articles.factories import ArticleFactory
from tests.corridors.factories import CorridorFactory
from tests.exercises.factories import ExerciseFactory
from tests.places.factories import PlaceFactory

RECORD_FACTORIES = {
    "articles": ArticleFactory,
    "places": PlaceFactory,
    "actors": ActorFactory,
    "memberships": MembershipFactory,
    "agreements": AgreementFactory,
    "arms-transfers": ArmsTransferFactory,
    "corridors": CorridorFactory,
    "exercises": ExerciseFactory,
}
