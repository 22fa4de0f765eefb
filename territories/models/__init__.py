from territories.models.change import Change, record_change
from territories.models.territory import (
    Adjacency,
    Boundary,
    Containment,
    PostalCode,
    Succession,
    Territory,
    TerritoryName,
)

__all__ = [
    "Adjacency",
    "Boundary",
    "Change",
    "Containment",
    "PostalCode",
    "Succession",
    "Territory",
    "TerritoryName",
    "record_change",
]
