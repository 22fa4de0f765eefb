from territories.models.boundary import Adjacency, Boundary
from territories.models.change import (
    Change,
    of_one_version,
    reached_by,
    record_change,
    record_fates,
    wait_for_writers,
)
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
    "of_one_version",
    "reached_by",
    "record_change",
    "record_fates",
    "wait_for_writers",
]
