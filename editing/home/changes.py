"""Who changed which entries when, act by act, from the history; and the entries one has edited last."""

import datetime
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser
from django.core.paginator import Page, Paginator
from django.db.models import CharField, Count, Exists, Max, OuterRef, QuerySet, Window
from django.db.models.functions import Cast, RowNumber
from reversion.models import Revision, Version

from actors.models import Actor
from editing.rights import changeable, has_right, visible
from editing.roles import Right
from editing.timeline import PROGRAM, UNTOLD, told_acts

PER_PAGE = 30
# Entries of one act that are named.
_NAMED = 3
# An act on more entries than this was an import or the like, not something to go on with.
_FEW = 5
# Acts of one person among which the entries edited last are looked for.
_LATEST_ACTS = 60


@dataclass(frozen=True)
class Changed:
    """One entry of an act; ``actor_id`` is None where the person can't open its history."""

    name: str
    actor_id: int | None


@dataclass(frozen=True)
class Deed:
    """One act: who, when, what, and the entries it changed, of which no more than three are named."""

    when: datetime.datetime
    who: str
    what: str
    entries: tuple[Changed, ...]
    others: int


class Changes:
    """One page of the acts the person may know of, the latest first (7 queries, whatever their number)."""

    # Values of ?qui=, with their labels.
    WHO = (("", "Tout le monde"), ("moi", "Moi"), ("autres", "Les autres"))

    def __init__(self, user: AbstractBaseUser, who: str = "", page: str | int = 1) -> None:
        self._user, self._asked = user, page
        self.who = who if who in dict(self.WHO) else ""

    @cached_property
    def page(self) -> Page:
        return Paginator(self._acts, PER_PAGE).get_page(self._asked)

    @property
    def deeds(self) -> list[Deed]:
        return self._told(list(self.page.object_list))

    def latest(self, most: int) -> list[Deed]:
        """The first few, without counting them all (6 queries)."""
        return self._told(list(self._acts[:most]))

    @property
    def _acts(self) -> QuerySet[Revision]:
        """Acts of people: what the program does by itself, as keeping first versions, stands in each history."""
        acts = Revision.objects.filter(
            Exists(self._versions.filter(revision=OuterRef("pk"))), user__isnull=False
        )
        if self.who == "moi":
            acts = acts.filter(user=self._user.pk)
        elif self.who == "autres":
            acts = acts.exclude(user=self._user.pk)
        return acts.select_related("user").order_by("-pk")

    @cached_property
    def _versions(self) -> QuerySet[Version]:
        """Of entries the person may read, or could before they were deleted."""
        versions = Version.objects.get_for_model(Actor).order_by()
        if has_right(self._user, Right.EDIT):
            return versions
        readable = visible(self._user).order_by().annotate(key=Cast("pk", CharField()))
        return versions.filter(object_id__in=readable.values("key"))

    def _told(self, acts: list[Revision]) -> list[Deed]:
        versions = self._versions.filter(revision__in=acts)
        counts = dict(versions.values_list("revision").annotate(number=Count("pk")))
        ranked = versions.annotate(rank=Window(RowNumber(), partition_by="revision", order_by="pk"))
        named: dict[int, list[tuple[int, str]]] = {}
        rows = (
            ranked.filter(rank__lte=_NAMED).order_by("pk").values_list("revision", "object_id", "object_repr")
        )
        for act, actor_id, name in rows:
            named.setdefault(act, []).append((int(actor_id), name))
        ids = {actor_id for entries in named.values() for actor_id, _ in entries}
        openable = self._openable(ids)
        words = told_acts(acts, self._user)
        return [
            Deed(
                act.date_created,
                (act.user.get_full_name() or act.user.get_username()) if act.user else PROGRAM,
                words[act.pk] or UNTOLD,
                tuple(Changed(name, pk if pk in openable else None) for pk, name in named[act.pk]),
                counts[act.pk] - len(named[act.pk]),
            )
            for act in acts
        ]

    def _openable(self, ids: set[int]) -> set[int]:
        """Those whose history the person may read: of a deleted entry a moderator alone."""
        if has_right(self._user, Right.MODERATE):
            return ids
        return set(visible(self._user).filter(pk__in=ids).order_by().values_list("pk", flat=True))


def edited_last(user: AbstractBaseUser, most: int = 6) -> list[Actor]:
    """The entries the person changed last and may still change, the latest first (3 queries)."""
    acts = Revision.objects.filter(user=user.pk).annotate(number=Count("version")).filter(number__lte=_FEW)
    acts = acts.order_by("-pk").values_list("pk", flat=True)[:_LATEST_ACTS]
    rows = (
        Version.objects.get_for_model(Actor)
        .filter(revision__in=list(acts))
        .order_by()
        .values_list("object_id")
        .annotate(latest=Max("pk"))
        .order_by("-latest")
    )
    ids = [int(object_id) for object_id, _ in rows]
    found = changeable(user).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found][:most]
