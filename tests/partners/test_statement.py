"""Queries whose SQL is made once give what the queryset gives."""

import datetime

import pytest
from django.db.models import Max

from actors.models import Actor, Place
from territories.models import Change
from territories.statement import Statement

COLUMNS = ("pk", "name", "founded", "potential_ptce", "last_confirmed_on", "updated_at", "administers__code")


def rows_of_actors():
    return Actor.objects.exclude(slug="").order_by("name_key", "pk").values_list(*COLUMNS)


@pytest.mark.parametrize("number", [1, 3, 8])
def test_rows_are_those_of_the_queryset(directory, django_assert_num_queries, number):
    """Values of Python's own kinds, in the order of the queryset, for any number of ids."""
    statement = Statement(rows_of_actors(), "pk")
    ids = list(Actor.objects.order_by("pk").values_list("pk", flat=True))[:number]
    for asked in (ids, ids[:1], ids):
        with django_assert_num_queries(1):
            found = statement.rows(asked)
        assert found == list(rows_of_actors().filter(pk__in=asked))
    kinds = {type(value) for row in found for value in row}
    assert datetime.datetime in kinds
    assert bool in kinds


def test_no_value_asks_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Statement(rows_of_actors(), "pk").rows([]) == []


def test_parameters_before_and_after_the_values(directory):
    """``for_display()`` has some in its selection, and none of them is lost."""
    rows = Place.objects.for_display().exclude(name="rien").values_list("actor", "territory__code")
    ids = list(Actor.objects.values_list("pk", flat=True))
    assert Statement(rows, "actor").rows(ids) == list(rows.filter(actor__in=ids))
    assert rows


def test_rows_by_a_text_that_are_counted_together(directory):
    rows = Change.objects.filter(subject="actor").order_by().values_list("key").annotate(latest=Max("at"))
    Change.objects.bulk_create(
        Change(number=9_000 + at, subject="actor", key=key, what="")
        for at, key in enumerate(["abcdefgh", "bcdefghj", "abcdefgh"], start=1)
    )
    found = Statement(rows, "key", str).rows(["abcdefgh", "it's", "% s"])
    assert found == [("abcdefgh", Change.objects.get(number=9_003).at)]
