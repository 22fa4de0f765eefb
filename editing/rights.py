"""Asking what somebody may do, entry by entry. Everything of the back-office asks here; nobody compares roles."""

from collections.abc import Iterable

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db.models import Field, Model, Q, QuerySet

from actors.enums import UNPUBLISHED, PublicationStatus
from actors.models import Actor, Citation, Cooperation, PublicId
from actors.models.actor_queryset import ActorQuerySet
from actors.models.citation import ROW_TARGETS
from editing.import_models import ImportBatch, ImportBatchQuerySet
from editing.roles import Right, role_of
from territories.models import Containment, Territory

# By which other rows lead to an entry: what belongs to it, and its permanent id.
_ROWS = {Citation._meta.get_field(target).related_model for target in ROW_TARGETS}
_BETWEEN = {PublicId}


def has_right(user: AbstractBaseUser, right: Right) -> bool:
    """Whether the person's role has ``right`` at all; on which entries is for the functions below."""
    return right in role_of(user).rights


def require(user: AbstractBaseUser, right: Right, actor: Actor | None = None) -> None:
    """Raise PermissionDenied unless the person has ``right``, on that entry where one is given."""
    if actor is None:
        allowed = has_right(user, right)
    elif right == Right.READ:
        allowed = visible(user).filter(pk=actor.pk).exists()
    else:
        allowed = may(user, right, actor)
    if not allowed:
        raise PermissionDenied


def may(user: AbstractBaseUser, right: Right, actor: Actor) -> bool:
    """Whether the person may change (DRAFT or EDIT), publish or delete that very entry, as it is stored.

    No query for those who may change all, up to 3 for others. A local editor publishes and deletes what
    lies wholly inside their territories; a contributor does neither.
    """
    if right in {Right.DRAFT, Right.EDIT}:
        return (
            changeable(user).filter(pk=actor.pk).exists() if _is_scoped(user) else has_right(user, Right.EDIT)
        )
    if not has_right(user, right):
        return False
    return not _is_scoped(user) or _kept_by(user).filter(pk=actor.pk).exists()


def visible(user: AbstractBaseUser) -> ActorQuerySet:
    """Entries the person may read in the back-office: a contributor no drafts but their own."""
    if has_right(user, Right.EDIT):
        return Actor.objects.all()
    if has_right(user, Right.READ):
        return Actor.objects.filter(Q(publication=PublicationStatus.PUBLISHED) | _own_drafts(user))
    return Actor.objects.none()


def changeable(user: AbstractBaseUser) -> ActorQuerySet:
    """Entries the person may change: all, those of their territories and own drafts, own drafts, or none."""
    if not has_right(user, Right.DRAFT):
        return Actor.objects.none()
    if not _is_scoped(user):
        return Actor.objects.all()
    own = Actor.objects.filter(_own_drafts(user))
    if not has_right(user, Right.EDIT):
        return own
    return Actor.objects.filter(
        Q(pk__in=own.order_by().values("pk")) | Q(pk__in=_kept_by(user).order_by().values("pk"))
    )


def readable(user: AbstractBaseUser, rows: QuerySet) -> QuerySet:
    """Those of ``rows``, of any model, that tell of no entry the person may not read.

    A row that names two entries (a link and what cites it, a merger) is read where both are. What belongs to no
    entry is not decided here. No query more, and no condition for those who read every entry.
    """
    if has_right(user, Right.EDIT):
        return rows
    seen = visible(user).order_by().values("pk")
    if issubclass(rows.model, Actor):
        return rows.filter(pk__in=seen)
    for path in paths_to_actor(rows.model):
        rows = rows.filter(Q(**{f"{path}__isnull": True}) | Q(**{f"{path}__in": seen}))
    return rows


def hidden_among(user: AbstractBaseUser, actor_ids: Iterable[int]) -> set[int]:
    """Those of these entries that are there and that the person may not read (1 query, none for who reads all)."""
    if has_right(user, Right.EDIT):
        return set()
    seen = visible(user).order_by().values("pk")
    there = Actor.objects.filter(pk__in=set(actor_ids)).exclude(pk__in=seen)
    return set(there.order_by().values_list("pk", flat=True))


