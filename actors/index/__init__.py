"""The door of the index: from a selection to ordered ids and counts.

Nothing else turns a selection into rows. What is inside may change, what the door answers may not.
"""

from actors.index.door import (
    Answer,
    Order,
    Page,
    ask,
    count,
    counts_by_territory,
    find,
    nearest_outside,
    nearest_territories,
)
from actors.index.selection import Point, Selection

__all__ = [
    "Answer",
    "Order",
    "Page",
    "Point",
    "Selection",
    "ask",
    "count",
    "counts_by_territory",
    "find",
    "nearest_outside",
    "nearest_territories",
]
