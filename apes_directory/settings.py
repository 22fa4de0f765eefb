"""Settings of the directory: one file, every variation by environment variable.

Each variable read here has a line in the table of README.md; ``tests/test_consistency.py`` keeps
both in step.
"""

import os
import secrets
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import SELF
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

BASE_DIR = Path(__file__).resolve().parent.parent


# -- typed readers: a value that does not fit stops the start, with the variable's name ----------


def env_str(name: str, default: str = "") -> str:
    """An empty variable is none: it means its default."""
    return os.environ.get(name, "").strip() or default


def env_bool(name: str, *, default: bool) -> bool:
    raw = env_str(name).lower()
    if raw == "":
        return default
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be on or off, not {raw!r}.")


def env_int(name: str, *, default: int, minimum: int = 0) -> int:
    raw = env_str(name)
    if raw == "":
        return default
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {raw!r}.") from None
    if value < minimum:
        raise ImproperlyConfigured(f"{name} must be at least {minimum}, not {value}.")
    return value


def env_list(name: str, *, default: list[str]) -> list[str]:
    raw = env_str(name)
    return [item.strip() for item in raw.split(",") if item.strip()] if raw else default


# -- the machine ----------------------------------------------------------------------------------

DEBUG = env_bool("DEBUG", default=False)
# Database, collected static files and the generated secret of an installation without one.
DATA_DIR = Path(env_str("DATA_DIR", str(BASE_DIR / "var"))).resolve()


def read_secret_key() -> str:
    """SECRET_KEY, or the key kept in DATA_DIR/secret_key (made on first use, readable by its owner alone)."""
    if key := env_str("SECRET_KEY"):
        return key
    path = DATA_DIR / "secret_key"
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    key = secrets.token_urlsafe(64)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process made it a moment ago
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key)
    return key


