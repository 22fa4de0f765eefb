"""One settings file, varied by the environment; what does not fit stops the start with its name."""

import re
import runpy
import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from psycopg import IsolationLevel

SETTINGS = Path(__file__).resolve().parents[2] / "apes_directory" / "settings.py"


ENTRY = ("PROXIES", "SECOND_FACTOR_REQUIRED", "SESSION_HOURS")


@pytest.fixture
def load(monkeypatch, tmp_path):
    """The settings as this environment makes them."""

    def load(**environment) -> dict:
        for name in (
            "DATABASE_URL",
            "DATABASE_REPLICA_URL",
            "SECRET_KEY",
            "DEBUG",
            "HTTPS",
            "ALLOWED_HOSTS",
            "HOST",
            "PORT",
            "CACHE_URL",
            "PAGES_KEPT",
            *MAIL,
            *ENTRY,
        ):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(SETTINGS))

    return load


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "perhaps"),
        ("HTTPS", "2"),
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("CONTACT_EMAIL", "a@b.fr, c@d.fr"),
        ("ADMIN_EMAIL", "technique"),
        ("LOG_FORMAT", "xml"),
        ("CACHE_URL", "memcached://127.0.0.1"),
        ("PAGES_KEPT", "-1"),
    ],
)
def test_value_that_does_not_fit_stops_with_its_name(load, name, value):
    with pytest.raises(ImproperlyConfigured, match=name):
        load(**{name: value})


def test_sqlite_by_default_waits_for_its_lock(load, tmp_path):
    database = load()["DATABASES"]["default"]
    assert database["NAME"] == tmp_path / "data" / "directory.sqlite3"
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]


def test_postgresql_by_address(load):
    database = load(DATABASE_URL="postgresql://u:p%40ss@db.example.org/annuaire")["DATABASES"]["default"]
    assert (database["ENGINE"], database["NAME"]) == ("django.db.backends.postgresql", "annuaire")
    assert (database["PASSWORD"], database["HOST"]) == ("p@ss", "db.example.org")
    # No request waits for a server that is gone as long as a visitor would.
    assert database["OPTIONS"]["connect_timeout"] == 5
    # Each thread keeps its own, and asks nothing to know that it still leads somewhere.
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (60, False)


def test_replicas_are_read_and_nothing_else(load):
    loaded = load(
        DATABASE_URL="postgresql://u@db.example.org/annuaire?connect_timeout=9",
        DATABASE_REPLICA_URL="postgresql://u@one.example.org/annuaire, postgresql://u@two.example.org/annuaire",
    )
    databases = loaded["DATABASES"]
    assert {alias: each["HOST"] for alias, each in databases.items()} == {
        "default": "db.example.org",
        "reading": "db.example.org",
        "replica_1": "one.example.org",
        "replica_2": "two.example.org",
    }
    assert databases["default"]["OPTIONS"]["connect_timeout"] == 9
    for alias in ("reading", "replica_1", "replica_2"):
        options = databases[alias]["OPTIONS"]
        assert options["isolation_level"] == IsolationLevel.REPEATABLE_READ
        assert options["options"] == "-c default_transaction_read_only=on"
        # Each thread's own: with a pool it would wait where another database is at hand.
        assert databases[alias]["CONN_MAX_AGE"] == 60
    assert loaded["DATABASE_ROUTERS"] == ["apes_directory.replicas.router.Router"]
    assert load()["DATABASE_ROUTERS"] == []


@pytest.mark.parametrize(
    ("primary", "replica"),
    [
        ("", "postgresql://u@one.example.org/a"),
        ("postgresql://u@db.example.org/a", "mysql://u@one.example.org/a"),
        ("postgresql://u@db.example.org/a", "postgresql://u@db.example.org/a"),
    ],
)
def test_what_can_be_no_replica_stops_the_start(load, primary, replica):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_REPLICA_URL"):
        load(DATABASE_URL=primary, DATABASE_REPLICA_URL=replica)


def test_pages_are_kept_in_memory_or_in_the_redis_that_is_named(load):
    assert load()["CACHES"]["pages"]["BACKEND"].endswith("LocMemCache")
    assert load(PAGES_KEPT="40")["CACHES"]["pages"]["OPTIONS"]["MAX_ENTRIES"] == 40
    shared = load(CACHE_URL="rediss://:p@cache.example.org/2")["CACHES"]["pages"]
    assert (shared["BACKEND"].rpartition(".")[2], shared["LOCATION"]) == (
        "RedisCache",
        "rediss://:p@cache.example.org/2",
    )


