"""The one door for changes of entries: an act, at whose end the new state of each entry is kept.

django-reversion keeps the states: one Revision per act (who, when, what), one Version per entry the act
changed, whose text is the entry's document (``actors/history/serializer.py``).
"""

import datetime
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import reversion
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, models, transaction
from reversion.models import Revision, Version

from actors.enums import PublicationStatus
from actors.history.document import Document, read_documents
from actors.models import Actor, PublicId, reach_partners
from territories.models import wait_for_writers

_current: ContextVar["Act | None"] = ContextVar("act", default=None)
_BATCH = 1000
# Entries whose states are compared at once: some 10 kB each.
_FEW = 100
# What may change the states an act leaves before they are kept: each gives back those that are kept.
LastWord = Callable[["Act", Mapping[int, Document]], Mapping[int, Document]]
_LAST_WORDS: list[LastWord] = []


def at_end(word: LastWord) -> LastWord:
    """Have ``word`` called at the end of every act that touched an entry, still inside its transaction."""
    _LAST_WORDS.append(word)
    return word


@dataclass
class Act:
    """One act of somebody: what they did, and the entries it touched."""

    what: str = ""
    # None: a command or the program itself.
    user: AbstractBaseUser | None = None
    # The act's row among the revisions, once it has ended; None when it changed no entry.
    revision: Revision | None = None
    _touched: set[int] = field(default_factory=set)
    _kept_anyway: set[int] = field(default_factory=set)

    def touch(self, *actor_ids: int, even_if_same: bool = False) -> None:
        """These entries may have changed: the act keeps the new state of those that did.

        ``even_if_same``: keep a state that equals the one before, since the act itself is worth
        telling (brought back from the bin).
        """
        self._touched.update(actor_ids)
        if even_if_same:
            self._kept_anyway.update(actor_ids)

    def _end(self) -> None:
        if not self._touched:
            return
        documents = read_documents(self._touched)
        for word in _LAST_WORDS:
            documents = word(self, documents)
        self.revision = _keep(documents, what=self.what, user=self.user, anyway=self._kept_anyway)


@contextmanager
def act(*, what: str = "", user: AbstractBaseUser | None = None) -> Iterator[Act]:
    """One transaction, at whose end the new state of every entry touched is kept (about 20 queries, whatever their
    number up to a thousand).

    Acts follow one another: two people who link A to B and B to A at once both succeed.
    An act inside an act is part of it; the outer one's ``what`` and ``user`` count where it has any.
    Every write to an entry happens in an act that touches it: ``actors/actions`` do so themselves.
    """
    outer = _current.get()
    if outer is not None:
        outer.what = outer.what or what
        outer.user = outer.user or user
        with transaction.atomic():
            yield outer
        return
    current = Act(what, user if user is None or user.is_authenticated else None)
    token = _current.set(current)
    try:
        with transaction.atomic():
            wait_for_writers()
            yield current
            if not connection.needs_rollback:
                current._end()
    finally:
        _current.reset(token)


def keep(
    actor_ids: Iterable[int], *, what: str, user: AbstractBaseUser | None, anyway: Iterable[int] = ()
) -> Revision | None:
    """Keep the present state of these entries now, where it differs from the last one kept.

    For what must be there before an act destroys it; everything else is kept at the end of its act.
    """
    return _keep(read_documents(actor_ids), what=what, user=user, anyway=anyway)


def _keep(
    documents: Mapping[int, Document],
    *,
    what: str,
    user: AbstractBaseUser | None,
    anyway: Iterable[int],
) -> Revision | None:
    texts = {pk: json.dumps(document, ensure_ascii=False) for pk, document in documents.items()}
    last = _latest_texts(texts)
    changed = [pk for pk, text in texts.items() if pk in anyway or last.get(pk) != text]
    if not changed:
        return None
    _follow({pk: (last.get(pk), documents[pk]) for pk in changed})
    with reversion.create_revision(manage_manually=True):
        reversion.set_user(user)
        reversion.set_comment(what)
        for pk in changed:
            reversion.add_to_revision(_named(documents[pk], texts[pk]))
    return versions_of(changed[0]).first().revision


# By which entries name each other.
_NAMING = ("public_id", "name", "precision", "nature", "slug", "number")


def _follow(states: dict[int, tuple[str | None, Document]]) -> None:
    """Note what visitors learn elsewhere of entries that changed: whether they are there, and what they are called.

    ``states``: text of the state before, None without any, and the present one. No query unless one came, went or
    is called otherwise, 4 then.
    """
    moved, renamed = [], []
    for pk, (text, after) in states.items():
        before = json.loads(text) if text else {}
        if before.get("publication") != after["publication"]:
            moved.append(pk)
        public = PublicationStatus.PUBLISHED in (before.get("publication"), after["publication"])
        if before and public and _naming(before) != _naming(after):
            renamed.append(pk)
    if moved:
        PublicId.objects.follow(moved)
    if renamed:
        reach_partners(renamed)


def _naming(document: Document) -> tuple:
    return document["publication"], *(document.get(column) for column in _NAMING)


