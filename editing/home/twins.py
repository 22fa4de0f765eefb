"""How many likely twins wait: worked out by a job, since it takes seconds for 20,000 entries, read in three queries."""

import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Count, Max
from reversion.models import Revision

from actors.models import Actor, NotTwins
from editing.duplicates.access import settled_by
from editing.duplicates.twins import all_twins
from editing.models import TwinTally
from territories.models import Change

# Editors save an entry every few minutes: a machine with one processor is not to count after each.
_AT_MOST_EVERY = datetime.timedelta(minutes=10)


def waiting_twins(user: AbstractBaseUser) -> int | None:
    """How many pairs the person settles; None before they were ever counted (5 queries at most).

    Pairs told apart or brought together since are left out; new ones wait for the next count.
    """
    tally = TwinTally.objects.first()
    if tally is None:
        return None
    known = NotTwins.objects.pairs()
    pairs = [pair for pair in map(frozenset, tally.pairs) if pair not in known]
    named = set().union(*pairs)
    mine = settled_by(user, Actor.objects.filter(pk__in=named).order_by().values_list("pk", flat=True))
    return sum(pair <= mine for pair in pairs)


def renew_tally() -> bool:
    """Count anew what an act or a load may have changed: a job, whether something was done (4 queries when not)."""
    tally = TwinTally.objects.first()
    if tally and tally.age < _AT_MOST_EVERY:
        return False
    digest = _digest()
    if tally and tally.digest == digest:
        return False
    pairs = [[pair.one, pair.other] for pair in all_twins()]
    with transaction.atomic():
        TwinTally.objects.all().delete()
        TwinTally.objects.create(digest=digest, pairs=pairs)
    return True


def _digest() -> str:
    """Of all that may have changed who is like whom: acts, loads, pairs told apart and no more so (3 queries)."""
    acts = Revision.objects.aggregate(last=Max("pk"))["last"] or 0
    apart = NotTwins.objects.aggregate(last=Max("pk"), number=Count("pk"))
    return f"{acts}.{apart['last'] or 0}.{apart['number']}.{Change.objects.version()}"
