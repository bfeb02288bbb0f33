"""The addresses of actors and memberships."""

from apps.actors.views import ActorViewSet, MembershipViewSet

routes = [("actors", ActorViewSet), ("memberships", MembershipViewSet)]
