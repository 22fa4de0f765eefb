import io

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command

from apes_directory.management.commands import create_editor

pytestmark = pytest.mark.django_db

PASSWORD = "un mur de briques rouges"


@pytest.fixture
def answers(monkeypatch):
    """Set what the person at the terminal types: names, then passwords."""

    def type_in(names, passwords):
        names, passwords = iter(names), iter(passwords)
        monkeypatch.setattr("sys.stdin", type("Terminal", (), {"isatty": lambda self: True})())
        monkeypatch.setattr("builtins.input", lambda prompt: next(names))
        monkeypatch.setattr(create_editor, "getpass", lambda prompt: next(passwords))

    monkeypatch.delenv("EDITOR_NAME", raising=False)
    monkeypatch.delenv("EDITOR_PASSWORD", raising=False)
    return type_in


def run() -> tuple[str, str]:
    output, errors = io.StringIO(), io.StringIO()
    call_command("create_editor", stdout=output, stderr=errors)
    return output.getvalue(), errors.getvalue()


def test_asked_for_at_the_terminal(answers):
    answers(["zoe"], [PASSWORD, PASSWORD])
    output, errors = run()
    assert "Le compte « zoe » est créé" in output
    assert errors == ""
    user = authenticate(username="zoe", password=PASSWORD)
    assert user.is_staff
    assert user.is_superuser


def test_asks_again_until_the_answers_fit(answers):
    get_user_model().objects.create_user("max")
    answers(["max", "zoe"], ["court", PASSWORD, "un autre mur de briques", PASSWORD, PASSWORD])
    _, errors = run()
    assert "existe déjà" in errors
    assert "trop court" in errors
    assert "pas les mêmes" in errors
    assert authenticate(username="zoe", password=PASSWORD)


def test_given_by_the_environment(monkeypatch):
    monkeypatch.setenv("EDITOR_NAME", "zoe")
    monkeypatch.setenv("EDITOR_PASSWORD", PASSWORD)
    run()
    assert authenticate(username="zoe", password=PASSWORD)


@pytest.mark.parametrize(
    ("name", "password", "message"),
    [
        ("zoe", "court", "trop court"),
        ("zoe", "", "vont ensemble"),
        ("z o e", PASSWORD, "nom d’utilisateur valide"),
    ],
)
def test_refuses_in_french(monkeypatch, name, password, message):
    monkeypatch.setenv("EDITOR_NAME", name)
    monkeypatch.setenv("EDITOR_PASSWORD", password)
    with pytest.raises(CommandError, match=message):
        run()
    assert not get_user_model().objects.exists()


def test_without_a_terminal_says_what_to_give(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(CommandError, match="EDITOR_NAME et EDITOR_PASSWORD"):
        run()
