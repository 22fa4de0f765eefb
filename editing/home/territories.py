"""Territories that no letter has portrayed yet."""

from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser

from actors.index import counts_by_territory
from editing.rights import territories_kept
from sources.enums import LetterState
from sources.models import Mention
from territories.models import Territory
from territories.models.territory import TerritoryQuerySet


@dataclass(frozen=True)
class Untold:
    """A territory without a portrait, and how many actors of it the directory lists."""

    territory: Territory
    actors: int


def untold(user: AbstractBaseUser) -> TerritoryQuerySet:
    """Departments and EPCI of the region without a portrait in a published letter; a local editor's own ones alone."""
    portrayed = Mention.objects.portraits().filter(article__letter__state=LetterState.PUBLISHED)
    rows = Territory.objects.home_levels().exclude(pk__in=portrayed.order_by().values("territory"))
    kept = territories_kept(user)
    return rows if kept is None else rows.filter(pk__in=kept)


def untold_territories(user: AbstractBaseUser) -> list[Untold]:
    """The same with their actors, those with most of them first (4 queries at most)."""
    rows = list(untold(user).select_related("parent"))
    counts = counts_by_territory(row.pk for row in rows)
    found = [Untold(row, counts[row.pk]) for row in rows]
    return sorted(found, key=lambda each: (-each.actors, each.territory.name_key, each.territory.pk))
