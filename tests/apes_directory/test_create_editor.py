import io

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from apes_directory.management.commands import create_editor
from editing.rights import territories_of
from editing.roles import ADMINISTRATOR, LOCAL_EDITOR, role_of
from tests.factories.territories import make_territory

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


def run(*options: str) -> tuple[str, str]:
    output, errors = io.StringIO(), io.StringIO()
    call_command("create_editor", *options, stdout=output, stderr=errors)
    return output.getvalue(), errors.getvalue()


def enters(name: str):
    """The account of that name, which the password opens."""
    user = get_user_model().objects.get(username=name)
    assert user.is_active
    assert user.check_password(PASSWORD)
    return user


def test_asked_for_at_the_terminal(answers):
    answers(["zoe"], [PASSWORD, PASSWORD])
    output, errors = run()
    assert "Le compte « zoe » (administrateur) est créé" in output
    assert errors == ""
    user = enters("zoe")
    assert user.is_staff
    assert role_of(user) is ADMINISTRATOR


def test_asks_again_until_the_answers_fit(answers):
    get_user_model().objects.create_user("max")
    answers(["max", "zoe"], ["court", PASSWORD, "un autre mur de briques", PASSWORD, PASSWORD])
    _, errors = run()
    assert "existe déjà" in errors
    assert "trop court" in errors
    assert "pas les mêmes" in errors
    assert enters("zoe")


def test_given_by_the_environment(monkeypatch):
    monkeypatch.setenv("EDITOR_NAME", "zoe")
    monkeypatch.setenv("EDITOR_PASSWORD", PASSWORD)
    run()
    assert enters("zoe")


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


def test_with_a_role_and_territories(monkeypatch):
    monkeypatch.setenv("EDITOR_NAME", "zoe")
    monkeypatch.setenv("EDITOR_PASSWORD", PASSWORD)
    raismes = make_territory(slug="raismes")
    run("--role", "local_editor", "--territory", "raismes")
    user = get_user_model().objects.get()
    assert role_of(user) is LOCAL_EDITOR
    assert list(territories_of(user)) == [raismes]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--role", "local_editor"], "--territory va avec"),
        (["--territory", "raismes"], "--territory va avec"),
        (["--role", "local_editor", "--territory", "nulle-part"], "Aucun territoire à l’adresse nulle-part"),
        (["--role", "visitor"], "invalid choice"),
    ],
)
def test_refuses_a_role_that_does_not_fit(monkeypatch, options, message):
    monkeypatch.setenv("EDITOR_NAME", "zoe")
    monkeypatch.setenv("EDITOR_PASSWORD", PASSWORD)
    with pytest.raises(CommandError, match=message):
        run(*options)
    assert not get_user_model().objects.exists()


def test_without_a_terminal_says_what_to_give(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(CommandError, match="EDITOR_NAME et EDITOR_PASSWORD"):
        run()
