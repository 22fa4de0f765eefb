from collections.abc import Callable, Collection

from django.db import transaction
from reversion.models import Revision

from actors.history import versions_of
from actors.models import BinnedActor

# What apps above keep for an entry that may come back: each is given the numbers of those that won't.
_GOES_WITH: list[Callable[[Collection[int]], None]] = []


def goes_with(remove: Callable[[Collection[int]], None]) -> Callable[[Collection[int]], None]:
    """Have ``remove`` called in the transaction of every purge."""
    _GOES_WITH.append(remove)
    return remove


def purge_due() -> bool:
    """The job: whether anything had been in the bin too long (1 query when nothing)."""
    return BinnedActor.objects.overdue().exists() and purge_bin() > 0


@transaction.atomic
def purge_bin() -> int:
    """Remove for good what has been in the bin too long, its versions included; returns how many entries.

    The permanent id and the addresses stay and go on answering 410.
    """
    overdue = list(BinnedActor.objects.overdue())
    for binned in overdue:
        versions_of(binned.actor_id).order_by().delete()
        binned.delete()
    if overdue:
        for remove in _GOES_WITH:
            remove([binned.actor_id for binned in overdue])
        Revision.objects.filter(version=None).delete()
    return len(overdue)
