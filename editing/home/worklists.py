"""The worklists: what waits for an editor, each declared once with its title, its entries and its right.

A list of entries is one ``EntryList``: its page, filters, search, postponing and export come by themselves.
What has a page of its own is one ``PageList``, which only tells how many wait there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Exists, OuterRef
from django.urls import reverse

from actors.models import Actor
from actors.models.actor_queryset import ActorQuerySet
from editing.models import Postponement
from editing.rights import changeable, has_right
from editing.roles import Right, role_of

# What a moderator or an editor works off, and what may become an article.
TO_DO, TO_TELL = "to_do", "to_tell"


@dataclass(frozen=True)
class BulkAction:
    """What the page of a list offers for the entries ticked, beside postponing and exporting them.

    ``run(actors, user)`` does it, in an act of its own, and returns a sentence for the person.
    """

    key: str
    label: str
    run: Callable[[ActorQuerySet, AbstractBaseUser], str]
    # Of a button beside each entry that does it to that one alone; '' for none.
    one: str = ""


@dataclass(frozen=True, kw_only=True)
class Worklist:
    """What all lists have. ``slug`` stands in the address and among postponements: it never changes."""

    slug: str
    title: str
    # One or two sentences under the title: what is here, and what to do about it.
    about: str
    right: Right
    group: str = TO_DO
    # What the home says when the list is empty.
    nothing: str = "Rien n’attend."

    def shown_to(self, user: AbstractBaseUser) -> bool:
        return has_right(user, self.right)

    @property
    def url(self) -> str:
        raise NotImplementedError

    def count(self, scope: "Scope") -> int | None:
        """How many wait for that person; None where nobody has counted yet."""
        raise NotImplementedError

    def due(self, scope: "Scope") -> str:
        """What must not wait, in a sentence; '' for nothing."""
        return ""


@dataclass(frozen=True, kw_only=True)
class EntryList(Worklist):
    """Entries that ask for something: those of ``entries(...)`` that the person may change and nobody put off."""

    # Narrows any queryset of actors, by conditions alone.
    entries: Callable[[ActorQuerySet], ActorQuerySet]
    actions: tuple[BulkAction, ...] = ()

    @property
    def url(self) -> str:
        return reverse("admin:worklist", args=[self.slug])

    def waiting(self, actors: ActorQuerySet) -> ActorQuerySet:
        """Those of ``actors`` that wait here."""
        return self.entries(actors).filter(~Exists(self._put_off()))

    def postponed(self, actors: ActorQuerySet) -> ActorQuerySet:
        """Those of ``actors`` that would wait here, had nobody put them off."""
        return self.entries(actors).filter(Exists(self._put_off()))

    def count(self, scope: "Scope") -> int:
        return scope.number(self)

    def _put_off(self):
        return Postponement.objects.current().of_list(self.slug).filter(actor=OuterRef("pk"))


@dataclass(frozen=True, kw_only=True)
class PageList(Worklist):
    """What waits on a page of its own: ``page`` is the name of its address, ``counted(user)`` how many wait."""

    page: str
    counted: Callable[[AbstractBaseUser], int | None]
    # A sentence about what is due, told in red where it must not wait; None for nothing.
    pressing: Callable[[AbstractBaseUser], str | None] | None = None
    # Who sees it, where the right alone does not say so.
    offered: Callable[[AbstractBaseUser], bool] | None = None

    def shown_to(self, user: AbstractBaseUser) -> bool:
        return super().shown_to(user) and (self.offered is None or self.offered(user))

    @property
    def url(self) -> str:
        return reverse(self.page)

    def count(self, scope: "Scope") -> int | None:
        return self.counted(scope.user)

    def due(self, scope: "Scope") -> str:
        return (self.pressing(scope.user) or "") if self.pressing else ""


class Scope:
    """How many entries of each list somebody may change.

    1 query a list; for those whose rights depend on the entry 1 more in all, and ids instead of counts.
    """

    def __init__(self, user: AbstractBaseUser, among: ActorQuerySet | None = None) -> None:
        """``among``: the entries that count, all unless given."""
        self.user = user
        self._among = Actor.objects.all() if among is None else among

    @cached_property
    def _mine(self) -> set[int] | None:
        """Ids of the entries within the person's reach; None for all of them."""
        if has_right(self.user, Right.EDIT) and not role_of(self.user).local:
            return None
        return set(changeable(self.user).order_by().values_list("pk", flat=True))

    def number(self, worklist: EntryList) -> int:
        waiting = worklist.waiting(self._among).order_by()
        if self._mine is None:
            return waiting.count()
        return len(self._mine.intersection(waiting.values_list("pk", flat=True)))
