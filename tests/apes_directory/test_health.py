from django.db import DatabaseError, connection


def test_says_ok_when_the_database_answers(client, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/sante/")
    assert (response.status_code, response.content) == (200, b"ok")
    assert "no-store" in response["Cache-Control"]


def test_fails_when_the_database_does_not(client, db):
    def refuse(*args):
        raise DatabaseError

    client.raise_request_exception = False
    with connection.execute_wrapper(refuse):
        assert client.get("/sante/").status_code == 500