SECRET_KEY = read_secret_key()
# Where gunicorn listens. An address that names this machine is also one visitors may ask for.
HOST = env_str("HOST", "127.0.0.1")
PORT = env_int("PORT", default=8000, minimum=1)
# Threads of each of gunicorn's processes. Files that are read slowly may hold half of them, pages have the rest.
THREADS = env_int("THREADS", default=4, minimum=1)
DOWNLOADS_AT_ONCE = max(1, THREADS // 2)
# Seconds that one write to a visitor may wait: who reads nothing for longer is let go.
READER_PATIENCE = 30
LISTENS_EVERYWHERE = HOST in {"0.0.0.0", "::"}
_own_names = ["localhost", "127.0.0.1", "[::1]"]
if not LISTENS_EVERYWHERE and HOST not in {"localhost", "127.0.0.1", "::1"}:
    _own_names.append(f"[{HOST}]" if ":" in HOST else HOST)
# Keys the fingerprints of erased persons: changing it forgets who was erased, so it can outlive SECRET_KEY.
ERASURE_KEY = env_str("ERASURE_KEY") or SECRET_KEY
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", default=_own_names)
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", default=[])

# Public https behind a proxy that sets X-Forwarded-Proto: secure cookies, redirect, HSTS.
HTTPS = env_bool("HTTPS", default=False)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# Monitors on the machine itself ask without the proxy.
SECURE_REDIRECT_EXEMPT = [r"^sante/"]
# How many proxies of ours stand before gunicorn, each of which adds an address to X-Forwarded-For
# (actors/visitors.py); what comes before those is anybody's claim.
PROXIES = env_int("PROXIES", default=1 if HTTPS else 0)
# For browsers that don't know frame-ancestors, below, which the others obey instead.
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# What pages, and whatever they might be made to load, may ask of the browser: where one is, « autour de moi ».
PERMISSIONS_POLICY = {"geolocation": ["self"]} | {
    feature: []
    for feature in (
        *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture"),
        *(
            "encrypted-media",
            "gyroscope",
            "hid",
            "idle-detection",
            "local-fonts",
            "magnetometer",
            "microphone",
        ),
        *("midi", "payment", "publickey-credentials-get", "screen-wake-lock", "serial", "usb"),
        "xr-spatial-tracking",
    )
}


def tiles_origin(url: str) -> str:
    """Origin of the tile server; its address holds {z}, {x} and {y}, and no subdomain of its own."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or "{" in parts.netloc:
        raise ImproperlyConfigured(
            "TILES_URL must begin with https:// and a name without braces, "
            f"as https://exemple.fr/{{z}}/{{x}}/{{y}}.png, not {url!r}."
        )
    if missing := [each for each in ("{z}", "{x}", "{y}") if each not in url]:
        raise ImproperlyConfigured(f"TILES_URL must hold {', '.join(missing)}.")
    return f"{parts.scheme}://{parts.netloc}"


# Under the interactive map: nothing unless a server is named, with what it wants to be thanked by.
TILES_URL = env_str("TILES_URL")
TILES_ATTRIBUTION = env_str("TILES_ATTRIBUTION")
if TILES_URL and not TILES_ATTRIBUTION:
    raise ImproperlyConfigured("TILES_URL needs TILES_ATTRIBUTION: who made the tiles.")
_tiles = [tiles_origin(TILES_URL)] if TILES_URL else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", *_tiles],
        "object-src": ["'none'"],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}

# -- application ----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "apes_directory.admin_app.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "csp",
    "django_filters",
    "corsheaders",
    "reversion",
    "post_office",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "apes_directory",
    "pages",
    "editing",
    "partners",
    "actors",
    "sources",
    "territories",
]

MIDDLEWARE = [
    # Around everything: what it tells is what visitors wait for.
    "apes_directory.metrics.MetricsMiddleware",
    "apes_directory.request_log.RequestLogMiddleware",
    # Around all that may answer in place of a page.
    "apes_directory.headers.HeadersMiddleware",
    # Nothing is shown, kept pages neither, while an older state of the database comes back.
    "apes_directory.backups.middleware.ReturningMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # A list is 100 kB plain, 12 on the line. Below WhiteNoise, whose files are compressed once and for all.
    "apes_directory.packing.PackingMiddleware",
    # Other sites' scripts may read what CORS_URLS_REGEX names, before anything else answers.
    "corsheaders.middleware.CorsMiddleware",
    # Counts what partners take, kept or made.
    "partners.usage.middleware.UsageMiddleware",
    # Reads from replicas for strangers, above what is kept: its version is that of the rows.
    "apes_directory.replicas.middleware.ReplicaMiddleware",
    # Keeps what all below made, headers included; nothing below may depend on who asks, but for sessions.
    "apes_directory.page_cache.PageCacheMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Nobody is anybody before the last step of entering.
    "editing.accounts.middleware.EntryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Last: answers in place of the login page where wrong passwords were too many.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "apes_directory.urls"
WSGI_APPLICATION = "apes_directory.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
    # The pages asked most, compiled to Python (docs/architecture.md, « Two engines of templates »).
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "compiled"],
        "OPTIONS": {"environment": "apes_directory.compiled.environment"},
    },
]

AUTHENTICATION_BACKENDS = [
    # First: refuses while wrong passwords are too many, whatever the password.
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    # Rights on one entry: whose draft it is, which territories somebody keeps.
    "editing.rights.EntryBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL, LOGIN_REDIRECT_URL = "admin:login", "admin:index"

# -- entering and staying in the back-office (docs/security.md) --------------------------------------------

# Asked of everybody who opens the back-office; otherwise of those who chose it.
SECOND_FACTOR_REQUIRED = env_bool("SECOND_FACTOR_REQUIRED", default=False)
# What code applications show beside the code. They read no typographic apostrophe everywhere.
OTP_TOTP_ISSUER = "Annuaire ESS"
# Hours without a page after which one has to enter again; and days, however busy they were.
SESSION_COOKIE_AGE = env_int("SESSION_HOURS", default=12, minimum=1) * 3600
SESSION_LONGEST = 14 * 24 * 3600
# Seconds in which a link to choose a new password serves: who asked for it sits before their mail.
PASSWORD_RESET_TIMEOUT = 3 * 3600
CSRF_COOKIE_HTTPONLY = True
AXES_HANDLER = "editing.accounts.attempts.Handler"
# Wrong passwords for one name from one address; for all names together ten times as many.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "editing.accounts.attempts.client_address"
AXES_LOCKOUT_CALLABLE = "editing.accounts.attempts.locked_out"
AXES_RESET_ON_SUCCESS = True
# Whoever goes on trying does not shut the door for longer, nor fill the database.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# Who came in when is nobody's business; nor do names stand in logs.
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken"]

# The page of an actor with a hundred links sends some 1,500 fields; Django's own limit is 1,000.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# Of one uploaded file, in bytes: more is not even kept on disk (apes_directory/uploads.py).
MOST_UPLOADED = 25_000_000
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "apes_directory.uploads.BoundedUpload",
]

# -- what partners take away (docs/api.md) ---------------------------------------------------------

# Requests a minute for each address, 0: as many as they like.
API_RATE = env_int("API_RATE", default=600)
# Neither is an installed app: their static files are those of pages that we don't show.
REST_FRAMEWORK = {
    # Nobody logs in: what is public is everybody's.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_THROTTLE_CLASSES": ["partners.api.throttle.AddressThrottle"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "partners.api.renderers.Negotiation",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "partners.api.errors.handle",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Annuaire de l’économie solidaire en Hauts-de-France",
    "DESCRIPTION": (
        "Acteurs, territoires, PTCE, coopérations et lettres, chaque fait avec sa source. Licence Ouverte 2.0 : citez "
        "l’annuaire et la date. Ceci n’est pas la liste officielle des entreprises de l’économie sociale et solidaire."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "LICENSE": {
        "name": "Licence Ouverte 2.0",
        "url": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    },
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": False,
    # In the order of the forms: filters first.
    "SORT_OPERATION_PARAMETERS": False,
    "ENUM_NAME_OVERRIDES": {
        "ActorKind": "partners.api.serializers.actors.ACTOR_KINDS",
        "Rubric": "partners.api.serializers.letters.RUBRICS",
        "PointOf": "partners.api.serializers.actors.POINT_OF",
        "Fate": "partners.api.serializers.around.FATES",
        "FeatureType": "partners.api.serializers.around.FEATURE",
        "CollectionType": "partners.api.serializers.around.COLLECTION",
        "Nature": "actors.enums.Nature",
        "Sphere": "actors.enums.Sphere",
        "LegalForm": "actors.enums.LegalForm",
        "LifeStatus": "actors.enums.LifeStatus",
        "RegistryState": "actors.enums.RegistryState",
        "SectorCode": "actors.enums.Sector",
        "Approval": "actors.enums.Label",
        "SocialNetwork": "actors.enums.SocialNetwork",
        "PtceStatus": "actors.enums.PtceStatus",
        "WishStatus": "actors.enums.WishStatus",
        "CooperationKind": "actors.enums.CooperationKind",
        "CooperationStatus": "actors.enums.CooperationStatus",
        "Certainty": "actors.enums.Certainty",
        "PlaceRole": "actors.enums.PlaceRole",
        "CitationRole": "actors.enums.CitationRole",
        "FigureQualifier": "actors.enums.FigureQualifier",
        "FigureUnit": "actors.enums.FigureUnit",
        "TerritoryKind": "territories.enums.TerritoryKind",
        "SuccessionKind": "territories.enums.SuccessionKind",
        "SourceKind": "sources.enums.SourceKind",
        "LetterKind": "sources.enums.LetterKind",
        "ArticleKind": "sources.enums.ArticleKind",
        "MentionRole": "sources.enums.MentionRole",
    },
}
# Beginning of the terms of ESSGlobal in linked data; « http://purl.org/essglobal/ » is where they stood before.
ESSGLOBAL_URI = env_str("ESSGLOBAL_URI", "https://lod.coop/essglobal/2.1/")
# Seconds after which counts of use are written; 0: never by themselves.
USAGE_WRITTEN_EVERY = 60
# Read only, by anybody, without cookies: the API, what bears an identifier, data, frames and their
# scripts.
CORS_URLS_REGEX = r"^/(api|id|donnees|integration/v1)/"
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]
CORS_EXPOSE_HEADERS = ["ETag", "Last-Modified", "Link", "Retry-After"]

# -- database -------------------------------------------------------------------------------------


def server(url: str, **more) -> dict:
    """One PostgreSQL, of which a machine that went without a word is noticed in half a minute."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql:// (or be empty for SQLite).")
    config = dj_database_url.parse(url, **more)
    patience = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
    config["OPTIONS"] = patience | {"tcp_user_timeout": 20_000} | config.get("OPTIONS", {})
    return config


