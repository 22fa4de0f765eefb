import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from apes_directory import health


@pytest.fixture
def broken_database(db):
    def refuse(*args):
        raise DatabaseError

    with connection.execute_wrapper(refuse):
        yield


def test_ready_when_the_database_answers_and_has_every_table(client, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/sante/")
    assert (response.status_code, response.content) == (200, b"ok")
    assert "no-store" in response["Cache-Control"]


def test_not_ready_when_the_database_does_not_answer(client, broken_database):
    response = client.get("/sante/")
    assert (response.status_code, response.content.decode()) == (503, "La base de données ne répond pas.")


def test_not_ready_before_its_migrations(client, db):
    assert ("actors", "0001_initial") in health.needed_migrations()
    MigrationRecorder.Migration.objects.filter(app="actors").order_by("-pk")[0].delete()
    response = client.get("/sante/")
    assert response.status_code == 503
    assert response.content.decode() == "Migrations qui manquent à la base de données : 1."


def test_alive_whatever_the_database_does(client, broken_database):
    response = client.get("/sante/vivant/")
    assert (response.status_code, response.content) == (200, b"ok")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("address", ["/sante/", "/sante/vivant/"])
def test_monitors_on_the_machine_itself_need_no_https(client, db, settings, address):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(address).status_code == 200
    assert client.get("/acteurs/").status_code == 301
