"""A letter and all that waits for it come out in one act, or are withdrawn in one; at once or at a date."""

import datetime
import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from actors.actions.add_fact import add_fact, is_gone, stored, take_back, touched_by
from actors.actions.facts import COLUMN, Fact
from actors.enums import PublicationStatus
from actors.history import act
from actors.index.documents import refresh
from actors.models import Actor, BinnedActor, Citation, Cooperation
from editing.letter_models import LetterRelease, PendingFact, PreparedEntry
from editing.letters.entering import release_of
from editing.letters.reviewing import Waiting, held, unread, waiting_for
from editing.rights import paths_to_actor, require
from editing.roles import Right
from sources.enums import LetterState
from sources.models import Letter, Source
from territories.admin_base import refusal
from territories.enums import ChangeFate
from territories.memory import aside
from territories.models import Territory, record_change

T = TypeVar("T")
FAILED = "le site a rencontré une erreur. Il essaiera de nouveau ; si cela dure, prévenez la personne qui s’en occupe."
# In minutes.
_LONGEST_PAUSE = 24 * 60
_MOST_TRIES_COUNTED = 20
_NO_PLAN = {
    "planned_for": None,
    "planned_by": None,
    "failure": "",
    "shown": [],
    "tries": 0,
    "next_try": None,
}
logger = logging.getLogger(__name__)
# From a citation to the entries whose pages show it.
_PATHS = paths_to_actor(Citation)


class NotPublished(Exception):
    """Nothing was published; the message says why, in French."""


class Unread(NotPublished):
    """Something waits that the page did not show: whoever publishes reads it first."""


class _Undone(Exception):
    """Takes back what a preview wrote."""


@dataclass
class Released:
    """What one act published or withdrew; ``left``: what stays as it is, one French phrase each."""

    entries: list[Actor] = field(default_factory=list)
    facts: int = 0
    left: list[str] = field(default_factory=list)
    # What columns said that was neither the fact nor what it replaced, one French phrase each.
    overruled: list[str] = field(default_factory=list)
    # How many things go on waiting, since nobody who publishes has read them.
    held: int = 0
    # Facts of published entries that rest on a withdrawn letter and stay: what it did not bring through here.
    staying: int = 0
    # Whether there was nothing to do: a second click on the same button.
    already: bool = False


def publish_letter(
    *, letter: Letter, user: AbstractBaseUser, shown: Collection[str] | None = None, planned: bool = False
) -> Released:
    """Bring out the letter, the entries made for it, and every fact that waits; again, what was added since.

    ``shown``: digests of what the person read (``reviewing.py``); None for somebody who asks for whatever is there. Raises
    Unread where something else waits; where it was ``planned``, that goes on waiting instead, unless it came from somebody
    who publishes. All or nothing of the rest; raises NotPublished. Again with nothing new, it changes nothing. Some 30
    queries, 2 for each entry and 7 for each fact.
    """
    require_release(user)
    what = f"Parution : {letter.label}"
    try:
        with act(what=what, user=user) as current:
            _locked(letter)
            was_out = Letter.objects.published().filter(pk=letter.pk).exists()
            items = waiting_for(letter)
            kept_back = []
            if planned:
                kept_back = held(items, shown or ())
            elif shown is not None and (new := unread(items, shown)):
                raise Unread(_unread_text(len(new)))
            released, changed, territories = _bring_out(
                letter, [item for item in items if item not in kept_back]
            )
            released.held = len(kept_back)
            released.already = was_out and not released.entries and not released.facts
            if released.already:
                return released
            changed |= _naming(letter)
            current.touch(*changed)
            public = _public(changed)
            _tell(letter, public, territories, what)
            refresh(changed - public)
    except IntegrityError as error:
        raise NotPublished(refusal(error)) from error
    return released


