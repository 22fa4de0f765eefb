"""An open site does not start under settings that would give it away."""

from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from apes_directory import gunicorn_conf
from apes_directory.safety import refusal_text, refusals

STRONG = "vUf7s2LwqE0nZ4yXcR1tHk9bGm3aPd6jSo8iVxQz5YrCeNlTpW"
GOOD = {
    "HTTPS": True,
    "DEBUG": False,
    "HOST": "127.0.0.1",
    "LISTENS_EVERYWHERE": False,
    "ALLOWED_HOSTS": ["annuaire.exemple.fr"],
    "SECRET_KEY": STRONG,
    "SITE_URL": "https://annuaire.exemple.fr",
    "EMAIL_SECURITY": "tls",
    "EMAIL_HOST": "smtp.exemple.fr",
    "EMAIL_HOST_PASSWORD": "x",
}


def told(**changed) -> list[str]:
    """First word of each refusal."""
    return [sentence.split()[0] for sentence in refusals(SimpleNamespace(**GOOD | changed))]


def test_a_site_set_as_the_guide_says_starts():
    assert told() == []
    assert refusal_text(SimpleNamespace(**GOOD)) == ""


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"DEBUG": True}, ["DEBUG"]),
        ({"ALLOWED_HOSTS": ["annuaire.exemple.fr", "*"]}, ["ALLOWED_HOSTS"]),
        ({"ALLOWED_HOSTS": ["localhost", "[::1]"]}, ["HTTPS"]),
        ({"SECRET_KEY": "x" * 60}, ["SECRET_KEY"]),
        ({"SECRET_KEY": STRONG[:49]}, ["SECRET_KEY"]),
        ({"SECRET_KEY": "django-insecure-" + STRONG}, ["SECRET_KEY"]),
        ({"SITE_URL": "http://annuaire.exemple.fr"}, ["HTTPS"]),
        ({"SITE_URL": ""}, []),
        ({"EMAIL_SECURITY": "none"}, ["EMAIL_SECURITY=none"]),
        ({"EMAIL_SECURITY": "none", "EMAIL_HOST": "localhost"}, []),
        ({"EMAIL_SECURITY": "none", "EMAIL_HOST_PASSWORD": ""}, []),
        # Without https, on an address that others reach.
        ({"HTTPS": False, "HOST": "0.0.0.0", "LISTENS_EVERYWHERE": True, "DEBUG": True}, ["DEBUG"]),
        ({"HTTPS": False, "HOST": "192.0.2.7", "ALLOWED_HOSTS": ["*"]}, ["ALLOWED_HOSTS"]),
        # This machine's own: a developer may do as they like.
        ({"HTTPS": False, "DEBUG": True, "ALLOWED_HOSTS": ["*"], "SECRET_KEY": "x"}, []),
        ({"DEBUG": True, "SECRET_KEY": "x"}, ["DEBUG", "SECRET_KEY"]),
    ],
)
def test_each_is_refused_where_others_come_in(changed, words):
    assert told(**changed) == words


def test_gunicorn_stops_with_the_sentence(monkeypatch):
    monkeypatch.setattr(gunicorn_conf, "settings", SimpleNamespace(**GOOD | {"DEBUG": True}))
    with pytest.raises(SystemExit) as stop:
        gunicorn_conf.on_starting(None)
    assert stop.value.code.startswith(
        "L’annuaire ne démarre pas, parce qu’il ne serait pas sûr :\n- DEBUG est allumé"
    )


def test_prepare_stops_before_it_touches_anything(settings, db):
    settings.HTTPS, settings.DEBUG, settings.ALLOWED_HOSTS = True, True, ["annuaire.exemple.fr"]
    with pytest.raises(CommandError, match="DEBUG est allumé"):
        call_command("prepare")
