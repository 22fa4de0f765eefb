"""Leaving entries out of a worklist for some months, for all editors, and taking that back."""

import datetime
from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from actors.models.freshness import months_before
from editing.home.worklists import EntryList
from editing.models import Postponement

# What one may choose, in months.
DELAYS = (1, 3, 6)


def postpone(
    worklist: EntryList, actor_ids: Iterable[int], *, months: int, user: AbstractBaseUser
) -> datetime.date:
    """These entries come back to the list after ``months``; the day of it (3 queries, whatever their number).

    Raises ValueError for a delay that is not offered. No change of the directory: visitors see nothing of it.
    """
    if months not in DELAYS:
        raise ValueError(months)
    until, wanted = months_before(timezone.localdate(), -months), set(actor_ids)
    with transaction.atomic():
        take_back(worklist, wanted)
        Postponement.objects.bulk_create(
            Postponement(worklist=worklist.slug, actor_id=pk, until=until, postponed_by=user)
            for pk in sorted(wanted)
        )
    return until


def take_back(worklist: EntryList, actor_ids: Iterable[int]) -> None:
    """These entries wait in the list again (1 query)."""
    Postponement.objects.of_list(worklist.slug).filter(actor__in=actor_ids).delete()