def withdraw_letter(*, letter: Letter, user: AbstractBaseUser) -> Released:
    """The letter, its new entries and its facts wait again, as before they came out; each fact may be published anew.

    What somebody changed since stays, and is told; what somebody removed does not come back. Visitors learn no more
    of the letter, whatever stays. Some 20 queries, 2 for each entry and 8 for each fact.
    """
    require_release(user)
    what = f"Retrait : {letter.label}"
    with act(what=what, user=user) as current:
        release = _locked(letter)
        letter.refresh_from_db(fields=["state"])
        if not letter.is_published:
            return Released(already=True)
        released, changed, territories = Released(), _naming(letter), []
        applied = PendingFact.objects.of_letter(letter).filter(applied_at__isnull=False)
        applied = applied.exclude(actor__in=work_in_bin(letter)).select_related("actor", "territory")
        applied = list(applied.order_by("-pk"))
        prepared = list(release.prepared.select_related("actor"))
        changed |= {each.actor_id for each in prepared if each.state_before}
        changed |= {pk for pending in applied for pk in touched_by(fact_of(pending), pending.actor)}
        changed |= _partners({each.actor_id for each in prepared if each.state_before})
        public = _public(changed)
        for pending in applied:
            fact = fact_of(pending)
            territories += [pending.territory] if pending.territory else []
            if is_gone(fact=fact, made=pending.made):
                pending.delete()
                continue
            back = take_back(fact=fact, made=pending.made, actor=pending.actor)
            released.left += back.left
            if back.fact is None:
                # What somebody made of it is the entry's own by now.
                pending.delete()
                continue
            pending.applied_at, pending.made, pending.values = None, {}, back.fact.values
            if fact.kind == COLUMN:
                pending.actor.refresh_from_db()
                pending.before = stored(pending.actor, pending.values["set"])
            pending.save(update_fields=["applied_at", "made", "values", "before"])
            released.facts += 1
        for each in prepared:
            if each.state_before:
                if each.actor.is_public:
                    Actor.objects.filter(pk=each.actor_id).update(
                        publication=each.state_before, updated_at=timezone.now()
                    )
                    released.entries.append(each.actor)
                each.state_before = ""
                each.save(update_fields=["state_before"])
        released.left += [
            f"ce que disait « {name} », réunie depuis avec « {own.actor} »"
            for own in prepared
            for name in own.brought
        ]
        binned = BinnedActor.objects.filter(actor_id__in=work_in_bin(letter)).order_by("name", "pk")
        released.left += [f"« {one.name} », dans la corbeille" for one in binned]
        LetterRelease.objects.filter(pk=release.pk).update(released_at=None, **_NO_PLAN)
        Letter.objects.filter(pk=letter.pk).update(state=LetterState.PREPARED)
        letter.state = LetterState.PREPARED
        current.touch(*changed)
        _tell(letter, public, territories, what)
        refresh(changed - public)
        released.staying = _facts_seen(letter)
    return released


def plan_letter(
    *, letter: Letter, moment, user: AbstractBaseUser, shown: Collection[str] | None = None
) -> None:
    """Publish at ``moment``, in that person's name, what they have read (``shown``; None: all that waits now).

    ``moment`` None takes the plan back. Raises Unread where something else waits (some 10 queries).
    """
    require_release(user)
    with transaction.atomic():
        release = _locked(letter)
        items = waiting_for(letter) if moment else []
        if shown is not None and (new := unread(items, shown)):
            raise Unread(_unread_text(len(new)))
        plan = {"planned_for": moment, "planned_by": user if moment and user.pk else None}
        digests = [item.digest for item in items]
        LetterRelease.objects.filter(pk=release.pk).update(**{**_NO_PLAN, **plan, "shown": digests})


def publish_due() -> bool:
    """A job: publish the first letter whose time has come; whether there was one (1 query when there is none).

    What can't be published is told on the letter's page, and not tried again until somebody plans it anew. After an
    error nobody foresaw it is tried again, after a minute, two, four, a day at most; other letters don't wait for it.
    """
    now = timezone.now()
    release = LetterRelease.objects.due(now).select_related("letter", "planned_by").first()
    if release is None:
        return False
    slug, row = release.letter.slug, LetterRelease.objects.filter(pk=release.pk)
    try:
        if release.planned_by is None:
            raise NotPublished("La personne qui avait prévu la parution n’a plus de compte.")
        publish_letter(letter=release.letter, user=release.planned_by, shown=release.shown, planned=True)
    except NotPublished as error:
        failure = str(error)
    except PermissionDenied:
        failure = f"{release.planned_by} n’a plus le droit de publier."
    except Exception:
        logger.exception("The planned publication of the letter %s failed, and is tried again.", slug)
        pause = datetime.timedelta(minutes=min(2**release.tries, _LONGEST_PAUSE))
        tries = min(release.tries + 1, _MOST_TRIES_COUNTED)
        row.update(failure=FAILED, tries=tries, next_try=now + pause)
        return True
    else:
        row.update(**_NO_PLAN)
        return True
    logger.error("The planned publication of the letter %s failed.", slug)
    row.update(**{**_NO_PLAN, "failure": failure[:400]})
    return True


def work_in_bin(letter: Letter) -> set[int]:
    """Entries in the bin for which something waits, or that the letter brought out (2 queries)."""
    prepared = PreparedEntry.objects.binned().filter(release__letter=letter)
    facts = PendingFact.objects.binned().of_letter(letter)
    return {pk for rows in (prepared, facts) for pk in rows.order_by().values_list("actor", flat=True)}


def require_release(user: AbstractBaseUser) -> None:
    """A letter brings out entries of everywhere: who keeps the letters and publishes (PermissionDenied otherwise)."""
    require(user, Right.LETTERS)
    require(user, Right.PUBLISH)


def as_if_published(letter: Letter, show: Callable[[], T]) -> T:
    """What ``show()`` answers once the letter and all that waits are out; nothing of it is kept, told or remembered.

    The version does not move; :func:`aside` keeps what is read here out of the memories made for it. Raises
    NotPublished.
    """
    shown: list[T] = []
    try:
        with act(what="Aperçu"), aside():
            present = Letter.objects.get(pk=letter.pk)
            _bring_out(present, waiting_for(present))
            shown.append(show())
            raise _Undone
    except _Undone:
        return shown[0]
    except IntegrityError as error:
        raise NotPublished(refusal(error)) from error