def test_secret_is_made_once_and_readable_by_its_owner_alone(load, tmp_path):
    secret = load()["SECRET_KEY"]
    file = tmp_path / "data" / "secret_key"
    assert len(secret) >= 50
    assert load()["SECRET_KEY"] == secret == file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load(SECRET_KEY="another")["SECRET_KEY"] == "another"


@pytest.mark.parametrize(
    ("environment", "hosts"),
    [
        ({}, ["localhost", "127.0.0.1", "[::1]"]),
        ({"HOST": "192.0.2.7"}, ["localhost", "127.0.0.1", "[::1]", "192.0.2.7"]),
        ({"HOST": "2001:db8::7"}, ["localhost", "127.0.0.1", "[::1]", "[2001:db8::7]"]),
        ({"HOST": "0.0.0.0"}, ["localhost", "127.0.0.1", "[::1]"]),
        ({"HOST": "192.0.2.7", "ALLOWED_HOSTS": "a.example, b.example"}, ["a.example", "b.example"]),
    ],
)
def test_hosts_follow_the_address_listened_on(load, environment, hosts):
    assert load(**environment)["ALLOWED_HOSTS"] == hosts


@pytest.mark.parametrize(
    ("environment", "storage"),
    [
        ({}, "ManifestStaticFilesStorage"),
        ({"HTTPS": "on"}, "CompressedManifestStaticFilesStorage"),
        ({"STATIC_COMPRESSION": "on"}, "CompressedManifestStaticFilesStorage"),
        ({"DEBUG": "on"}, "StaticFilesStorage"),
    ],
)
def test_static_files_are_compressed_where_they_leave_the_machine(load, environment, storage):
    assert load(**environment)["STORAGES"]["staticfiles"]["BACKEND"].split(".")[-1] == storage


def test_https_turns_on_everything_it_means(load):
    secure = load(HTTPS="on")
    assert secure["SECURE_SSL_REDIRECT"]
    assert secure["SESSION_COOKIE_SECURE"]
    assert secure["CSRF_COOKIE_SECURE"]
    assert secure["SECURE_HSTS_SECONDS"] > 0


@pytest.mark.parametrize(
    ("environment", "proxies"),
    [
        ({}, 0),
        ({"HTTPS": "on"}, 1),
        ({"HTTPS": "on", "PROXIES": "2"}, 2),
        ({"HTTPS": "on", "PROXIES": "0"}, 0),
    ],
)
def test_no_proxy_is_believed_that_is_not_there(load, environment, proxies):
    assert load(**environment)["PROXIES"] == proxies


def test_sessions_and_the_second_step_follow_the_environment(load):
    usual, strict = load(), load(SECOND_FACTOR_REQUIRED="on", SESSION_HOURS="2")
    assert (usual["SECOND_FACTOR_REQUIRED"], usual["SESSION_COOKIE_AGE"]) == (False, 12 * 3600)
    assert (strict["SECOND_FACTOR_REQUIRED"], strict["SESSION_COOKIE_AGE"]) == (True, 2 * 3600)
    with pytest.raises(ImproperlyConfigured, match="SESSION_HOURS"):
        load(SESSION_HOURS="0")


def test_no_secret_stands_in_the_settings(load):
    """Nor anything that would do as one where none is given."""
    text = SETTINGS.read_text(encoding="utf-8")
    told = re.findall(r"^\w*(?:KEY|PASSWORD|TOKEN|SECRET)\w* = (.+)$", text, re.MULTILINE)
    assert len(told) >= 3
    assert [value for value in told if value[0] in "\"'" or re.search(r'env_str\("\w+", ', value)] == []


def test_an_empty_variable_means_its_default(load):
    names = ("HOST", "PORT", "LOG_LEVEL", "DEBUG", "HTTPS", "ALLOWED_HOSTS", "DATABASE_URL", "ERASURE_KEY")
    told = ("HOST", "PORT", "DEBUG", "ALLOWED_HOSTS", "LOGGING")
    empty, unset = load(**dict.fromkeys(names, "")), load()
    assert {name: empty[name] for name in told} == {name: unset[name] for name in told}


