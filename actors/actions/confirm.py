"""Saying that entries are up to date: nothing changes in them but the day, and who said so."""

import datetime
from collections.abc import Sequence

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from actors.actions.record import actor_changed, actors_changed
from actors.enums import ConfirmedBy, PublicationStatus
from actors.history import act
from actors.models import Actor


def confirm_actors(
    *,
    actor_ids: Sequence[int],
    by: ConfirmedBy,
    user: AbstractBaseUser | None = None,
    on: datetime.date | None = None,
) -> int:
    """Note that these entries were found right, on a day (today), and return how many there were.

    One act, hence one line in the history of each, which can be undone there (some 35 queries for each
    thousand entries). A second confirmation on one day by the same changes nothing.
    """
    day = on or timezone.localdate()
    rows = Actor.objects.filter(pk__in=actor_ids)
    fresh = rows.exclude(last_confirmed_on=day, last_confirmed_by=by)
    found = list(fresh.in_order())
    if found:
        what = f"Vérification par {by.label}"
        with act(what=what, user=user):
            Actor.objects.filter(pk__in=[actor.pk for actor in found]).update(
                last_confirmed_on=day, last_confirmed_by=by, updated_at=timezone.now()
            )
            if len(found) == 1:
                (actor,) = found
                actor_changed(
                    actor=actor, what=f"{what} : {actor.full_name}"[:200], was_public=actor.is_public
                )
            else:
                seen = any(actor.publication == PublicationStatus.PUBLISHED for actor in found)
                actors_changed(actor_ids=[actor.pk for actor in found], what=what, seen=seen)
    return rows.count()
