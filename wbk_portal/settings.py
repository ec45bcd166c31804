"""Settings of the portal: one file, secure unless DEBUG=1.

Every value comes from the environment (or a file `.env` in the project's root) with
a type; `.env.example` names each variable with its unit and meaning.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
BUILD_DIR = BASE_DIR / ".build"

env = environ.Env()
env.read_env(env.str("ENV_FILE", default=str(BASE_DIR / ".env")))

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# All state of one installation: database, files, keys.
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data"))).resolve()

INSTALLED_APPS = [
    "wbk_portal.common",
    "wbk_portal.audit",
    "wbk_portal.ops",
    "wbk_portal.accounts",
    "indicators",
    "evidence",
    "surveys",
    "complaints",
    "wbk_portal.dashboard",
    "wbk_portal.demo",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "treebeard",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]

# CSPMiddleware stands outermost so that error pages carry the policy too.
MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "wbk_portal.accounts.middleware.DoorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wbk_portal.common.middleware.NotAllowedPageMiddleware",
]

ROOT_URLCONF = "wbk_portal.urls"
WSGI_APPLICATION = "wbk_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wbk_portal.common.context.portal",
            ],
            "builtins": ["wbk_portal.common.templatetags.portal"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database --------------------------------------------------------------------
DATABASES = {
    "default": env.db(
        "DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'portal.sqlite3'}"
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: two writers wait for each other instead of failing half-way.
    # synchronous=FULL: an acknowledged commit survives a power loss.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
            "PRAGMA foreign_keys=ON;PRAGMA cache_size=-20000"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 8}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People ----------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# Argon2 with own parameters: 19 MiB, two passes (OWASP's minimum), since Django's
# default takes 100 MiB a sign-in.
PASSWORD_HASHERS = ["wbk_portal.accounts.hashers.PortalArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": (
            "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"
        ),
        "OPTIONS": {"user_attributes": ["username", "name", "email"]},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "wbk_portal.accounts.adapter.PortalAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
# Failed tries are counted by wbk_portal.accounts.lockout, one statement each.
ACCOUNT_RATE_LIMITS = False
# The cookie ends with the browser: counters and offices share their computers.
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "wbk_portal.accounts.forms.signin.SignInForm",
    "change_password": "wbk_portal.accounts.forms.signin.OwnPasswordForm",
    "set_password": "wbk_portal.accounts.forms.signin.FirstPasswordForm",
    "reauthenticate": "wbk_portal.accounts.forms.signin.OwnPasswordAgainForm",
}
MFA_ADAPTER = "wbk_portal.accounts.adapter.PortalMFAAdapter"
MFA_FORMS = {
    "authenticate": "wbk_portal.accounts.forms.signin.SecondStepForm",
    "reauthenticate": "wbk_portal.accounts.forms.signin.CodeOnceMoreForm",
    "activate_totp": "wbk_portal.accounts.forms.signin.ActivateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Portal Bukti Zona Integritas"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
    }
}

# --- Transport and headers ---------------------------------------------------------
# HTTPS=1 behind TLS. On plain http (a LAN without certificate) only the cookies'
# "secure" mark and HSTS are given up.
HTTPS = env.bool("HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "wbk_session"
SESSION_COOKIE_AGE = env.int("SESSION_SECONDS", default=12 * 3600)
SECURE_SSL_REDIRECT = HTTPS
# The supervisor asks over plain http on this machine.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# HSTS for other hosts below the agency's domain, or for good, is not ours to promise.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
# Sign-in limits count addresses: behind a proxy, those that it writes down.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
    }
}
CSRF_FAILURE_VIEW = "wbk_portal.views.csrf_failure"

# --- Language and time ---------------------------------------------------------------
LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Bahasa Indonesia")), ("en", _("Inggris"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "wbk_portal.formats"
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"
# The two words that differ by institution (docs/operations.md).
TERM_EVIDENCE = env.str("TERM_EVIDENCE", default="bukti dukung")
TERM_WORK_UNIT = env.str("TERM_WORK_UNIT", default="unit kerja")

# --- Files -----------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BUILD_DIR / "collected"
STATICFILES_DIRS = [BASE_DIR / "static", BUILD_DIR / "static"]
STORAGES = {
    # Private: nothing in it has a URL of its own.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files", "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Bytes; one evidence file. 50 MiB unless said otherwise, at most 200 MiB.
UPLOAD_MAX_BYTES = min(env.int("UPLOAD_MAX_MIB", default=50), 200) * 1024 * 1024
UPLOAD_MAX_FILES_PLAIN_FORM = 20
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# The handler keeps the first 20 files of a form and names the others; this bound is
# only against floods of parts.
DATA_UPLOAD_MAX_NUMBER_FILES = 1000
FILE_UPLOAD_HANDLERS = ["wbk_portal.common.uploads.HashingUploadHandler"]

# --- Jobs ------------------------------------------------------------------------
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default"],
    }
}

# --- Inbox -----------------------------------------------------------------------
# Days after which a notice that was seen is deleted.
NOTICE_KEEP_DAYS = env.int("NOTICE_KEEP_DAYS", default=180)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}
    },
    "filters": {"refusals": {"()": "wbk_portal.common.logs.ShortRefusals"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django.request": {"filters": ["refusals"]}},
}
