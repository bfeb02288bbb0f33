"""What is true wherever the code runs. Secrets, hosts and databases come from the environment."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.urls import reverse_lazy

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parents[2]
SEEDS_DIR = BASE_DIR / "seeds"
FIXTURES_DIR = BASE_DIR / "fixtures"
FIXTURE_DIRS = [FIXTURES_DIR]
BACKUPS_DIR = Path(env.str("BACKUPS_DIR", str(BASE_DIR / "backups")))
IN_THE_OPEN = False  # only production: checks ask what a public server needs
# Nowhere and by no variable true: Django would answer faults with our code, settings and addresses.
# Whoever looks for a fault reads the log.
DEBUG = False

# The catalogue, ground floor first. An app may import from apps above it in this list, from
# apps.core and from apps.ledger, never from apps below it (tests/house/test_architecture.py).
# The order is also the order in which seeds load and in which the API root lists its endpoints.
RESOURCE_APPS = [
    "apps.articles",
    "apps.places",
    "apps.actors",
    "apps.agreements",
    "apps.arms_transfers",
    "apps.corridors",
    "apps.exercises",
]

INSTALLED_APPS = [
    "caucasus",  # the roof: commands that span types, and what it adds to every page of the desk
    "unfold",  # before django.contrib.admin, whose templates it replaces
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "apps.ledger",
    "apps.search",
    "apps.core",
    "apps.merging",
    "apps.desk",
    *RESOURCE_APPS,
    "apps.accounts",
    "apps.review",
    "apps.exchange",
    "apps.links",
    "apps.seeds",
    "apps.operations",
]

MIDDLEWARE = [
    "apps.operations.health.HealthMiddleware",  # outside of all that a probe does not know
    "apps.operations.requests.RequestMiddleware",
    # What is set on every answer, refusals included, comes first.
    "apps.api.http.middleware.SecurityHeadersMiddleware",
    "apps.api.http.middleware.OpenAnswersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "apps.api.http.throttling.RateLimitMiddleware",
    "apps.api.http.middleware.StrictRequestMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "apps.accounts.second_factor.second_factor_outside_api",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it answers in the place of a log-in that is locked
]

ROOT_URLCONF = "caucasus.urls"
# Of `serve`. Its figures are for this machine alone, unless the operator says otherwise.
SERVER_ADDRESS = env.str("SERVER_ADDRESS", "127.0.0.1:8000")
SERVER_WORKERS = env.int("SERVER_WORKERS", 2)
SERVER_THREADS = env.int("SERVER_THREADS", 4)
SECURITY_CONTACT = env.str("SECURITY_CONTACT", "")  # of security.txt
if SECURITY_CONTACT and not SECURITY_CONTACT.startswith(("mailto:", "https://")):
    raise ImproperlyConfigured("SECURITY_CONTACT is a mailto: or https: address.")
METRICS_ADDRESS = env.str("METRICS_ADDRESS", "127.0.0.1:9464")
WSGI_APPLICATION = "caucasus.wsgi.application"
APPEND_SLASH = False  # both slash forms answer; none is redirected (docs/adr/0007)

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


def database_settings(url: str) -> dict[str, Any]:
    """Settings for a `sqlite:///...` or `postgres://...` URL, with the same guarantees on both.

    SQLite takes its write lock when a transaction begins (a lock asked for half-way is refused
    at once), waits for other writers, and flushes each commit to the disk. PostgreSQL bounds
    every statement and every wait, so that no request can hold a worker for long.
    """
    config: dict[str, Any] = dict(environ.Env.db_url_config(url))
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    else:
        limits = {
            "statement_timeout": env.int("STATEMENT_TIMEOUT_MS", 20_000),
            "lock_timeout": env.int("LOCK_TIMEOUT_MS", 10_000),
            "idle_in_transaction_session_timeout": 60_000,
            "jit": "off",  # to compile a query of ours takes longer than to answer it
        }
        options = " ".join(f"-c {name}={value}" for name, value in limits.items())
        config["CONN_MAX_AGE"] = 60
        config["CONN_HEALTH_CHECKS"] = True
        config["OPTIONS"] = {"options": options}
    return config


DATABASES = {
    "default": database_settings(env.str("DATABASE_URL", f"sqlite:///{BASE_DIR}/db.sqlite3"))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Per process by default. A shared one, such as redis://…, makes rate limits exact.
CACHES = {"default": env.cache_url("CACHE_URL", "locmemcache://")}

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: it refuses who is locked out
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    f"django.contrib.auth.hashers.{name}"
    for name in ("Argon2PasswordHasher", "PBKDF2PasswordHasher", "ScryptPasswordHasher")
]
AUTH_PASSWORD_VALIDATORS = [
    *(
        {"NAME": f"django.contrib.auth.password_validation.{name}"}
        for name in (
            "UserAttributeSimilarityValidator",
            "MinimumLengthValidator",
            "CommonPasswordValidator",
            "NumericPasswordValidator",
        )
    ),
    {"NAME": "apps.accounts.models.EndsTokens"},
]

# A working day, counted from the log-in, and no longer than the browser is open.
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECOND_FACTOR = env.str("SECOND_FACTOR", "optional")
if SECOND_FACTOR not in ("off", "optional", "required"):
    raise ImproperlyConfigured("SECOND_FACTOR is off, optional or required.")
OTP_TOTP_ISSUER = "Caucasus and Central Asia"

AXES_FAILURE_LIMIT = 6
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # nobody locks others out from elsewhere
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "apps.accounts.lockout.lockout_response"
AXES_CLIENT_IP_CALLABLE = "apps.api.http.throttling.client_address"
AXES_DISABLE_ACCESS_LOG = True  # who logged in when is nobody's business
AXES_ENABLE_ADMIN = False  # the desk has its own page, in its own look

KNOX_TOKEN_MODEL = "accounts.Token"  # noqa: S105
MIGRATION_MODULES = {"knox": None}  # its own table would stand empty beside ours
REST_KNOX = {"TOKEN_PREFIX": "cca_"}  # so that a token that lies about is known for one


def parse_rate(text: str) -> tuple[int, int] | None:
    """`600/min` as requests and seconds; nothing, for no limit."""
    if not text:
        return None
    number, _, period = text.partition("/")
    seconds = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3_600, "hour": 3_600, "day": 86_400}
    if not (number.isdecimal() and int(number) and period in seconds):
        raise ImproperlyConfigured(f"“{text}” is no rate such as 600/min.")
    return int(number), seconds[period]


RATE_LIMIT_ANONYMOUS = parse_rate(env.str("RATE_LIMIT_ANONYMOUS", ""))  # of each address
RATE_LIMIT_TOKEN = parse_rate(env.str("RATE_LIMIT_TOKEN", ""))  # of each account


def build_name(label: str) -> str:
    """A short name of this build, of its label or, without one, of the source as it is now.

    Other code may answer the same data in another shape, so each ETag has it in it.
    """
    files = [path for top in ("apps", "caucasus") for path in (BASE_DIR / top).rglob("*.*")]
    sources = sorted(path for path in files if path.suffix in (".py", ".html"))
    text = label.encode() or b"".join(
        path.read_bytes() for path in [BASE_DIR / "requirements.txt", *sources]
    )
    return hashlib.sha256(text).hexdigest()[:12]


BUILD = build_name(env.str("BUILD", ""))

IMPORT_MAX_BYTES = 20 * 1024 * 1024  # of a file that is imported; no body is much larger
DATA_UPLOAD_MAX_MEMORY_SIZE = IMPORT_MAX_BYTES + 1024  # so that the parser says what is too long
FORM_MAX_BYTES = 2_621_440  # of a form without files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a record with a hundred citations has a thousand

LOGIN_REDIRECT_URL = "admin:index"

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = False  # one language: the records carry names in every script themselves
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.accounts.authentication.BearerAuthentication",
        "apps.accounts.authentication.DeskSessionAuthentication",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["apps.api.http.throttling.RateThrottle"],
    # How many proxies in front of this server write X-Forwarded-For; 0: the header is not read.
    "NUM_PROXIES": env.int("TRUSTED_PROXIES", 0),
    "DEFAULT_PERMISSION_CLASSES": ["apps.core.permissions.ReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["apps.api.http.renderers.DocumentJSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "apps.api.http.renderers.FormatNegotiation",
    "DEFAULT_PARSER_CLASSES": ["apps.api.http.parsers.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "apps.api.query.pagination.RecordPagination",
    "DEFAULT_SCHEMA_CLASS": "apps.api.openapi.schema.RecordSchema",
    "DEFAULT_METADATA_CLASS": "apps.api.codebook.options.AddressMetadata",
    "EXCEPTION_HANDLER": "apps.api.http.problems.handle_api_exception",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

# What every copy of the data names: the API's root, its description, workbooks. The version is
# that of code and data together; tests/house/test_version.py names the files that repeat it.
VERSION = "0.1.0"
DATASET_TITLE = "Caucasus and Central Asia: geopolitics as structured data"
ATTRIBUTION = f"The Caucasus data founders. {DATASET_TITLE}. Version {VERSION}, 2026."
LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"

SPECTACULAR_SETTINGS = {
    "TITLE": DATASET_TITLE,
    "DESCRIPTION": (
        "Actors, memberships, agreements, arms transfers, corridors, exercises, places and the"
        " articles they rest on. Every fact cites article, section and paragraph; sources that"
        " disagree are kept side by side. Dates are EDTF (ISO 8601-2) strings."
    ),
    "VERSION": VERSION,
    "LICENSE": {"name": f"Data: {LICENCE}", "url": LICENCE_URL},
    "SERVERS": [{"url": "/", "description": "Where this description comes from."}],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "OAS_VERSION": "3.0.3",  # the library's 3.1 output has lint errors in four places
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "POSTPROCESSING_HOOKS": ["apps.api.openapi.shared_components.share_repeated_parts"],
}

# Faults of ours go to where the server writes; refusals of requests do not.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {"()": "apps.operations.log_lines.JsonLine"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},
    },
}

UNFOLD = {
    "SITE_TITLE": "Caucasus & Central Asia",
    "SITE_HEADER": "Caucasus & Central Asia",
    "SITE_SUBHEADER": "The curator's desk",
    "SITE_URL": reverse_lazy("api-root"),
    "SHOW_HISTORY": False,  # the ledger's own history stands on each record's page
    "SHOW_VIEW_ON_SITE": True,
    "SITE_SYMBOL": "public",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("core/icon.svg"),
        }
    ],
    "STYLES": [lambda request: static("core/admin.css")],
    "DASHBOARD_CALLBACK": "caucasus.desk.dashboard.first_page_context",
    "SIDEBAR": {"navigation": "apps.desk.records.sidebar_navigation"},
    "ACCOUNT": {
        "navigation": [
            {"title": "Change password", "link": reverse_lazy("admin:password_change")},
            {"title": "Second factor", "link": reverse_lazy("second-factor-set-up")},
            {"title": "Tokens", "link": reverse_lazy("admin:accounts_token_changelist")},
        ]
    },
}
