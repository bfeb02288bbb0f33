"""A public server: every secret and host from the environment, TLS everywhere."""

from caucasus.settings.base import *  # noqa: F403
from caucasus.settings.base import LOGGING, env, parse_rate

IN_THE_OPEN = True
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# A browser takes these names from this host alone, over TLS.
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"
RATE_LIMIT_ANONYMOUS = parse_rate(env.str("RATE_LIMIT_ANONYMOUS", "600/min"))
RATE_LIMIT_TOKEN = parse_rate(env.str("RATE_LIMIT_TOKEN", "6000/min"))
# A forwarded header is believed only where the operator says that a proxy sets it.
if env.bool("BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Every line is JSON, and every request has one.
LOGGING["handlers"]["stderr"]["formatter"] = "json"
LOGGING["loggers"]["apps.operations.requests"] = {"level": "INFO"}
