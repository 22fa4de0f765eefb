"""Where each actor stands in the drawing of the whole network: computed in the background, alike each time.

Islands are laid out one by one, then pushed apart until no name covers another, then packed. Needs
networkx and numpy, which a web process never loads: import this module in jobs and commands only.
"""

import math
from collections.abc import Iterable, Mapping

import networkx as nx

SEED = 71
# Free space around a sign with its name, and between islands.
_GAP = 14
_BETWEEN = 40
# Usual length of a link before names are pushed apart, and how much of it is laid sideways.
_LINK = 95
_WIDER = 1.2
_ROUNDS = 400
# Width to height of the packed drawing: that of its frame on a wide screen; a phone shows a part of it in any case.
_ASPECT = 1.7

Point = tuple[float, float]
Box = tuple[float, float]


def lay_out(boxes: Mapping[int, Box], edges: Iterable[tuple[int, int]]) -> dict[int, Point]:
    """Node -> where its sign stands, in whole units from 0; the name is below it.

    ``boxes``: width and height of each sign with its name. Same nodes and edges, same places, in
    whatever order they come.
    """
    graph = nx.Graph()
    graph.add_nodes_from(sorted(boxes))
    graph.add_edges_from(sorted((min(edge), max(edge)) for edge in edges))
    islands = sorted(nx.connected_components(graph), key=lambda island: (-len(island), min(island)))
    placed = [_spread(_draw(graph.subgraph(sorted(island)), boxes), boxes) for island in islands]
    return _pack(placed, boxes)


def _draw(island: nx.Graph, boxes: Mapping[int, Box]) -> dict[int, Point]:
    """Springs between linked actors; the longer way of the island lies down, since names do."""
    nodes = sorted(island)
    if len(nodes) == 1:
        return {nodes[0]: (0.0, 0.0)}
    ordered = nx.Graph()
    ordered.add_nodes_from(nodes)
    ordered.add_edges_from(sorted((min(edge), max(edge)) for edge in island.edges))
    start = nx.circular_layout(ordered)
    found = nx.spring_layout(ordered, pos=start, seed=SEED, iterations=300, method="force")
    points = _lie_down({node: (float(x), float(y)) for node, (x, y) in found.items()})
    lengths = sorted(math.dist(points[one], points[other]) for one, other in ordered.edges)
    scale = _LINK / max(lengths[len(lengths) // 2], 1e-6)
    return {node: (x * scale * _WIDER, y * scale / _WIDER) for node, (x, y) in points.items()}


def _lie_down(points: dict[int, Point]) -> dict[int, Point]:
    """Turned around their middle so that they reach farthest sideways."""
    middle_x = sum(x for x, _ in points.values()) / len(points)
    middle_y = sum(y for _, y in points.values()) / len(points)
    centred = {node: (x - middle_x, y - middle_y) for node, (x, y) in points.items()}
    across = sum(x * y for x, y in centred.values())
    apart = sum(x * x - y * y for x, y in centred.values())
    turn = -math.atan2(2 * across, apart) / 2
    cos, sin = math.cos(turn), math.sin(turn)
    return {node: (x * cos - y * sin, x * sin + y * cos) for node, (x, y) in centred.items()}


def _spread(points: dict[int, Point], boxes: Mapping[int, Box]) -> dict[int, Point]:
    """Push boxes apart, each pair along the shorter way, until none covers another."""
    nodes = sorted(points)
    where = {node: list(points[node]) for node in nodes}
    for _ in range(_ROUNDS):
        moved = False
        # From left to right, a box can only cover those whose left edge comes before its right edge.
        order = sorted(nodes, key=lambda node: (where[node][0] - boxes[node][0] / 2, node))
        for position, one in enumerate(order):
            right = where[one][0] + boxes[one][0] / 2 + _GAP
            for other in order[position + 1 :]:
                if where[other][0] - boxes[other][0] / 2 > right:
                    break
                moved |= _part(one, other, where, boxes)
        if not moved:
            break
    return {node: (where[node][0], where[node][1]) for node in nodes}


def _part(one: int, other: int, where: dict[int, list[float]], boxes: Mapping[int, Box]) -> bool:
    """Move both by half of what they cover; whether they did."""
    (x1, y1), (x2, y2) = where[one], where[other]
    # A box hangs below its sign.
    y1, y2 = y1 + boxes[one][1] / 2, y2 + boxes[other][1] / 2
    over_x = (boxes[one][0] + boxes[other][0]) / 2 + _GAP - abs(x1 - x2)
    over_y = (boxes[one][1] + boxes[other][1]) / 2 + _GAP - abs(y1 - y2)
    if over_x <= 0.01 or over_y <= 0.01:
        return False
    axis, over = (0, over_x) if over_x < over_y else (1, over_y)
    ahead = (x2, y2)[axis] > (x1, y1)[axis] or ((x2, y2)[axis] == (x1, y1)[axis] and other > one)
    step = over / 2 if ahead else -over / 2
    where[one][axis] -= step
    where[other][axis] += step
    return True


def _pack(islands: list[dict[int, Point]], boxes: Mapping[int, Box]) -> dict[int, Point]:
    """Each island, the largest first, in the free corner that keeps the whole smallest; from the corner 0, 0."""
    taken: list[tuple[float, float, float, float]] = []
    corners: list[Point] = [(0.0, 0.0)]
    placed: dict[int, Point] = {}
    for island in islands:
        left, top, right, low = _frame(island, boxes)
        wide, high = right - left + _BETWEEN, low - top + _BETWEEN
        free = [
            (max((x + wide) / _ASPECT, y + high), y, x)
            for x, y in corners
            if not any(
                x < other_right and other_left < x + wide and y < other_low and other_top < y + high
                for other_left, other_top, other_right, other_low in taken
            )
        ]
        _, y, x = min(free)
        taken.append((x, y, x + wide, y + high))
        corners = [corner for corner in corners if corner != (x, y)]
        # The lower left and the upper right corner, and where they fall back to the edges.
        corners += [(x + wide, y), (x, y + high), (x + wide, 0.0), (0.0, y + high)]
        corners = sorted(set(corners))
        for node, (node_x, node_y) in island.items():
            placed[node] = (round(x + node_x - left), round(y + node_y - top))
    return placed


def _frame(island: dict[int, Point], boxes: Mapping[int, Box]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of all boxes."""
    return (
        min(x - boxes[node][0] / 2 for node, (x, _) in island.items()),
        min(y for _, y in island.values()),
        max(x + boxes[node][0] / 2 for node, (x, _) in island.items()),
        max(y + boxes[node][1] for node, (_, y) in island.items()),
    )
