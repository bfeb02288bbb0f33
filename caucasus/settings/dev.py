"""A curator's or developer's own machine: `make run`. Binds to 127.0.0.1, nothing to configure."""

from django.core.management.utils import get_random_secret_key

from caucasus.settings.base import *  # noqa: F403
from caucasus.settings.base import BASE_DIR, env

ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]


def local_secret_key() -> str:
    """The key kept in .secret-key beside the database, made at the first start."""
    path = BASE_DIR / ".secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key())
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", "") or local_secret_key()
