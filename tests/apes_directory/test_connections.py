"""A connection that its server left is given up before a request asks it, and no other."""

import time

import pytest
from django.db import connection
from django.urls import reverse

from apes_directory.connections import give_up_if_left
from territories.models import Change

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_that_its_server_still_holds_is_kept_and_not_asked(django_assert_num_queries):
    Change.objects.version()
    kept = connection.connection
    with django_assert_num_queries(0):
        give_up_if_left()
    assert connection.connection is kept


@pytest.mark.skipif(connection.vendor != "postgresql", reason="no server takes part")
@pytest.mark.parametrize("gone", ["ended there", "closed here"])
def test_another_one_is_opened_where_it_was_left(client, gone):
    Change.objects.version()
    left = connection.connection
    if gone == "closed here":
        left.close()
    else:
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [left.info.backend_pid])
        time.sleep(0.05)  # until the system heard of it
    assert client.get(reverse("home")).status_code == 200
    assert connection.connection is not left