def test_an_unknown_log_level_is_refused(load):
    with pytest.raises(ImproperlyConfigured, match="LOG_LEVEL must be one of"):
        load(LOG_LEVEL="loud")


# -- the tile server under the interactive map --------------------------------------------------------

TILES = "https://tuiles.example.org/carte/{z}/{x}/{y}.png"


def test_without_a_tile_server_no_other_origin_is_allowed(load):
    settings = load(TILES_URL="", TILES_ATTRIBUTION="")
    assert (settings["TILES_URL"], settings["TILES_ATTRIBUTION"]) == ("", "")
    assert settings["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["img-src"] == ["'self'", "data:"]


def test_a_tile_server_is_allowed_for_pictures_alone(load):
    directives = load(TILES_URL=TILES, TILES_ATTRIBUTION="© Tuiles")["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    origin = "https://tuiles.example.org"
    assert directives["img-src"] == ["'self'", "data:", origin]
    assert [name for name, allowed in directives.items() if origin in allowed] == ["img-src"]


@pytest.mark.parametrize(
    ("url", "attribution", "named"),
    [
        (TILES, "", "TILES_ATTRIBUTION"),
        ("tuiles.example.org/{z}/{x}/{y}.png", "© Tuiles", "TILES_URL"),
        ("https://{s}.example.org/{z}/{x}/{y}.png", "© Tuiles", "TILES_URL"),
        ("https://tuiles.example.org/{z}/{x}.png", "© Tuiles", "TILES_URL"),
    ],
)
def test_a_tile_server_that_does_not_fit_stops_with_its_name(load, url, attribution, named):
    with pytest.raises(ImproperlyConfigured, match=named):
        load(TILES_URL=url, TILES_ATTRIBUTION=attribution)


@pytest.mark.parametrize("address", ["", "annuaire@exemple.fr"])
def test_where_visitors_write(load, address):
    assert load(CONTACT_EMAIL=address)["CONTACT_EMAIL"] == address


# -- outgoing mail -------------------------------------------------------------------------------------

MAIL = {
    "EMAIL_HOST": "smtp.exemple.fr",
    "EMAIL_FROM": "Annuaire <annuaire@exemple.fr>",
    "SITE_URL": "https://annuaire.exemple.fr/",
}


def test_mail_is_off_unless_a_server_is_named(load):
    settings = load(EMAIL_FROM="annuaire@exemple.fr", SITE_URL="https://annuaire.exemple.fr")
    assert settings["MAIL_IS_ON"] is False
    assert settings["EMAIL_BACKEND"] == "django.core.mail.backends.console.EmailBackend"


def test_mail_is_queued_for_the_server(load):
    settings = load(**MAIL, EMAIL_USER="annuaire", EMAIL_PASSWORD="secret")
    assert settings["EMAIL_BACKEND"] == "apes_directory.mail.QueueBackend"
    assert settings["POST_OFFICE"]["BACKENDS"] == {"default": "django.core.mail.backends.smtp.EmailBackend"}
    names = ("MAIL_IS_ON", "EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_USE_SSL", "EMAIL_HOST_USER", "SITE_URL")
    assert [settings[name] for name in names] == [
        *(True, 587, True, False, "annuaire", "https://annuaire.exemple.fr")
    ]


@pytest.mark.parametrize(
    ("security", "told"),
    [("ssl", (465, False, True)), ("none", (25, False, False)), ("TLS", (587, True, False))],
)
def test_each_way_to_a_mail_server_has_its_port(load, security, told):
    settings = load(**MAIL, EMAIL_SECURITY=security)
    assert tuple(settings[name] for name in ("EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_USE_SSL")) == told


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMAIL_FROM", ""),
        ("EMAIL_FROM", "l’annuaire"),
        ("EMAIL_SECURITY", "starttls"),
        ("EMAIL_PORT", "smtp"),
        ("SITE_URL", ""),
        ("SITE_URL", "annuaire.exemple.fr"),
        ("SITE_URL", "https://exemple.fr/annuaire"),
    ],
)
def test_mail_that_does_not_fit_stops_with_its_name(load, name, value):
    with pytest.raises(ImproperlyConfigured, match=name):
        load(**MAIL | {name: value})
