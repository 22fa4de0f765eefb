"""Asking what somebody may do, entry by entry. Everything of the back-office asks here; nobody compares roles."""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db.models import Field, Model, Q, QuerySet

from actors.enums import PublicationStatus
from actors.models import Actor, Citation, Cooperation
from actors.models.actor import ActorQuerySet
from actors.models.citation import ROW_TARGETS
from editing.import_models import ImportBatch, ImportBatchQuerySet
from editing.roles import Right, role_of
from territories.models import Containment, Territory

# What a contributor prepares: nothing that visitors see or saw.
UNPUBLISHED = (PublicationStatus.DRAFT, PublicationStatus.REVIEW)


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


def rows_changeable(user: AbstractBaseUser, rows: QuerySet) -> QuerySet:
    """Those of ``rows`` (places, contacts, links, citations...) that belong to an entry the person may change.

    A link belongs to both its ends: one of them is enough.
    """
    if not _is_scoped(user):
        return rows if has_right(user, Right.DRAFT) else rows.none()
    mine = changeable(user).order_by().values("pk")
    condition = Q()
    for path in paths_to_actor(rows.model):
        condition |= Q(**{f"{path}__in": mine})
    return rows.filter(condition)


def is_whose(column: Field) -> bool:
    """Whether the column says whose row it is: the choice of an entry to change, not of one to point to."""
    return column.name in paths_to_actor(column.model)


def entries_offered(user: AbstractBaseUser, column: Field) -> ActorQuerySet:
    """Entries that a row's column may be given.

    One end of a link may be anybody's; that the other is one's own shows once both are known.
    """
    return visible(user) if column.model is Cooperation else changeable(user)


def paths_to_actor(model: type[Model]) -> list[str]:
    """How a row leads to its actor, as a lookup: « actor », both ends of a link, any fact of a citation."""
    if model is not Citation:
        names = {field.name for field in model._meta.concrete_fields}
        return [name for name in ("actor", "source", "target") if name in names]
    paths = ["actor"]
    for target in ROW_TARGETS:
        related = Citation._meta.get_field(target).related_model
        paths += [f"{target}__{path}" for path in paths_to_actor(related)]
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
