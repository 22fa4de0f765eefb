"""The levels of territories as something to sort by."""

from functools import cache

from django.db import models

from territories.enums import TerritoryKind


@cache
def level_rank(path: str) -> models.Case:
    """Rank of the kind found at ``path``, 0 for a country, to sort by."""
    return models.Case(
        *[models.When(**{path: kind}, then=rank) for rank, kind in enumerate(TerritoryKind.values)],
        default=len(TerritoryKind.values),
    )
