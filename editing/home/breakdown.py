"""How the entries of a list are spread over letters and over territories."""

from collections import defaultdict

from django.db.models import Count

from actors.models import AreaServed, Citation, Place
from actors.models.actor_queryset import ActorQuerySet
from sources.models import Letter
from territories.models import Containment, Territory


def by_letter(actors: ActorQuerySet) -> list[tuple[Letter, int]]:
    """Each letter that tells of any of them, the latest first, with how many (2 queries)."""
    told = Citation.objects.filter(actor__in=_ids(actors), source__article__isnull=False).order_by()
    counts = dict(told.values_list("source__article__letter").annotate(number=Count("actor", distinct=True)))
    return [(letter, counts[letter.pk]) for letter in Letter.objects.filter(pk__in=counts)]


def by_territory(actors: ActorQuerySet) -> list[tuple[Territory, int]]:
    """Each department, EPCI and pays that any of them is in, by kind and name, with how many (4 queries).

    « In » as ``in_territory()`` says: by its places, or by the areas it serves where it has none.
    """
    where: dict[int, set[int]] = defaultdict(set)
    for model in (Place, AreaServed):
        told = set(where)
        rows = model.objects.filter(actor__in=_ids(actors)).order_by().values_list("actor", "territory")
        for actor, territory in rows:
            if actor not in told:
                where[actor].add(territory)
    shown = {row.pk: row for row in Territory.objects.home_levels_and_informal()}
    used = set().union(*where.values())
    around: dict[int, set[int]] = defaultdict(set, {pk: {pk} for pk in used & shown.keys()})
    # All of them: fewer rows than a list of what is used is long.
    containers = Containment.objects.filter(container__in=shown, whole=True).order_by()
    for container, member in containers.values_list("container", "member"):
        if member in used:
            around[member].add(container)
    counts: dict[int, int] = defaultdict(int)
    for territories in where.values():
        for pk in set().union(*(around[territory] for territory in territories)):
            counts[pk] += 1
    return [(territory, counts[pk]) for pk, territory in shown.items() if pk in counts]


def _ids(actors: ActorQuerySet):
    return actors.order_by().values("pk")
