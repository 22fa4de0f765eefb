"""What is answered while the database does not."""

import psycopg
import pytest
from django.db import IntegrityError, InterfaceError, OperationalError, connection

from apes_directory.outage import is_gone
from tests.pages.html import main

LOST = psycopg.OperationalError("server closed the connection unexpectedly")


def caused(error: Exception, cause: Exception | None) -> Exception:
    error.__cause__ = cause
    return error


@pytest.fixture
def lost(db, client):
    """A database that is gone; whatever asks it fails as psycopg does."""

    def refuse(*args):
        raise caused(OperationalError(), LOST)

    client.raise_request_exception = False
    with connection.execute_wrapper(refuse):
        yield client


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (caused(OperationalError(), LOST), True),
        (caused(OperationalError(), psycopg.errors.AdminShutdown()), True),
        (caused(OperationalError(), psycopg.errors.TooManyConnections()), True),
        (caused(InterfaceError(), psycopg.InterfaceError("the connection is closed")), True),
        (caused(OperationalError(), psycopg.errors.DeadlockDetected()), False),
        (caused(IntegrityError(), psycopg.errors.UniqueViolation()), False),
        (OperationalError("no such column"), False),
        (ValueError(), False),
        (None, False),
    ],
)
def test_what_says_that_the_database_is_gone(error, expected):
    assert is_gone(error) == expected


def test_a_visitor_is_told_to_come_back(lost, caplog):
    response = lost.get("/acteurs/")
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "no-store" in response["Cache-Control"]
    assert main(response).one("h1").text == "L’annuaire ne répond pas pour le moment"
    # Neither an error of ours nor a traceback.
    assert [(record.levelname, record.exc_info) for record in caplog.records] == [("WARNING", None)]


@pytest.mark.parametrize(("method", "path"), [("post", "/proposer/message/"), ("get", "/admin/login/")])
def test_who_writes_is_told_that_nothing_is_saved(lost, method, path):
    # The door asks for whom it stays shut.
    lost.cookies["sessionid"] = "a" * 32
    response = getattr(lost, method)(path)
    assert response.status_code == 503
    text = main(response).text
    assert "Rien ne peut être enregistré pour le moment" in text
    assert "Ce que vous veniez d’envoyer n’est pas enregistré." in text


def test_a_program_is_told_in_its_own_way(lost):
    response = lost.get("/api/v1/actors")
    assert response.status_code == 503
    assert (response["Content-Type"], response["Retry-After"]) == ("application/problem+json", "30")
    assert response.json()["title"] == "Base de données indisponible"