def read_only(url: str) -> dict:
    """A PostgreSQL that is only read, each request one state of it (apes_directory/replicas).

    Connections are the threads' own: a pool would have them wait for a server that is gone, where another one is there.
    """
    config = server(url, conn_max_age=60)
    options = config["OPTIONS"]
    # psycopg's IsolationLevel.REPEATABLE_READ, which sites on SQLite don't load.
    options["isolation_level"] = 3
    options["options"] = f"{options.get('options', '')} -c default_transaction_read_only=on".strip()
    options["connect_timeout"] = 2
    return config


def databases() -> dict[str, dict]:
    """The primary; with DATABASE_REPLICA_URL its replicas, and « reading »: the primary as one of them."""
    found = {"default": database()}
    urls = env_list("DATABASE_REPLICA_URL", default=[])
    if not urls:
        return found
    primary = env_str("DATABASE_URL")
    if not primary:
        raise ImproperlyConfigured("DATABASE_REPLICA_URL needs DATABASE_URL: SQLite has no replicas.")
    for url in urls:
        if not url.startswith(("postgresql://", "postgres://")):
            raise ImproperlyConfigured(
                "DATABASE_REPLICA_URL must hold addresses that begin with postgresql://, separated by commas."
            )
        if url == primary:
            raise ImproperlyConfigured(
                "DATABASE_REPLICA_URL names the primary, which is no replica of itself."
            )
    named = {f"replica_{number}": read_only(url) for number, url in enumerate(urls, 1)}
    return found | {"reading": read_only(primary)} | named


