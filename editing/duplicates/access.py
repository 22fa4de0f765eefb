"""Who settles likely twins: editors everywhere, local editors where both entries are theirs."""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied

from actors.models import Actor
from editing.rights import has_right, may, territories_of
from editing.roles import Right, role_of


def settles_twins(user: AbstractBaseUser) -> bool:
    """Whether there are entries at all whose twins the person settles."""
    return has_right(user, Right.EDIT) and has_right(user, Right.DELETE)


def may_settle(user: AbstractBaseUser, *actors: Actor) -> bool:
    """Whether the person may bring these entries together, or say that they are different (2 queries each at most).

    One of two goes: deleting is asked for as well as changing. Of a local editor's own drafts outside their
    territories somebody else decides.
    """
    return settles_twins(user) and all(may(user, Right.DELETE, actor) for actor in actors)


def require_to_settle(user: AbstractBaseUser, *actors: Actor) -> None:
    """Raise PermissionDenied unless ``may_settle()``."""
    if not may_settle(user, *actors):
        raise PermissionDenied


def settled_by(user: AbstractBaseUser, actor_ids: Iterable[int]) -> set[int]:
    """Those of these entries whose twins the person settles (2 queries at most)."""
    ids = set(actor_ids)
    if not ids or not settles_twins(user):
        return set()
    if not role_of(user).local:
        return ids
    mine = Actor.objects.wholly_inside(territories_of(user).order_by().values("pk"))
    return ids & set(mine.order_by().values_list("pk", flat=True))
