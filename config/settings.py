"""All settings, read from the environment once; see docs/configuration.md."""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from config.environment import PRODUCTION, explain, find_problems
from config.logs import configure_structlog, describe_logging
from config.storage import describe_storage

if _problems := find_problems(os.environ):
    raise ImproperlyConfigured(explain(_problems))

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("OPENBOOK_VAR", default=str(BASE_DIR / "var"))).absolute()
IS_PRODUCTION = env.str("OPENBOOK_MODE", default="local").lower() == PRODUCTION


def _read_secret_key() -> str:
    """The key made for this installation by `make up`; without one, a key that lives as long as the process."""
    made = VAR_DIR / "secret_key"
    return made.read_text(encoding="ascii").strip() if made.is_file() else secrets.token_urlsafe(64)


DEBUG = env.bool("OPENBOOK_DEBUG", default=False)
SECRET_KEY = env.str("OPENBOOK_SECRET_KEY", default="") or _read_secret_key()
ALLOWED_HOSTS = env.list("OPENBOOK_HOSTS", default=["127.0.0.1", "localhost", "[::1]", "testserver"])

INSTALLED_APPS = [
    "governance.apps.OpenbookAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_celery_beat",
    "django_countries",
    "django_filters",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rules",
    "axes",
    "csp",
    "config",
    "governance",
    "audit",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "audit.views.access.list_navigation",
            ],
        },
    }
]

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'openbook.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LANGUAGE_CODE = "en-gb"
# One folder a language (CONTRIBUTING.md, "Languages"); reports are offered in English and in each that is there.
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
REPORT_LANGUAGE = env.str("OPENBOOK_REPORT_LANGUAGE", default="en")
COUNTRIES_OVERRIDE = {"XK": "Kosovo"}  # not assigned by ISO 3166-1, but used by the Union's own tables
TIME_ZONE = env.str("OPENBOOK_TIME_ZONE", default="UTC")
USE_TZ = True
STATIC_URL = "static/"
# Where `collectstatic` puts the files for browsers; locally they are served from where they lie.
STATIC_ROOT = Path(env.str("OPENBOOK_STATIC", default=str(VAR_DIR / "static"))) if IS_PRODUCTION else None
MEDIA_ROOT = VAR_DIR / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
STORAGES = {
    "default": describe_storage(env.str("OPENBOOK_STORAGE_URL", default="")),
    # In production `collectstatic` gives every file a name with its hash; locally they are served from where they lie.
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not IS_PRODUCTION

# Sign-in travels over HTTPS only in production, unless OPENBOOK_HTTPS says otherwise.
_HTTPS = env.bool("OPENBOOK_HTTPS", default=IS_PRODUCTION)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _HTTPS
SECURE_REDIRECT_EXEMPT = ["^healthz?$", "^ready(z)?$", "^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _HTTPS
SESSION_COOKIE_NAME = "openbook_session"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_TRUSTED_ORIGINS = env.list("OPENBOOK_TRUSTED_ORIGINS", default=[])
if env.bool("OPENBOOK_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"

# Final reports are signed: with the key that set_up makes in the folder, or with the organisation's own.
SIGNING_FOLDER = VAR_DIR / "signing"
SIGNING_KEY = env.str("OPENBOOK_SIGNING_KEY", default="")
SIGNING_CERT = env.str("OPENBOOK_SIGNING_CERT", default="")
TIMESTAMP_URL = env.str("OPENBOOK_TIMESTAMP_URL", default="")
TIMESTAMP_CERT = env.str("OPENBOOK_TIMESTAMP_CERT", default="")

# Digests: e-mail through the server of OPENBOOK_EMAIL_URL, without one into files; webhooks to public addresses only.
_MAIL = env.email_url_config(env.str("OPENBOOK_EMAIL_URL", default="") or f"filemail:///{VAR_DIR / 'mail'}")
EMAIL_BACKEND = _MAIL["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = (
    _MAIL[name] or "" for name in ("EMAIL_HOST", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD")
)
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.get("EMAIL_USE_TLS", False), _MAIL.get("EMAIL_USE_SSL", False)
EMAIL_PORT = _MAIL["EMAIL_PORT"] or (465 if EMAIL_USE_SSL else 587 if EMAIL_USE_TLS else 25)
EMAIL_FILE_PATH = _MAIL["EMAIL_FILE_PATH"] if "filebased" in EMAIL_BACKEND else None
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("OPENBOOK_EMAIL_FROM", default="") or "openbook@localhost"
_HERE = f"http://127.0.0.1:{env.str('OPENBOOK_PORT', default='8000')}"
PUBLIC_URL = (env.str("OPENBOOK_URL", default="") or _HERE).rstrip("/")
WEBHOOK_ALLOWS_HTTP = env.bool("OPENBOOK_WEBHOOK_HTTP", default=False)
WEBHOOK_NETWORKS = env.list("OPENBOOK_WEBHOOK_NETWORKS", default=[])
DELIVERY_ATTEMPTS = env.int("OPENBOOK_DELIVERY_ATTEMPTS", default=8)
ESCALATION_DAYS = env.list("OPENBOOK_ESCALATION_DAYS", cast=int, default=[]) or [1, 14, 30]

# Watching: who may read /metrics, and how long the scheduler may be silent before the service is not ready.
# Without a token this machine may read them; behind a proxy everybody would come from this machine.
METRICS_FOR_THIS_MACHINE = not env.bool("OPENBOOK_BEHIND_PROXY", default=False)
METRICS_TOKEN = env.str("OPENBOOK_METRICS_TOKEN", default="")
SCHEDULER_SILENCE = timedelta(seconds=env.int("OPENBOOK_SCHEDULER_SILENCE", default=300))

# Days after which the files of reports are deleted; 0 keeps them without end. Rows and hashes stay.
REPORT_DRAFT_DAYS = env.int("OPENBOOK_KEEP_DRAFTS_DAYS", default=90)
REPORT_FINAL_DAYS = env.int("OPENBOOK_KEEP_FINALS_DAYS", default=0)

configure_structlog()
LOGGING = describe_logging(
    style=env.str("OPENBOOK_LOG_FORMAT", default="json" if IS_PRODUCTION else "text").lower(),
    level=env.str("OPENBOOK_LOG_LEVEL", default="info"),
)

# Tasks: JSON only, acknowledged after the work, one at a time; the rows in the database are the queue of record.
REDIS_URL = env.str("REDIS_URL", default="")
CELERY_BROKER_URL = REDIS_URL or f"redis+socket://{VAR_DIR / 'broker' / 'broker.sock'}?virtual_host=0"
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # The broker hands a message out again after this time, so it is longer than the longest task.
    "visibility_timeout": CELERY_TASK_TIME_LIMIT + 300,
    # A killed worker's messages come back at every tenth second, not a few at a time.
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "priority_steps": [0, 3, 6, 9],
    "queue_order_strategy": "priority",
    "sep": ":",
    "socket_keepalive": True,
    "health_check_interval": 25,
    # Who sends a task does not wait for a broker that is down: the sweeper sends it later.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.2,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_PRIORITY = 6
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A process keeps about 0.4 MB of each report: after a hundred it held 296 MB, after twenty 263.
CELERY_WORKER_MAX_TASKS_PER_CHILD = 100
# A worker's process that has grown past this many kilobytes ends after its task, and a new one takes its place.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = env.int("OPENBOOK_WORKER_MEMORY", default=700) * 1024
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"

# Pages and API: sign-in, what the browser may load, and who may call how often.
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "portfolio"
LOGOUT_REDIRECT_URL = "sign_in"
AXES_FAILURE_LIMIT = env.int("OPENBOOK_SIGN_IN_ATTEMPTS", default=5)
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "pages/locked_out.html"
AXES_RESET_ON_SUCCESS = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["governance.api.permissions.ModelPermissions"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["governance.api.parsing.PlainJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "governance.api.paging.Pages",
    "DEFAULT_FILTER_BACKENDS": ["governance.api.filtering.StrictFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": env.str("OPENBOOK_RATE_ANONYMOUS", default="30/minute"),
        "user": env.str("OPENBOOK_RATE_USER", default="1200/minute"),
    },
}
REST_KNOX = {"TOKEN_TTL": timedelta(days=30), "TOKEN_LIMIT_PER_USER": 10, "AUTH_HEADER_PREFIX": "Token"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Openbook API",
    "DESCRIPTION": "The register of AI systems, what is judged of them on a given day, and the reports.",
    "VERSION": "1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "ComponentKindEnum": "governance.choices.ComponentKind",
        "ReportKindEnum": "audit.models.ReportKind",
        "ControlStateEnum": "governance.choices.ControlState",
        "ReportStatusEnum": "audit.models.ReportStatus",
    },
}