def publishable(user: AbstractBaseUser) -> ActorQuerySet:
    """Entries the person may bring out and take back: all, those of their territories, or none."""
    if not has_right(user, Right.PUBLISH):
        return Actor.objects.none()
    return _kept_by(user) if _is_scoped(user) else Actor.objects.all()


def rows_changeable(user: AbstractBaseUser, rows: QuerySet) -> QuerySet:
    """Those of ``rows`` (places, contacts, links, citations...) that belong to an entry the person may change.

    A link belongs to both its ends: one of them is enough, where the person may read the other.
    """
    if not _is_scoped(user):
        return rows if has_right(user, Right.DRAFT) else rows.none()
    mine = changeable(user).order_by().values("pk")
    condition = Q()
    for path in paths_to_actor(rows.model):
        condition |= Q(**{f"{path}__in": mine})
    return readable(user, rows.filter(condition))


def is_whose(column: Field) -> bool:
    """Whether the column says whose row it is: the choice of an entry to change, not of one to point to."""
    return column.name in paths_to_actor(column.model)


def entries_offered(user: AbstractBaseUser, column: Field) -> ActorQuerySet:
    """Entries that a row's column may be given.

    One end of a link may be anybody's; that the other is one's own shows once both are known.
    """
    return visible(user) if column.model is Cooperation else changeable(user)


def paths_to_actor(model: type[Model]) -> list[str]:
    """How a row of any model leads to its actor, as a lookup: « actor », both ends of a link, any fact of a citation."""
    paths = []
    for column in model._meta.concrete_fields:
        related = column.related_model
        if not related or related is model:
            continue
        if issubclass(related, Actor):
            paths.append(column.name)
        elif related in _BETWEEN or related in _ROWS:
            paths += [f"{column.name}__{path}" for path in paths_to_actor(related)]
    return paths


def territories_of(user: AbstractBaseUser) -> QuerySet[Territory]:
    """The territories confided to a local editor."""
    return Territory.objects.filter(editors__user=user)


def territories_kept(user: AbstractBaseUser) -> set[int] | None:
    """Ids of everything wholly inside a local editor's territories (1 query); None for whom no territory limits."""
    if not role_of(user).local:
        return None
    mine = set(territories_of(user).values_list("pk", flat=True))
    inside = Containment.objects.filter(container__in=mine, whole=True)
    return mine | set(inside.values_list("member", flat=True))


def imports_visible(user: AbstractBaseUser) -> ImportBatchQuerySet:
    """Uploaded tables the person may see and go on with: their own; a moderator everybody's."""
    if not has_right(user, Right.IMPORT):
        return ImportBatch.objects.none()
    batches = ImportBatch.objects.read()
    return batches if has_right(user, Right.MODERATE) else batches.of(user)


def _is_scoped(user: AbstractBaseUser) -> bool:
    """Whether their rights on entries depend on the entry."""
    role = role_of(user)
    return role.local or Right.EDIT not in role.rights


def _own_drafts(user: AbstractBaseUser) -> Q:
    return Q(created_by=user.pk, publication__in=UNPUBLISHED)


def _kept_by(user: AbstractBaseUser) -> ActorQuerySet:
    return Actor.objects.wholly_inside(territories_of(user).order_by().values("pk"))


class EntryBackend(BaseBackend):
    """Django's own question, ``user.has_perm("actors.view_actor", actor)``, answered as above.

    So that apps which don't know this one (the public pages, for an unpublished entry) can ask.
    """

    _RIGHTS = {
        "actors.view_actor": Right.READ,
        "actors.change_actor": Right.EDIT,
        "actors.delete_actor": Right.DELETE,
    }

    def has_perm(self, user_obj, perm, obj=None):
        if not isinstance(obj, Actor) or perm not in self._RIGHTS:
            return False
        try:
            require(user_obj, self._RIGHTS[perm], obj)
        except PermissionDenied:
            return False
        return True