def database() -> dict:
    """PostgreSQL when DATABASE_URL says so, otherwise SQLite under DATA_DIR.

    SQLite runs in WAL with IMMEDIATE transactions: a transaction that will write takes its lock at
    the start and waits, instead of failing in the middle with "database is locked".
    """
    url = env_str("DATABASE_URL")
    if url:
        # Each thread's own, given up when its server has left it (apes_directory/connections.py).
        return server(url, conn_max_age=60)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "directory.sqlite3",
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            # Seconds; an import of 5,000 lines writes for about eleven.
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
        },
    }


DATABASES = databases()
DATABASE_ROUTERS = ["apes_directory.replicas.router.Router"] if len(DATABASES) > 1 else []
# Seconds that a replica may be behind the primary; beyond, the primary is read until it has caught up.
REPLICA_LAG_SECONDS = env_int("REPLICA_LAG_SECONDS", default=5)

# -- pages kept for everybody (apes_directory/page_cache.py) --------------------------------------

# How many, in the memory of each process: 12 kB each for a list, 100 kB at most. 0: none, also not in CACHE_URL.
PAGES_KEPT = env_int("PAGES_KEPT", default=500)
# Seconds for which a proxy in front may answer without asking, and as many again while it asks. 0: it always asks.
CDN_SECONDS = env_int("CDN_SECONDS", default=60)


def page_store() -> dict:
    """The Redis that all machines of the site share when CACHE_URL names one, else the memory of each process."""
    url = env_str("CACHE_URL")
    if not url:
        return {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "pages",
            # The tenth that was asked least recently makes room.
            "OPTIONS": {"MAX_ENTRIES": max(1, PAGES_KEPT), "CULL_FREQUENCY": 10},
        }
    if not url.startswith(("redis://", "rediss://", "unix://")):
        raise ImproperlyConfigured("CACHE_URL must begin with redis://, rediss:// or unix:// (or be empty).")
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": url,
        "KEY_PREFIX": "apes-pages",
        # Making a page takes less than waiting longer.
        "OPTIONS": {
            "serializer": "apes_directory.page_store.PlainBytes",
            "socket_timeout": 0.25,
            "socket_connect_timeout": 0.25,
        },
    }


CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pages": page_store(),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- French, Europe/Paris -------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# -- static files ---------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    # Pictures of the editors' guide, which stand beside its text.
    ("guide", BASE_DIR / "docs" / "guide"),
]
# Hashed names always; brotli and gzip, which triple the time of a collection, where pages leave the machine.
STATIC_COMPRESSION = env_bool("STATIC_COMPRESSION", default=HTTPS)
if DEBUG:
    _static_storage = "django.contrib.staticfiles.storage.StaticFilesStorage"
elif STATIC_COMPRESSION:
    _static_storage = "whitenoise.storage.CompressedManifestStaticFilesStorage"
else:
    _static_storage = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static_storage},
}
FIXTURES_DIR = BASE_DIR / "fixtures"

# -- copies of everything (docs/hosting.md) ---------------------------------------------------------

BACKUP_DIR = Path(env_str("BACKUP_DIR", str(DATA_DIR / "backups"))).resolve()
# age1…: copies are encrypted for whoever holds the secret key, which the site never sees.
BACKUP_KEY = env_str("BACKUP_KEY")
# Who asks /sante/mesures/ for figures says this word; without it there is no such page.
METRICS_TOKEN = env_str("METRICS_TOKEN")
# Whether `manage.py entretien` asks other sites if the addresses in entries still answer.
CHECK_LINKS = env_bool("CHECK_LINKS", default=True)

# What `manage.py run_jobs` does in the background (apes_directory/jobs.py): dotted names of callables.
JOBS = [
    "apes_directory.soundness.note_version",
    "actors.network.job.refresh_layout",
    "editing.exchange.jobs.work_off",
    "editing.letters.release.publish_due",
    "editing.suggestions.jobs.forget_senders",
    "editing.requests.jobs.hide_overdue",
    "editing.requests.jobs.forget_requests",
    "apes_directory.retention.forget_sessions",
    "apes_directory.retention.forget_journal",
    "editing.accounts.attempts.forget_old",
    "apes_directory.mail.send_due",
    "apes_directory.mail.forget_old",
    "editing.home.twins.renew_tally",
    "actors.actions.purge_bin.purge_due",
    "partners.usage.counting.forget_old",
    "partners.following.asking.forget_unconfirmed",
]
# Those that take much memory: the process that did a piece of one ends, and another one goes on.
HEAVY_JOBS = {
    "actors.network.job.refresh_layout",
    "editing.exchange.jobs.work_off",
    "editing.home.twins.renew_tally",
}
# Whether gunicorn starts that runner beside its workers.
RUN_JOBS = env_bool("JOBS", default=True)


def contact_email() -> str:
    address = env_str("CONTACT_EMAIL")
    if address:
        try:
            validate_email(address)
        except ValidationError:
            raise ImproperlyConfigured(
                f"CONTACT_EMAIL must be one e-mail address, not {address!r}."
            ) from None
    return address


# Where visitors write: to correct, to propose, to be removed. The pages name the Apes' entry without it.
CONTACT_EMAIL = contact_email()


# -- outgoing mail (docs/mail.md) -----------------------------------------------------------------


def mail_security() -> str:
    security = env_str("EMAIL_SECURITY", "tls").lower()
    if security not in {"tls", "ssl", "none"}:
        raise ImproperlyConfigured(f"EMAIL_SECURITY must be tls (STARTTLS), ssl or none, not {security!r}.")
    return security


def mail_sender() -> str:
    """EMAIL_FROM, a bare address or « Name <address> »; mail needs one as soon as it is switched on."""
    sender = env_str("EMAIL_FROM")
    if not sender:
        raise ImproperlyConfigured("EMAIL_HOST needs EMAIL_FROM: the address that mail comes from.")
    try:
        validate_email(parseaddr(sender)[1])
    except ValidationError:
        raise ImproperlyConfigured(f"EMAIL_FROM must hold one e-mail address, not {sender!r}.") from None
    return sender


def site_url() -> str:
    """SITE_URL without its final stroke; empty where none is given. Addresses in mail begin with it."""
    url = env_str("SITE_URL").rstrip("/")
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or parts.query):
        raise ImproperlyConfigured(f"SITE_URL must be like https://annuaire.exemple.fr, not {url!r}.")
    return url