def fact_of(pending: PendingFact) -> Fact:
    return Fact(pending.kind, pending.values, pending.printed)


def _locked(letter: Letter) -> LetterRelease:
    """The release, held until the act ends: two people who publish wait for each other."""
    return LetterRelease.objects.select_for_update().get(pk=release_of(letter).pk)


def _unread_text(number: int) -> str:
    if number == 1:
        return "Quelque chose attend que la page ne montrait pas encore. Relisez ce qui est signalé, puis recommencez."
    return f"{number} choses attendent que la page ne montrait pas encore. Relisez ce qui est signalé, puis recommencez."


def _bring_out(letter: Letter, items: Iterable[Waiting]) -> tuple[Released, set[int], list[Territory]]:
    """Write all of that; returns what came out, the entries visitors now see differently, territories likewise."""
    release, now = _locked(letter), timezone.now()
    released, changed, territories = Released(), set(), []
    facts = [item for item in items if item.is_fact]
    for prepared in (item.what for item in items if not item.is_fact):
        prepared.state_before = prepared.actor.publication
        prepared.save(update_fields=["state_before"])
        prepared.actor.publication = PublicationStatus.PUBLISHED
        released.entries.append(prepared.actor)
    entries = {actor.pk for actor in released.entries}
    Actor.objects.filter(pk__in=entries).update(publication=PublicationStatus.PUBLISHED, updated_at=now)
    for item in facts:
        pending: PendingFact = item.what
        fact = fact_of(pending)
        source = Source.objects.for_article(pending.article)
        try:
            made = add_fact(fact=fact, source=source, actor=pending.actor, territory=pending.territory)
        except ValidationError as error:
            raise NotPublished(_refused(pending, error)) from error
        pending.applied_at, pending.made = now, made.as_json()
        pending.save(update_fields=["applied_at", "made"])
        released.overruled += [f"{pending.actor} : {text}" for text in item.overruled]
        changed |= touched_by(fact, pending.actor)
        territories += [pending.territory] if pending.territory else []
        released.facts += 1
    changed |= entries | _partners(entries)
    LetterRelease.objects.filter(pk=release.pk).update(released_at=release.released_at or now, **_NO_PLAN)
    Letter.objects.filter(pk=letter.pk).update(state=LetterState.PUBLISHED)
    letter.state = LetterState.PUBLISHED
    return released, changed, territories


def _naming(letter: Letter) -> set[int]:
    """Published entries whose pages tell what an article of the letter says, both ends of a link (1 query)."""
    told = Citation.objects.told_by(letter).order_by().values_list(*_PATHS)
    return _public({pk for row in told for pk in row if pk is not None})


def _facts_seen(letter: Letter) -> int:
    """How many facts on pages of published entries an article of the letter tells (1 query)."""
    seen = Q()
    for path in _PATHS:
        seen |= Q(**{f"{path}__publication": PublicationStatus.PUBLISHED})
    return Citation.objects.told_by(letter).filter(seen, role="").count()


def _public(ids: set[int]) -> set[int]:
    return set(Actor.objects.published().filter(pk__in=ids).order_by().values_list("pk", flat=True))


def _refused(pending: PendingFact, error: Exception) -> str:
    """Where to look for what keeps the letter back."""
    gone = (
        pending.kind == "cooperation"
        and Actor.objects.filter(pk__in=[pending.values["source_id"], pending.values["target_id"]]).count()
        < 2
    )
    why = (
        "l’un des deux acteurs du lien n’existe plus, retirez ce lien." if gone else " ".join(error.messages)
    )
    return f"Article « {pending.article} », {pending.actor or pending.territory} : {why}"


def _partners(entries: Iterable[int]) -> set[int]:
    """Whoever has a link with one of these: its page shows it or no longer does (1 query)."""
    entries = set(entries)
    links = Cooperation.objects.filter(Q(source__in=entries) | Q(target__in=entries))
    return {end for pair in links.values_list("source", "target") for end in pair} - entries


def _tell(letter: Letter, changed: set[int], territories: list[Territory], what: str) -> None:
    """Refresh what these entries, seen before or now, are found under, and raise the version by one for each thing."""
    refresh(changed)
    for actor in Actor.objects.filter(pk__in=changed).in_order():
        fate = ChangeFate.LIVE if actor.is_public else ChangeFate.WITHDRAWN
        record_change(subject="actor", key=actor.public_id, what=what, fate=fate)
    for key in sorted({territory.natural for territory in territories}):
        record_change(subject="territory", key=key, what=what)
    fate = ChangeFate.LIVE if letter.is_published else ChangeFate.WITHDRAWN
    record_change(subject="letter", key=letter.slug, what=what, fate=fate)
