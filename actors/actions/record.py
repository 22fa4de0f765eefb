"""The one place that tells the directory an actor changed."""

from collections.abc import Sequence

from actors.enums import UNPUBLISHED
from actors.history import act
from actors.index.documents import refresh
from actors.models import Actor, PublicId
from territories.enums import ChangeFate
from territories.models import Change, record_change, record_fates


def actor_changed(*, actor: Actor, what: str, was_public: bool) -> Change | None:
    """Keep the actor's new state, refresh its search document and, when visitors can see a difference, raise the version.

    Call it inside the transaction of the change, after the last write, its contacts and links included
    (12 queries at most, and 20 at the end of the act). ``was_public``: whether visitors saw the actor
    before. A change of something that is and was no public entry leaves the version alone and returns None.
    """
    with act(what=what) as current:
        current.touch(actor.pk)
        refresh([actor.pk])
        if not (was_public or actor.is_public):
            return None
        return record_change(
            subject="actor",
            key=actor.public_id,
            what=what,
            fate=ChangeFate.LIVE if actor.is_public else ChangeFate.WITHDRAWN,
        )


def concerned_by_link(*ends: int) -> set[int]:
    """Ids of those of two linked entries whose pages and histories a change of the link is part of (1 query).

    Both; or the one in preparation alone, where the other was seen: its page says nothing of the link yet, and who
    prepares an entry changes nobody else's.
    """
    prepared = Actor.objects.filter(pk__in=ends, publication__in=UNPUBLISHED).order_by()
    return set(prepared.values_list("pk", flat=True)) or set(ends)


# Documents refreshed at once: what is in memory.
_BATCH = 1000


def actors_changed(*, actor_ids: Sequence[int], what: str, seen: bool) -> Change | None:
    """The same for many actors written in bulk: one change of the directory for all of them, besides one for each
    that is taken offline.

    ``seen``: whether visitors can see a difference in any. 11 queries for each thousand, and 20 for each
    thousand at the end of the act.
    """
    with act(what=what) as current:
        current.touch(*actor_ids)
        for start in range(0, len(actor_ids), _BATCH):
            some = actor_ids[start : start + _BATCH]
            refresh(some)
            went = list(PublicId.objects.went_in(some).values_list("value", flat=True))
            record_fates(subject="actor", keys=went, what=what, fate=ChangeFate.WITHDRAWN)
        return record_change(subject="all", key="", what=what) if seen else None
