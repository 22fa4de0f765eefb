from territories.models.boundary import Adjacency, Boundary
from territories.models.change import Change, record_change, wait_for_writers
from territories.models.containment import Containment
from territories.models.naming import PostalCode, TerritoryName
from territories.models.succession import Succession
from territories.models.territory import Territory

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
    "wait_for_writers",
]