SITE_URL = site_url()
# A test site must never write to real people: without a server, mail is printed and nothing is kept.
EMAIL_HOST = env_str("EMAIL_HOST")
MAIL_IS_ON = bool(EMAIL_HOST)
EMAIL_SECURITY = mail_security()
EMAIL_USE_TLS = EMAIL_SECURITY == "tls"
EMAIL_USE_SSL = EMAIL_SECURITY == "ssl"
EMAIL_PORT = env_int("EMAIL_PORT", default={"tls": 587, "ssl": 465, "none": 25}[EMAIL_SECURITY], minimum=1)
EMAIL_HOST_USER = env_str("EMAIL_USER")
EMAIL_HOST_PASSWORD = env_str("EMAIL_PASSWORD")
EMAIL_TIMEOUT = 20
if MAIL_IS_ON:
    DEFAULT_FROM_EMAIL = SERVER_EMAIL = mail_sender()
    if not SITE_URL:
        raise ImproperlyConfigured("EMAIL_HOST needs SITE_URL: mail leads to the pages of the site.")
    EMAIL_BACKEND = "apes_directory.mail.QueueBackend"
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
POST_OFFICE = {
    "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"},
    # Few at a time: what a crash interrupts is sent again.
    "BATCH_SIZE": 10,
    "THREADS_PER_PROCESS": 1,
    # A server that answers nothing costs one timeout per mail.
    "BATCH_DELIVERY_TIMEOUT": 240,
    "SENDING_ORDER": ["-priority", "id"],
    # Over two days.
    "MAX_RETRIES": 48,
    "RETRY_INTERVAL": timedelta(hours=1),
    # Failures alone.
    "LOG_LEVEL": 1,
    "MESSAGE_ID_ENABLED": True,
    "MESSAGE_ID_FQDN": urlsplit(SITE_URL).hostname or "localhost",
}


def log_level() -> str:
    level = env_str("LOG_LEVEL", "WARNING").upper()
    known = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
    if level not in known:
        raise ImproperlyConfigured(f"LOG_LEVEL must be one of {', '.join(known)}, not {level!r}.")
    return level


# A line for each answer, without who asked (apes_directory/request_log.py).
LOG_REQUESTS = env_bool("LOG_REQUESTS", default=False)


def log_format() -> str:
    shape = env_str("LOG_FORMAT", "plain").lower()
    if shape not in {"plain", "json"}:
        raise ImproperlyConfigured(f"LOG_FORMAT must be plain or json, not {shape!r}.")
    return shape


def admin_email() -> str:
    address = env_str("ADMIN_EMAIL")
    if address:
        try:
            validate_email(address)
        except ValidationError:
            raise ImproperlyConfigured(f"ADMIN_EMAIL must be one e-mail address, not {address!r}.") from None
    return address


# Who gets one mail on each day with errors.
ADMIN_EMAIL = admin_email()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # Both take e-mail addresses, addresses of visitors and what they searched out of every line.
    "formatters": {
        "plain": {
            "()": "apes_directory.logs.Plain",
            "fmt": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        },
        "json": {"()": "apes_directory.logs.Json"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": log_format()},
        "errors": {"class": "apes_directory.logs.ErrorFile", "path": str(DATA_DIR / "errors.jsonl")},
        # A logger without any handler is given Python's last resort, which tells everything, unmasked.
        "nothing": {"class": "logging.NullHandler"},
    },
    "loggers": {
        # Scanners ask for other names all day: the answer 400 is enough.
        "django.security.DisallowedHost": {"handlers": ["nothing"], "propagate": False},
        # Wrong passwords are rows for administrators, not lines for operators.
        "axes": {"level": "ERROR"},
        "annuaire.requests": {"level": "INFO"},
        # Without a handler of ours it adds one of its own, which tells every round.
        "post_office": {"handlers": ["console", "errors"], "level": "WARNING", "propagate": False},
    },
    "root": {"handlers": ["console", "errors"], "level": log_level()},
}
