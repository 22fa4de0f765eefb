"""Places in the drawing: alike each time, nothing covered, made once per version in the background."""

import itertools
import random
import time

import pytest

from actors.models import NetworkLayout
from actors.network import drawing, graph, job, labels, layout
from territories.models import record_change
from tests.factories import building
from tests.factories.actors import make_cooperation, make_organisation


def made_up(nodes: int, island: int = 40):
    """Boxes and edges of a network in islands of so many."""
    dice = random.Random(1)
    boxes = {node: (dice.randint(40, 150), dice.choice([38, 54, 70])) for node in range(nodes)}
    edges = {(node, dice.randrange(node // island * island, node)) for node in range(nodes) if node % island}
    return boxes, sorted(edges)


def covered(places, boxes) -> list:
    found = []
    for one, other in itertools.combinations(places, 2):
        (x1, y1), (x2, y2) = places[one], places[other]
        apart_x = abs(x1 - x2) - (boxes[one][0] + boxes[other][0]) / 2
        apart_y = (y2 - y1 - boxes[one][1]) if y1 <= y2 else (y1 - y2 - boxes[other][1])
        if apart_x < -1 and apart_y < -1:
            found.append((one, other))
    return found


def test_same_network_same_places_in_whatever_order_it_comes():
    boxes, edges = made_up(60)
    turned = {node: boxes[node] for node in sorted(boxes, reverse=True)}
    swapped = [(other, one) for one, other in reversed(edges)]
    assert layout.lay_out(boxes, edges) == layout.lay_out(turned, swapped)


@pytest.mark.parametrize(("nodes", "island"), [(1, 1), (2, 2), (3, 1), (60, 2), (200, 40), (300, 300)])
def test_no_name_covers_another(nodes, island):
    boxes, edges = made_up(nodes, island)
    places = layout.lay_out(boxes, edges)
    assert len(places) == nodes
    assert covered(places, boxes) == []
    assert min(x - boxes[node][0] / 2 for node, (x, _) in places.items()) >= -1
    assert min(y for _, y in places.values()) >= 0


def test_links_of_three_hundred_actors_stay_short():
    """Readable: the usual link is shorter than a fifth of the drawing's width."""
    boxes, edges = made_up(300, 300)
    places = layout.lay_out(boxes, edges)
    lengths = sorted(
        ((places[a][0] - places[b][0]) ** 2 + (places[a][1] - places[b][1]) ** 2) ** 0.5 for a, b in edges
    )
    width = max(x for x, _ in places.values())
    assert lengths[len(lengths) // 2] < width / 5


def test_no_actor_no_place():
    assert layout.lay_out({}, []) == {}


def test_a_long_name_is_told_in_three_lines():
    name = "Association des Centres Sociaux et socioculturels de la Région de Valenciennes"
    told = labels.lines(name)
    assert len(told) == 3
    assert told[-1].endswith("…")
    assert labels.lines("Apes") == ["Apes"]


# -- the job ----------------------------------------------------------------------------------------------


@pytest.fixture
def trio(db):
    actors = [make_organisation(name=name, slug=name.lower()) for name in "ABC"]
    make_cooperation(actors[0], actors[1])
    make_cooperation(actors[1], actors[2])
    with building():
        record_change(subject="all", key="", what="Début")
    return actors


def add_link(one, other) -> None:
    with building():
        one.links_out.create(kind="runs", target=other)
        record_change(subject="actor", key=one.public_id, what="Lien ajouté")


def test_a_version_is_drawn_once(trio, django_assert_num_queries):
    assert job.refresh_layout() is True
    with django_assert_num_queries(2):
        assert job.refresh_layout() is False
    kept = NetworkLayout.objects.get()
    assert kept.positions.keys() == {str(actor.pk) for actor in trio}


def test_a_version_with_the_same_links_keeps_its_places(trio, monkeypatch):
    job.refresh_layout()
    before = NetworkLayout.objects.get()
    with building():
        record_change(subject="actor", key="x", what="Autre chose")
    monkeypatch.setattr(job, "_positions", None)
    assert job.refresh_layout() is True
    after = NetworkLayout.objects.get()
    assert after.version > before.version
    assert after.positions == before.positions


def test_a_new_link_is_drawn_anew(trio):
    job.refresh_layout()
    before = NetworkLayout.objects.get().fingerprint
    add_link(trio[0], trio[2])
    assert job.refresh_layout() is True
    assert NetworkLayout.objects.get().fingerprint != before


def test_a_network_too_large_has_no_drawing_of_the_whole(trio, monkeypatch):
    monkeypatch.setattr(drawing, "MOST_PLACED", 2)
    assert job.refresh_layout() is True
    assert NetworkLayout.objects.get().positions == {}
    assert drawing.stored_places(graph.current()) == {}
    assert job.refresh_layout() is False


# -- places for a page ------------------------------------------------------------------------------------


def test_no_drawing_yet_no_places(trio):
    assert drawing.stored_places(graph.current()) == {}


def test_the_last_drawing_serves_until_the_next(trio, django_assert_num_queries):
    job.refresh_layout()
    before = drawing.stored_places(graph.current())
    newcomer, stranger, friend = (make_organisation(name=name) for name in ("D", "E", "F"))
    add_link(newcomer, trio[1])
    add_link(stranger, friend)
    network = graph.current()
    with django_assert_num_queries(1):
        places = drawing.stored_places(network)
    ranks = network.snapshot.ranks
    # Known ones stay, the newcomer stands near its neighbour, two strangers have no place yet.
    first, second, third = (ranks[actor.pk] for actor in trio)
    assert [places[rank] for rank in (first, second, third)] == list(before.values())
    x, y = places[ranks[newcomer.pk]]
    assert 60 < ((x - places[second][0]) ** 2 + (y - places[second][1]) ** 2) ** 0.5 < 80
    assert places.keys() == {first, second, third, ranks[newcomer.pk]}
    assert drawing.stored_places(network) == places


def test_rings_go_around_an_actor(trio):
    network = graph.current()
    first, second, third = (network.snapshot.ranks[actor.pk] for actor in trio)
    places = drawing.rings(network, first, [first, second, third])
    assert places[first] == (0, 0)
    assert 0 < abs(places[second][1]) < abs(places[third][1])
    assert places == drawing.rings(network, first, [third, second, first])


def test_places_of_the_job_cost_what_they_cost():
    """Seconds of the processor: a bound far above what it takes (6 s at 480 actors), so that it never takes minutes."""
    boxes, edges = made_up(480, 480)
    started = time.process_time()
    layout.lay_out(boxes, edges)
    assert time.process_time() - started < 60
