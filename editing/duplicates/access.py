"""Who settles likely twins: editors everywhere, local editors where both entries are theirs."""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied

from actors.history import document_of
from actors.models import Actor, Merger
from editing.rights import has_right, may, territories_kept, territories_of
from editing.roles import Right, role_of


def settles_twins(user: AbstractBaseUser) -> bool:
    """Whether there are entries at all whose twins the person settles."""
    return has_right(user, Right.EDIT) and has_right(user, Right.DELETE)


def may_settle(user: AbstractBaseUser, *actors: Actor | None) -> bool:
    """Whether the person may bring these entries together, or say that they are different (2 queries each at most).

    One of two goes: deleting is asked for as well as changing. Of a local editor's own drafts outside their
    territories somebody else decides; where an entry is gone (None), nobody knows whose it was, and who settles
    those of everywhere decides.
    """
    if not settles_twins(user) or (role_of(user).local and None in actors):
        return False
    return all(may(user, Right.DELETE, actor) for actor in actors if actor)


def undoable(user: AbstractBaseUser, mergers: Iterable[Merger]) -> set[int]:
    """Ids of those of these mergers that the person may undo (4 queries at most): both entries are theirs to settle.

    Where the one that is gone lay is what its last state says. Needs ``kept`` and ``merged_before``.
    """
    mergers = list(mergers)
    mine = settled_by(user, {merger.kept.actor_id for merger in mergers} - {None})
    inside = territories_kept(user)
    return {
        merger.pk
        for merger in mergers
        if merger.kept.actor_id in mine and (inside is None or _lay_inside(merger, inside))
    }


def _lay_inside(merger: Merger, territories: set[int]) -> bool:
    """Whether the entry that is gone lay wholly inside these: its places, or where none was known every area served."""
    if merger.merged_before is None:
        return False
    document = document_of(merger.merged_before)
    found = {row["territory_id"] for row in document.get("places") or document.get("areas", [])}
    return bool(found) and found <= territories


def require_to_undo(user: AbstractBaseUser, merger: Merger) -> None:
    """Raise PermissionDenied unless the person may undo that merger."""
    if merger.pk not in undoable(user, [merger]):
        raise PermissionDenied


def require_to_settle(user: AbstractBaseUser, *actors: Actor | None) -> None:
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
