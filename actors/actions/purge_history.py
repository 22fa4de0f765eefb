import datetime

from django.db import models, transaction
from django.utils import timezone
from reversion.models import Revision, Version

from actors.models import Actor

# Whoever undoes a merger or an import goes back thirty days, a dispute about an entry a few years.
YEARS_KEPT = 5
_BATCH = 5000


def purgeable(*, years: int) -> models.QuerySet[Version]:
    """Versions of entries that another one followed more than ``years`` ago.

    What an entry was on that day stays, and with it the state before anything that can still be undone; so does
    the last version of each entry, deleted ones included, however old it is.
    """
    before = timezone.now() - datetime.timedelta(days=round(years * 365.25))
    versions = Version.objects.get_for_model(Actor)
    followed = versions.order_by().filter(
        object_id=models.OuterRef("object_id"),
        pk__gt=models.OuterRef("pk"),
        revision__date_created__lt=before,
    )
    return versions.filter(models.Exists(followed), revision__date_created__lt=before)


@transaction.atomic
def purge_history(*, years: int) -> int:
    """Remove for good what :func:`purgeable` names, and acts of which nothing is left; returns how many versions."""
    numbers = list(purgeable(years=years).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(numbers), _BATCH):
        Version.objects.filter(pk__in=numbers[start : start + _BATCH]).delete()
    if numbers:
        Revision.objects.filter(version=None).delete()
    return len(numbers)
