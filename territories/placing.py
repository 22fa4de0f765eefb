"""Inclusions of the territories no official list knows, kept whole when an editor places them.

A neighbourhood lies in its commune and in all that wholly contains it; what lies wholly in a territory
lies in whatever contains that territory wholly. Filters read these rows alone.
"""

from collections.abc import Iterable

from territories.enums import TerritoryKind
from territories.models import Containment, Territory


def place_neighbourhood(neighbourhood: Territory) -> None:
    """Put a neighbourhood into its parent and every container of it (at most 4 queries).

    An informal territory that an editor put it into keeps it.
    """
    containers = {neighbourhood.parent_id}
    containers |= set(
        Containment.objects.filter(member=neighbourhood.parent_id, whole=True).values_list(
            "container", flat=True
        )
    )
    there = Containment.objects.filter(member=neighbourhood)
    there.exclude(container__in=containers).exclude(container__kind=TerritoryKind.INFORMAL).delete()
    present = set(there.values_list("container", flat=True))
    Containment.objects.bulk_create(
        Containment(container_id=container, member=neighbourhood)
        for container in sorted(containers - present)
    )


def place_members(container: Territory, *, taken_out: Iterable[int] = ()) -> None:
    """Let an informal territory hold all that lies wholly in its whole members (at most 5 queries).

    What lies in the territories ``taken_out`` (ids) leaves with them, unless another member holds it.
    """
    rows = Containment.objects.filter(container=container)
    rows.filter(member__in=_inside(taken_out)).delete()
    wanted = _inside(rows.filter(whole=True).values_list("member", flat=True)) - {container.pk}
    rows.filter(member__in=wanted, whole=False).update(whole=True)
    present = set(rows.values_list("member", flat=True))
    Containment.objects.bulk_create(
        Containment(container=container, member_id=member) for member in sorted(wanted - present)
    )


def _inside(territories: Iterable[int]) -> set[int]:
    """Ids of what lies wholly in one of these territories (1 query)."""
    rows = Containment.objects.filter(container__in=list(territories), whole=True)
    return set(rows.values_list("member", flat=True))
