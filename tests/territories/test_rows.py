"""What a row holds, asked without Django's way around, is what Django says."""

import pytest

from actors.models import ActorSector, Place
from territories.rows import label_of, loaded
from tests.factories.actors import make_organisation, make_place


@pytest.mark.django_db
def test_a_label_is_that_of_the_choices():
    place = make_place(make_organisation())
    assert label_of(place, "role") == place.get_role_display() == "Siège"
    # As Django's: what is not on the list is told as it is.
    assert label_of(Place(role=""), "role") == Place(role="").get_role_display() == ""
    assert label_of(ActorSector(sector="?"), "sector") == "?"


@pytest.mark.django_db
def test_rows_of_a_relation_are_read_once_or_now(django_assert_num_queries):
    actor = make_organisation()
    place = make_place(actor)
    with django_assert_num_queries(1):
        assert list(loaded(actor, "places")) == [place]
    actor._prefetched_objects_cache = {"places": [place]}
    with django_assert_num_queries(0):
        assert loaded(actor, "places") == [place]
