from django.db import transaction
from reversion.models import Revision

from actors.history import versions_of
from actors.models import BinnedActor


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
        Revision.objects.filter(version=None).delete()
    return len(overdue)
