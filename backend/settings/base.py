"""What never differs between installations. Each value that does is read through `env`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from backend.settings import env
from backend.settings.web_push import web_push

ROOT = Path(__file__).resolve().parents[2]

SECRET_KEY = env.text("SECRET_KEY")
PUBLIC_URL = env.text("PUBLIC_URL").rstrip("/")
ALLOWED_HOSTS = ["*"]  # the reverse proxy decides; production narrows it
DEBUG = False

INSTALLED_APPS = [
    "backend.operator.apps.OperatorConfig",  # before Django's admin, some of whose templates it replaces
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "backend.outbox.apps.OutboxConfig",
    "backend.live.apps.LiveConfig",
    "backend.domain.accounts.apps.AccountsConfig",
    "backend.domain.equipment.apps.EquipmentConfig",
    "backend.domain.search.apps.SearchConfig",
    "backend.domain.clips.apps.ClipsConfig",
    "backend.domain.asking.apps.AskingConfig",
    "backend.domain.hazards.apps.HazardsConfig",
    "backend.domain.threads.apps.ThreadsConfig",
    "backend.domain.howtos.apps.HowtosConfig",
    "backend.domain.watching.apps.WatchingConfig",
    "backend.domain.howto_exchange.apps.HowtoExchangeConfig",
    "backend.domain.corrections.apps.CorrectionsConfig",
    "backend.domain.flags.apps.FlagsConfig",
    "backend.domain.insights.apps.InsightsConfig",
    "backend.uploads.apps.UploadsConfig",
    "backend.api.apps.ApiConfig",
    "backend.web.apps.WebConfig",
    "backend.demo.apps.DemoConfig",
    "backend.doctor.apps.DoctorConfig",
    "notifications.apps.NotificationsConfig",
]

MIDDLEWARE = [
    "backend.api.request_id.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "backend.web.static_files.pages.CompressedPages",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "backend.web.languages.BrowserLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "backend.urls"
ASGI_APPLICATION = "backend.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
FORM_RENDERER = "backend.web.forms.FieldRenderer"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"  # "Saved.", until it was shown

_database = env.database()
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.name,
        "USER": _database.user,
        "PASSWORD": _database.password,
        "HOST": _database.host,
        "PORT": _database.port,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 16, "timeout": 10}},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# A phone stays signed in for 90 days after its last use; each session can be revoked by itself.
SESSION_ENGINE = "backend.domain.accounts.sessions"
SESSION_COOKIE_AGE = int(timedelta(days=90).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # pages carry the token themselves
CSRF_FAILURE_VIEW = "backend.web.errors.cross_site"

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are invited by their organisation
ACCOUNT_ADAPTER = "backend.api.sign_in.InvitedOnlyAdapter"
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ["app"]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "backend.api.auth.SessionTokenAuthentication",
        "backend.api.auth.SessionCookieAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "backend.api.errors.problem_response",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Cuppa API",
    "DESCRIPTION": "Film the fault, have an answer before your cuppa is finished.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]  # that the pages speak; see docs/translating.md
LOCALE_PATHS = [ROOT / "locale"]
FORMAT_MODULE_PATH = "backend.web.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "backend.web.static_files.addresses.ReleasedFiles"},
}

BROKER_URL = env.text("BROKER_URL")
MEDIA_BROKER_URL = env.text("MEDIA_BROKER_URL")

OBJECT_STORE = env.text("OBJECT_STORE")  # dir:/path or s3://bucket
S3_ENDPOINT_URL = env.optional_text("S3_ENDPOINT_URL")
S3_PUBLIC_ENDPOINT_URL = env.optional_text("S3_PUBLIC_ENDPOINT_URL")  # as phones reach it, when that differs
S3_REGION = env.text("S3_REGION", "us-east-1")
UPLOAD_DIR = env.directory("UPLOAD_DIR")
UPLOAD_MAX_BYTES = env.whole_number("UPLOAD_MAX_BYTES", 2 * 1024**3)
UPLOAD_LIFE = timedelta(days=7)
DIRECT_UPLOADS = env.switch("DIRECT_UPLOADS", default=False)  # phones may send to the bucket themselves

WORKER_KEY = env.text("WORKER_KEY")  # lets a media worker claim a queued job, nothing else
MEDIA_LEASE_S = env.whole_number("MEDIA_LEASE_S", 20)
MEDIA_MAX_DURATION_S = env.whole_number("MEDIA_MAX_DURATION_S", 1200)

# Who hears what is said in clips: the media workers with an engine of theirs, or Amazon in their place.
USES_AMAZON_TRANSCRIBE = env.text("TRANSCRIBER", "auto") == "amazon-transcribe"
AMAZON_TRANSCRIBE_REGION = env.text("AMAZON_TRANSCRIBE_REGION", S3_REGION)
AMAZON_TRANSCRIBE_ENDPOINT_URL = env.optional_text("AMAZON_TRANSCRIBE_ENDPOINT_URL")
if USES_AMAZON_TRANSCRIBE and not OBJECT_STORE.startswith("s3://"):
    raise env.BadEnvironment("TRANSCRIBER=amazon-transcribe needs OBJECT_STORE=s3://…: Amazon reads the sound there.")

EMBEDDER = env.embedder("EMBEDDER")  # finds by meaning beside words; None: words alone. See docs/embedding.md

FIREBASE_CREDENTIALS = env.optional_text("FIREBASE_CREDENTIALS")
FCM_URL = env.optional_text("FCM_URL")  # another address that speaks the FCM v1 API
WEB_PUSH = web_push()  # how browsers register for pushes; None: they are not told
ASK_EXPLORATION_SHARE = 0.1  # of waves, in which one place goes to somebody of whom little is known; design, section 7
PUSH_POLICY = "backend.jobs.push_policy.policies_for"  # when and how each person may be told; see notifications/policy
PUSH_DEVICES_LOST = "backend.jobs.lost_devices.look_after"  # told whose device is gone; see notifications/losing

# Ways beside push, see docs/notifications.md. Every process knows whether one is open; only `push` needs its secrets.
EMAIL_FROM = env.optional_text("EMAIL_FROM")  # None: no e-mail
EMAIL = env.mail_server("EMAIL_URL")
if EMAIL and not EMAIL_FROM:
    raise env.BadEnvironment("EMAIL_URL is set and EMAIL_FROM is not: say who the e-mail is from.")
SMS_REGION = env.optional_text("SMS_REGION")  # of Amazon SNS; None: no text messages
SMS_ENDPOINT_URL = env.optional_text("SMS_ENDPOINT_URL")  # another address that speaks SNS
SMS_ACCESS_KEY_ID = env.optional_text("SMS_ACCESS_KEY_ID")  # None: as boto3 finds it, by role or environment
SMS_SECRET_ACCESS_KEY = env.optional_text("SMS_SECRET_ACCESS_KEY")

PLAYBACK_LINK_LIFE = timedelta(hours=6)

# Pages load scripts that carry the answer's nonce, and nothing of anybody else's but objects from the store.
_OBJECTS = env.object_origins(OBJECT_STORE, endpoint_url=S3_PUBLIC_ENDPOINT_URL or S3_ENDPOINT_URL, region=S3_REGION)
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/api/", "/_allauth/", "/media/", "/healthz"],
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *_OBJECTS],
        "media-src": [SELF, "blob:", *_OBJECTS],
        "connect-src": [SELF, *_OBJECTS],
        "font-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "backend.api.request_id.RequestIdFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(request_id)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
}
