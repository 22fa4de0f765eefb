"""What the index answers by slices and heaps is what sorting everything would give."""

import random
from array import array

import pytest
from pyroaring import BitMap

from actors.enums import CooperationKind, Sphere
from actors.index import Selection, ask, most_linked
from actors.index.columns import Snapshot
from actors.index.links import Link
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
    make_cooperation(hubs[2], member, CooperationKind.FUNDS)
    answer = ask(Selection())
    counts = answer.facet("linked")
    wanted = sorted(counts, key=lambda pk: (-counts[pk], pk))
    for most in (1, 2, 4, 50):
        assert list(answer.most_of("linked", most).items()) == [(pk, counts[pk]) for pk in wanted[:most]]
    assert ask(Selection(text="introuvable")).most_of("linked", 5) == {}
    assert ask(Selection()).counts_of("linked", [hubs[0].pk, 0]) == {hubs[0].pk: counts[hubs[0].pk]}
    for kind in (CooperationKind.CARRIES, CooperationKind.FUNDS):
        answer = ask(Selection(link_kinds=(kind,)))
        for row in Actor.objects.all():
            alone = ask(answer.selection).counts_of("linked", [row.pk])
            assert alone.get(row.pk) == answer.facet("linked").get(row.pk), (kind, row)


def linked_by_lot(dice: random.Random, ends: list[tuple[int, int]]) -> Snapshot:
    """Five hundred actors, ids against the order of ranks; besides ``ends``, a few hubs and many with some links."""
    everyone = range(2, 1002, 2)
    pairs = {(hub, dice.choice(everyone)) for hub in everyone[:6] for _ in range(dice.choice([20, 60, 150]))}
    pairs |= {(dice.choice(everyone), dice.choice(everyone)) for _ in range(700)}
    snapshot = Snapshot(1, ids=array("q", range(5000, 5000 - 1002, -1)), everyone=BitMap(everyone))
    for number, (one, other) in enumerate(sorted({*pairs, *ends})):
        if one != other:
            link = Link(one, "supports", other, number, "current", "stated")
            for end in (one, other):
                snapshot.links[end] = (*snapshot.links.get(end, ()), link)
    return snapshot


@pytest.mark.parametrize("seed", range(3))
def test_the_most_linked_are_those_that_counting_every_link_gives(seed):
    dice = random.Random(seed)
    snapshot = linked_by_lot(dice, [])
    for size in (3, 150, 220, 300, 450, 500):
        ranks = BitMap(dice.sample(list(snapshot.everyone), size))
        counts = snapshot.count_links(ranks)
        wanted = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        for most in (1, 4, 8, 20, 400):
            found = most_linked.most_linked(snapshot, ranks, most)
            assert list(found.items()) == wanted[:most], (size, most)


def test_links_of_the_next_version_are_told_as_if_read_anew():
    before = linked_by_lot(random.Random(1), [])
    known = before.beside(most_linked.Linked.of)
    for level in (1, 2, 4, 8):
        known.crowd(level)
    after = linked_by_lot(random.Random(1), [(4, 802), (800, 802), (806, 808), (2, 990)])
    # As a snapshot that follows shares what stayed.
    after.neighbours = {
        rank: before.neighbours[rank] if before.neighbours.get(rank) == others else others
        for rank, others in after.neighbours.items()
    }
    carried, anew = known.carried(before, after, BitMap(), BitMap()), most_linked.Linked.of(after)
    assert carried.hubs == anew.hubs
    for level in (1, 2, 4, 8):
        assert carried.crowd(level) == anew.crowd(level)
    assert carried.crowd(1) != known.crowd(1)
