"""Which factory makes the records of which endpoint."""

from tests.types.actors.factories import ActorFactory, MembershipFactory
from tests.types.agreements.factories import AgreementFactory
from tests.types.arms_transfers.factories import ArmsTransferFactory
from tests.types.articles.factories import ArticleFactory
from tests.types.corridors.factories import CorridorFactory
from tests.types.exercises.factories import ExerciseFactory
from tests.types.places.factories import PlaceFactory

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