def _named(document: Document, text: str) -> Actor:
    """What django-reversion asks of an entry: its number, its name, its state."""
    actor = Actor(pk=document["id"], name=document["name"], precision=document.get("precision", ""))
    actor.kept_state = text
    return actor


def keep_missing() -> int:
    """Keep the state of every entry that has none yet; returns how many.

    After a migration and after a load that makes entries in bulk: the first change then has something
    to be compared with.
    """
    known = Version.objects.get_for_model(Actor).annotate(
        actor_id=models.functions.Cast("object_id", models.BigIntegerField())
    )
    missing = list(
        Actor.objects.exclude(pk__in=known.order_by().values("actor_id"))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    for start in range(0, len(missing), _BATCH):
        with act(what="Première version gardée") as current:
            current.touch(*missing[start : start + _BATCH])
    return len(missing)


# -- reading -----------------------------------------------------------------------------------------


def versions_of(actor_id: int) -> models.QuerySet[Version]:
    """Every state kept of an entry, the latest first, with its act and who did it; of a deleted one as well."""
    return (
        Version.objects.get_for_object_reference(Actor, actor_id)
        .select_related("revision__user")
        .order_by("-pk")
    )


def document_of(version: Version) -> Document:
    """The entry as that version kept it."""
    return json.loads(version.serialized_data)


def latest_ids(actor_ids: Iterable[int]) -> dict[int, int]:
    """Id of an entry -> id of its latest version; entries without any are left out (1 query)."""
    rows = (
        Version.objects.get_for_model(Actor)
        .filter(object_id__in=[str(pk) for pk in actor_ids])
        .order_by()
        .values("object_id")
        .annotate(latest=models.Max("pk"))
    )
    return {int(row["object_id"]): row["latest"] for row in rows}


def all_changed_at() -> dict[int, datetime.datetime]:
    """Id of an entry -> when its latest state was kept, deleted ones included (1 query)."""
    return {int(pk): at for pk, at in changed_at_rows()}


def changed_at_rows() -> models.QuerySet[tuple]:
    """The same as rows of (id as text, moment)."""
    rows = Version.objects.get_for_model(Actor).order_by().values_list("object_id")
    return rows.annotate(latest=models.Max("revision__date_created"))


def states_since(
    actor_ids: Sequence[int], moment: datetime.datetime | None = None
) -> dict[int, tuple[str, str]]:
    """Id of an entry -> text of its state before a moment, and of its latest one (2 queries for each hundred).

    Without a moment the state before the latest one. '' where there is none.
    """
    found: dict[int, tuple[str, str]] = {}
    for start in range(0, len(actor_ids), _FEW):
        found |= _states_since(actor_ids[start : start + _FEW], moment)
    return found


def _states_since(actor_ids: Sequence[int], moment: datetime.datetime | None) -> dict[int, tuple[str, str]]:
    # Numbers and dates first: an entry may have hundreds of states, and their texts are long.
    rows = Version.objects.get_for_model(Actor).filter(object_id__in=[str(pk) for pk in actor_ids])
    kept: dict[str, list[tuple[int, datetime.datetime]]] = {}
    for number, pk, at in rows.order_by("pk").values_list("pk", "object_id", "revision__date_created"):
        kept.setdefault(pk, []).append((number, at))
    wanted: dict[str, tuple[int, int]] = {}
    for pk, states in kept.items():
        earlier = states[:-1] if moment is None else [each for each in states if each[1] < moment]
        wanted[pk] = (earlier[-1][0] if earlier else 0, states[-1][0])
    numbers = {number for pair in wanted.values() for number in pair}
    texts = dict(Version.objects.filter(pk__in=numbers).values_list("pk", "serialized_data"))
    return {int(pk): (texts.get(before, ""), texts.get(after, "")) for pk, (before, after) in wanted.items()}


def changed_since(moment: datetime.datetime) -> set[int]:
    """Ids of the entries of which a new state was kept from then on, deleted ones included (1 query)."""
    rows = Version.objects.get_for_model(Actor).filter(revision__date_created__gte=moment)
    return {int(pk) for pk in rows.order_by().values_list("object_id", flat=True).distinct()}


def states_saying(names: Iterable[str]) -> models.QuerySet[Version]:
    """States of entries that may say one of these names: by the longest part of each that no spelling changes.

    More than do, so that whoever asks looks closer; none for no name. Reads every text that is kept.
    """
    said = models.Q(pk__in=())
    for name in names:
        said |= models.Q(serialized_data__icontains=fragment_of(name))
    return Version.objects.get_for_model(Actor).filter(said).order_by("pk")


def fragment_of(name: str) -> str:
    """The longest part of a name that no spelling changes; '' where there is none."""
    return max(re.findall(r"[A-Za-z]+", name), key=len, default="")


def _latest_texts(actor_ids: Iterable[int]) -> dict[int, str]:
    """Id of an entry -> text of its latest version (2 queries for each thousand)."""
    found, wanted = {}, list(actor_ids)
    for start in range(0, len(wanted), _BATCH):
        latest = latest_ids(wanted[start : start + _BATCH])
        rows = Version.objects.filter(pk__in=latest.values()).values_list("object_id", "serialized_data")
        found |= {int(pk): text for pk, text in rows}
    return found
