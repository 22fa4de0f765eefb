"""Borders simplified once, for both sides."""

import itertools
import math

import pytest

from territories.topology import Topology, simplify

# Two squares side by side whose common border has a bend, and an island in the second.
LEFT = [(0, 0), (4, 0), (4.2, 2), (4, 4), (0, 4), (0, 0)]
RIGHT = [(4, 0), (8, 0), (8, 4), (4, 4), (4.2, 2), (4, 0)]
ISLAND = [(5, 1), (6, 1), (6, 2), (5, 2), (5, 1)]


@pytest.fixture
def topology() -> Topology:
    return Topology({"left": [LEFT], "right": [RIGHT, ISLAND], "island": [ISLAND[::-1]]})


def test_a_common_border_is_one_line(topology):
    assert sorted(topology.lines) == [
        ((4, 0), (0, 0), (0, 4), (4, 4)),
        ((4, 0), (4.2, 2), (4, 4)),
        ((4, 0), (8, 0), (8, 4), (4, 4)),
        ((5, 1), (5, 2), (6, 2), (6, 1), (5, 1)),
    ]


def test_both_sides_lose_the_same_points(topology):
    lines = topology.simplified(0.5)
    (left,), (right, island) = topology.outline("left", lines), topology.outline("right", lines)
    assert set(left) == {(0, 0), (4, 0), (4, 4), (0, 4)}
    assert set(right) == {(4, 0), (8, 0), (8, 4), (4, 4)}
    assert set(island) == set(topology.outline("island", lines)[0])
    assert (4.2, 2) in topology.outline("left", topology.simplified(0.1))[0]


def test_a_border_is_told_once(topology):
    assert len(topology.border(["left", "right", "island"])) == len(topology.lines)
    assert len(topology.border(["left"])) == 2


def test_a_ring_that_becomes_nothing_is_left_out(topology):
    assert topology.outline("island", topology.simplified(5)) == []


@pytest.mark.parametrize("tolerance", [0.01, 0.1, 0.4])
def test_no_point_left_out_is_farther_than_the_tolerance(tolerance):
    wave = tuple((index / 10, math.sin(index / 7) + 0.2 * math.sin(index)) for index in range(400))
    kept = simplify(wave, tolerance)
    assert kept[0] == wave[0]
    assert kept[-1] == wave[-1]
    assert 2 < len(kept) < len(wave)
    for point in wave:
        assert min(_distance(point, *pair) for pair in itertools.pairwise(kept)) <= tolerance + 1e-9


def _distance(point, start, end) -> float:
    along, up = end[0] - start[0], end[1] - start[1]
    share = ((point[0] - start[0]) * along + (point[1] - start[1]) * up) / (along**2 + up**2)
    share = min(1.0, max(0.0, share))
    return math.dist(point, (start[0] + share * along, start[1] + share * up))
