"""Who is near an actor, and who resembles it."""

import pytest

from actors.actions.delete_actor import delete_actor
from actors.index import snapshot
from actors.index.neighbours import neighbours
from tests.factories.actors import make_activity, make_cooperation, make_organisation, make_place
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db


def town(name: str, latitude: float, longitude: float = 3.0):
    return make_territory(name=name, latitude=latitude, longitude=longitude)


def near(actor, **options) -> list[tuple[int, int]]:
    return [(each.actor_id, round(each.kilometres)) for each in neighbours(actor.pk, **options).nearest]


def alike(actor, **options) -> list[int]:
    return [each.actor_id for each in neighbours(actor.pk, **options).alike]


# -- near ---------------------------------------------------------------------------------------------


def test_the_nearest_first_then_by_name():
    here = town("Ici", 50.0)
    actor = make_organisation(name="Moi", place=here)
    far = make_organisation(name="A", place=town("Loin", 50.1))
    second, first = make_organisation(name="C", place=here), make_organisation(name="B", place=here)
    assert near(actor) == [(first.pk, 0), (second.pk, 0), (far.pk, 11)]
    assert near(actor, limit=2) == [(first.pk, 0), (second.pk, 0)]


def test_the_nearest_of_several_places_counts_and_an_actor_stands_once():
    actor = make_organisation(place=town("Ici", 50.0))
    make_place(actor, town("Antenne", 51.0))
    other = make_organisation(place=town("Là", 50.2))
    make_place(other, town("Là-bas", 51.02))
    assert near(actor) == [(other.pk, 2)]


def test_nobody_is_near_beyond_forty_kilometres_nor_without_a_commune():
    actor = make_organisation(place=town("Ici", 50.0))
    make_organisation(place=town("Trop loin", 50.37))
    make_organisation(place=make_territory("epci", "246200299", latitude=50.0, longitude=3.0))
    assert near(actor) == []
    assert near(make_organisation()) == []


def test_east_and_west_are_as_far_as_north_and_south():
    actor = make_organisation(place=town("Ici", 50.0, 3.0))
    east = make_organisation(place=town("Est", 50.0, 3.5))
    make_organisation(place=town("Plus loin", 50.0, 3.6))
    assert near(actor) == [(east.pk, 36)]


def test_those_whose_activity_is_over_and_drafts_are_left_out():
    here = town("Ici", 50.0)
    actor = make_organisation(place=here, sectors=["sport"])
    for status in ("closed", "ended"):
        make_organisation(place=here, sectors=["sport"], life_status=status, life_status_year=2020)
    make_organisation(place=here, sectors=["sport"], publication="draft")
    found = neighbours(actor.pk)
    assert (found.nearest, found.alike) == ([], [])


# -- alike --------------------------------------------------------------------------------------------


def test_most_in_common_first_then_the_nearest_then_by_name():
    here, there = town("Ici", 50.0), town("Là", 52.0)
    actor = make_organisation(name="Moi", sectors=["sport", "culture"], place=here)
    one = make_organisation(name="A", sectors=["sport"])
    near_one = make_organisation(name="B", sectors=["culture"], place=there)
    both = make_organisation(name="C", sectors=["culture", "sport"])
    active = make_organisation(name="D")
    make_organisation(name="E", sectors=["food"])
    make_activity("cirque", actors=(actor, active))
    assert alike(actor) == [active.pk, both.pk, near_one.pk, one.pk]
    assert alike(actor, limit=3) == [active.pk, both.pk, near_one.pk]


def test_what_they_have_in_common_is_told():
    actor = make_organisation(sectors=["sport", "culture"])
    make_activity("cirque", actors=(actor, make_organisation(sectors=["sport", "food"])))
    (found,) = neighbours(actor.pk).alike
    assert (found.activities, found.sectors) == (("cirque",), ("sport",))


def test_those_linked_or_near_are_not_told_again():
    here = town("Ici", 50.0)
    actor = make_organisation(sectors=["sport"], place=here)
    make_organisation(sectors=["sport"], place=here)
    make_cooperation(make_organisation(sectors=["sport"]), actor)
    other = make_organisation(sectors=["sport"])
    assert alike(actor) == [other.pk]


def test_an_actor_the_snapshot_does_not_hold_has_none():
    actor = make_organisation(publication="draft")
    found = neighbours(actor.pk)
    assert (found.nearest, found.alike) == ([], [])


def test_they_follow_the_version():
    here = town("Ici", 50.0)
    actor, other = make_organisation(place=here), make_organisation(place=here)
    assert near(actor) == [(other.pk, 0)]
    delete_actor(actor=other)
    assert near(actor) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_they_cost_one_query(django_assert_num_queries, rows):
    here = town("Ici", 50.0)
    actor = make_organisation(place=here, sectors=["sport"])
    for _ in range(rows):
        make_organisation(place=here)
        make_organisation(sectors=["sport"])
    snapshot.current()
    with django_assert_num_queries(1):
        neighbours(actor.pk)
