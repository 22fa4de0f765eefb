"""Queries whose SQL is made once give what the queryset gives."""

import datetime
from decimal import Decimal

import pytest
from django.db.models import Max
from django.forms import model_to_dict

from actors.models import Actor, Figure, Merger, Place
from territories.models import Change
from territories.statement import Gathered, Held, Instances, Statement
from tests.factories.actors import make_figure

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


def gathered():
    return Gathered(
        {
            "actor": Instances(Actor.objects.order_by(), "slug", str),
            "places": Instances(Place.objects.for_display(), "actor"),
            "figures": Instances(Figure.objects.order_by("-year", "pk"), "actor"),
            "mergers": Instances(Merger.objects.told(), "kept", str),
            "names": Statement(rows_of_actors(), "pk"),
        }
    )


def fields_of(rows):
    return [row if isinstance(row, tuple) else model_to_dict(row) | {"pk": row.pk} for row in rows]


def test_gathered_rows_are_those_of_each(directory, django_assert_num_queries):
    """Numbers, texts, dates and yes or no keep their kinds, through JSON and back; rows their order."""
    told = gathered()
    ids = list(Actor.objects.order_by("pk").values_list("pk", flat=True))
    for actor in ids:
        make_figure(Actor.objects.get(pk=actor), low=Decimal("1234567.50"), year=2020 + actor % 2)
    for asked in (ids[:1], ids[1:2], ids, ids[:1]):
        with django_assert_num_queries(1):
            found = told.read({"places": asked, "figures": asked, "names": asked})
        assert found["actor"] == found["mergers"] == []
        assert fields_of(found["places"]) == fields_of(Place.objects.for_display().filter(actor__in=asked))
        figures = Figure.objects.order_by("-year", "pk").filter(actor__in=asked)
        assert fields_of(found["figures"]) == fields_of(figures)
        assert {type(row.low) for row in found["figures"]} == {Decimal}
        names = [tuple(row) for row in found["names"]]
        assert names == list(rows_of_actors().filter(pk__in=asked))
        assert {datetime.datetime, bool} <= {type(value) for row in names for value in row}


def test_gathered_rows_of_what_another_part_holds(directory, django_assert_num_queries):
    told = gathered()
    held = {
        "places": Held("actor", "id"),
        "names": Held("actor", "id"),
        "mergers": Held("actor", "public_id"),
    }
    for actor in Actor.objects.order_by("pk"):
        with django_assert_num_queries(1):
            found = told.read({"actor": [actor.slug], **held})
        assert found["actor"] == [actor]
        assert found["actor"][0].updated_at == actor.updated_at
        assert fields_of(found["places"]) == fields_of(Place.objects.for_display().filter(actor=actor))
        assert [tuple(row) for row in found["names"]] == list(rows_of_actors().filter(pk=actor.pk))
    # What somebody types reaches the database as a value, and leads to nobody.
    for slug in ("personne", "it's", "%s", "$1", "); --"):
        assert told.read({"actor": [slug], **held}) == {key: [] for key in told}


def test_nothing_gathered_asks_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert gathered().read({"places": [], "actor": ()}) == {key: [] for key in gathered()}
