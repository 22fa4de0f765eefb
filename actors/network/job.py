"""The drawing of the whole network kept in step with the directory: for ``manage.py run_jobs`` and ``prepare``."""

import hashlib
import json
from pathlib import Path

from django.db import transaction

from actors.models import Cooperation, NetworkLayout
from actors.network import drawing, graph, labels
from actors.network.graph import Network
from territories.models import Change


def refresh_layout() -> bool:
    """Compute the places of the present version, if not yet done; whether something was done.

    2 queries when nothing is due. About a second for 180 actors, ten for 500.
    """
    version = Change.objects.version()
    kept = NetworkLayout.objects.first()
    if kept and kept.version >= version:
        return False
    fingerprint, positions = "", {}
    if _linked_actors() <= drawing.MOST_PLACED:
        network = graph.current()
        version, fingerprint = network.snapshot.version, _fingerprint(network)
        same = kept is not None and kept.fingerprint == fingerprint
        positions = kept.positions if same else _positions(network)
    with transaction.atomic():
        NetworkLayout.objects.all().delete()
        NetworkLayout.objects.create(version=version, fingerprint=fingerprint, positions=positions)
    return True


def _linked_actors() -> int:
    """How many actors have a public link (1 query): a network too large to be placed need not be read for that."""
    links = Cooperation.objects.public().order_by()
    ends = links.values_list("source").union(links.values_list("target"))
    return ends.count()


def _ids(network: Network) -> dict[int, int]:
    """Rank -> id of every actor with a link."""
    return {rank: network.snapshot.ids[rank] for rank in sorted(network.of)}


def _positions(network: Network) -> dict[str, list[int]]:
    # Only here are networkx and numpy loaded: no process that serves pages needs their memory.
    from actors.network import layout

    ids = _ids(network)
    boxes = {pk: labels.box(network.name(rank), network.degree(rank)) for rank, pk in ids.items()}
    edges = {(ids[link.source], ids[link.target]) for link in network.links}
    return {str(pk): list(point) for pk, point in layout.lay_out(boxes, edges).items()}


def _fingerprint(network: Network) -> str:
    """Of all that decides the places: who is linked with whom, their names, and the code of the layout itself."""
    ids = _ids(network)
    decides = [
        Path(__file__).with_name("layout.py").read_text(encoding="utf-8"),
        sorted((pk, network.name(rank)) for rank, pk in ids.items()),
        sorted({(ids[link.source], ids[link.target]) for link in network.links}),
    ]
    return hashlib.sha256(json.dumps(decides).encode()).hexdigest()
