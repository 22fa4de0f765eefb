"""The door of the index: from a selection to ordered ids and counts.

Nothing else turns a selection into rows. It asks SQL; what is inside may change, what the door
answers may not.
"""

from actors.index.door import Page, count, counts_by_territory, find
from actors.index.selection import Selection

__all__ = ["Page", "Selection", "count", "counts_by_territory", "find"]
