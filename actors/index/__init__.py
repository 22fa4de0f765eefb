"""The door of the index: from a selection to ordered ids and counts.

Nothing else turns a selection into rows. What is inside may change, what the door answers may not.
"""

from actors.index.across import links_across
from actors.index.answer import Answer, Order
from actors.index.door import (
    Page,
    ask,
    count,
    counts_by_territory,
    find,
    nearest_outside,
    nearest_territories,
)
from actors.index.selection import Point, Selection
from actors.index.spots import Loose, Named, Pin, Spots, named, spots

__all__ = [
    "Answer",
    "Loose",
    "Named",
    "Order",
    "Page",
    "Pin",
    "Point",
    "Selection",
    "Spots",
    "ask",
    "count",
    "counts_by_territory",
    "find",
    "links_across",
    "named",
    "nearest_outside",
    "nearest_territories",
    "spots",
]
