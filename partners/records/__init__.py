"""What is public, said once: every format partners take away is made from these records.

Plain dicts with keys that stay, read in batches at a constant number of queries; ``walk()`` gives as many as there
are in flat memory. What must not leave (drafts, persons, personal contacts, misprints, letters in preparation) is left
out here and nowhere else. Absolute addresses come from a :class:`Links`, so that a command can make them as well.
"""

from partners.records.actors import ActorReader
from partners.records.cooperations import CooperationReader
from partners.records.letters import LetterReader
from partners.records.links import Links
from partners.records.ptces import PtceReader
from partners.records.sectors import sectors
from partners.records.territories import TerritoryReader

__all__ = [
    "ActorReader",
    "CooperationReader",
    "LetterReader",
    "Links",
    "PtceReader",
    "TerritoryReader",
    "sectors",
]
