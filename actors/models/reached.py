"""Which entries tell something that stands elsewhere: they change with it, though nobody wrote to them.

``Actor.reached_at`` is when that last happened. Whoever keeps a copy asks for what changed since a moment, and an
entry tells its partners' names, and of each of its facts where and when it was read.
"""

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from actors.models.actor import Actor
from actors.models.citation import ROW_TARGETS, Citation
from actors.models.cooperation import Cooperation
from actors.models.place import AreaServed, Place
from territories.enums import TerritoryKind
from territories.models import reached_by

# Written by one statement.
_BATCH = 1000
_CITING = [
    *("actor", "cooperation__source", "cooperation__target"),
    *(f"{target}__actor" for target in ROW_TARGETS if target != "cooperation"),
]


def reach(actor_ids: Iterable[int]) -> None:
    """Note that these entries tell something else by now (1 query for each thousand)."""
    wanted, now = sorted(set(actor_ids) - {None}), timezone.now()
    for start in range(0, len(wanted), _BATCH):
        Actor.objects.filter(pk__in=wanted[start : start + _BATCH]).update(reached_at=now)


def reach_partners(actor_ids: Iterable[int]) -> None:
    """Of entries that are called otherwise, or came or went: whoever is linked with them (2 queries)."""
    named = set(actor_ids)
    ends = Cooperation.objects.filter(Q(source__in=named) | Q(target__in=named)).order_by()
    reach({end for pair in ends.values_list("source", "target") for end in pair} - named)


def reach_citing(**which) -> None:
    """Of sources so told: whose facts rest on them (2 queries)."""
    rows = Citation.objects.filter(**{f"source__{name}": value for name, value in which.items()}).order_by()
    reach({pk for row in rows.values_list(*_CITING).distinct() for pk in row})


@reached_by("letter")
def _letter(slug: str) -> None:
    reach_citing(article__letter__slug=slug)


@reached_by("source")
def _source(number: str) -> None:
    reach_citing(pk=number)


@reached_by("activity")
def _activity(number: str) -> None:
    reach(Actor.objects.filter(activities=number).order_by().values_list("pk", flat=True))


# What editors call otherwise: the others' names are the official ones.
_EDITED = {TerritoryKind.NEIGHBOURHOOD, TerritoryKind.INFORMAL}


@reached_by("territory")
def _territory(natural: str) -> None:
    kind, _, code = natural.partition(":")
    if kind not in _EDITED:
        return
    there = {"territory__kind": kind, "territory__code": code}
    ids = {
        pk
        for model in (Place, AreaServed)
        for pk in model.objects.filter(**there).values_list("actor", flat=True)
    }
    reach(
        ids
        | set(
            Actor.objects.filter(administers__kind=kind, administers__code=code).values_list("pk", flat=True)
        )
    )
