"""What the index answers by slices and heaps is what sorting everything would give."""

import pytest

from actors.enums import Sphere
from actors.index import Selection, ask
from actors.models import Actor
from tests.factories.actors import make_cooperation, make_organisation

pytestmark = pytest.mark.django_db


def test_pages_of_the_bare_list_follow_each_other_across_its_two_parts():
    spheres = [
        Sphere.ESS,
        Sphere.PUBLIC,
        Sphere.BUSINESS,
        Sphere.ESS,
        Sphere.MIXED,
        Sphere.PUBLIC,
        Sphere.ESS,
    ]
    for number, sphere in enumerate(spheres):
        make_organisation(name=f"Structure {number}", sphere=sphere)
    answer = ask(Selection())
    whole = answer.ids()
    names = [Actor.objects.get(pk=pk).name[-1] for pk in whole]
    assert names == list("0346125")
    for size in (1, 2, 3, 5, 20):
        pages = [answer.ids(offset=start, limit=size) for start in range(0, len(spheres), size)]
        assert tuple(pk for page in pages for pk in page) == whole, size
    assert answer.ids(offset=len(spheres), limit=5) == ()


def test_the_most_linked_are_told_in_one_order():
    hubs = [make_organisation(name=f"Tête {number}") for number in range(3)]
    for number in range(6):
        member = make_organisation(name=f"Membre {number}")
        for hub in hubs[: 1 + number % 3]:
            make_cooperation(hub, member)
    answer = ask(Selection())
    counts = answer.facet("linked")
    wanted = sorted(counts, key=lambda pk: (-counts[pk], pk))
    for most in (1, 2, 4, 50):
        assert list(answer.most_of("linked", most).items()) == [(pk, counts[pk]) for pk in wanted[:most]]
    assert ask(Selection(text="introuvable")).most_of("linked", 5) == {}
    assert answer.counts_of("linked", [hubs[0].pk, 0]) == {hubs[0].pk: counts[hubs[0].pk]}
