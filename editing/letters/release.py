"""A letter and all that waits for it come out in one act, or are withdrawn in one; at once or at a date."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone

from actors.actions.add_fact import Fact, add_fact, is_gone, take_back, touched_by
from actors.enums import PublicationStatus
from actors.history import act
from actors.index.documents import refresh
from actors.models import Actor, Citation, Cooperation
from editing.letter_models import LetterRelease, PendingFact
from editing.letters.entering import release_of
from editing.rights import paths_to_actor, require
from editing.roles import Right
from sources.enums import LetterState
from sources.models import Letter, Source
from territories.admin_base import refusal
from territories.enums import ChangeFate
from territories.memory import aside
from territories.models import Territory, record_change

T = TypeVar("T")
logger = logging.getLogger(__name__)
# From a citation to the entries whose pages show it.
_PATHS = paths_to_actor(Citation)
_WAITING = (PublicationStatus.DRAFT, PublicationStatus.REVIEW)


class NotPublished(Exception):
    """Nothing was published; the message says why, in French."""


class _Undone(Exception):
    """Takes back what a preview wrote."""


@dataclass
class Released:
    """What one act published or withdrew; ``left``: what stays as it is, one French phrase each."""

    entries: list[Actor] = field(default_factory=list)
    facts: int = 0
    left: list[str] = field(default_factory=list)
    # Facts of published entries that rest on a withdrawn letter and stay: what it did not bring through here.
    staying: int = 0
    # Whether there was nothing to do: a second click on the same button.
    already: bool = False


def publish_letter(*, letter: Letter, user: AbstractBaseUser) -> Released:
    """Bring out the letter, the entries made for it, and every fact that waits; again, what was added since.

    All or nothing; raises NotPublished. Again with nothing new, it changes nothing. Some 20 queries, 2 for each
    entry and 7 for each fact.
    """
    require_release(user)
    what = f"Parution : {letter.label}"
    try:
        with act(what=what, user=user) as current:
            _locked(letter)
            was_out = Letter.objects.published().filter(pk=letter.pk).exists()
            released, changed, territories = _bring_out(letter)
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
        applied = list(applied.select_related("actor", "territory").order_by("-pk"))
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
            released.left += take_back(fact=fact, made=pending.made, actor=pending.actor)
            pending.applied_at, pending.made = None, {}
            pending.save(update_fields=["applied_at", "made"])
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
        LetterRelease.objects.filter(pk=release.pk).update(
            released_at=None, planned_for=None, planned_by=None
        )
        Letter.objects.filter(pk=letter.pk).update(state=LetterState.PREPARED)
        letter.state = LetterState.PREPARED
        current.touch(*changed)
        _tell(letter, public, territories, what)
        refresh(changed - public)
        released.staying = _facts_seen(letter)
    return released


def plan_letter(*, letter: Letter, moment, user: AbstractBaseUser) -> None:
    """Publish at ``moment``, in that person's name; None takes the plan back (3 queries)."""
    require_release(user)
    release = release_of(letter)
    release.planned_for, release.planned_by = moment, user if moment and user.pk else None
    release.failure = ""
    release.save(update_fields=["planned_for", "planned_by", "failure"])


def publish_due() -> bool:
    """A job: publish the first letter whose time has come; whether there was one (1 query when there is none).

    What can't be published is told on the letter's page, and not tried again until somebody plans it anew.
    """
    release = LetterRelease.objects.due(timezone.now()).select_related("letter", "planned_by").first()
    if release is None:
        return False
    failure = ""
    try:
        if release.planned_by is None:
            raise NotPublished("La personne qui avait prévu la parution n’a plus de compte.")
        publish_letter(letter=release.letter, user=release.planned_by)
    except NotPublished as error:
        failure = str(error)
    except PermissionDenied:
        failure = f"{release.planned_by} n’a plus le droit de publier."
    if failure:
        logger.error("The planned publication of the letter %s failed.", release.letter.slug)
    LetterRelease.objects.filter(pk=release.pk).update(
        planned_for=None, planned_by=None, failure=failure[:400]
    )
    return True


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
            _bring_out(Letter.objects.get(pk=letter.pk))
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


def _bring_out(letter: Letter) -> tuple[Released, set[int], list[Territory]]:
    """Write everything; returns what came out, the entries visitors now see differently, territories likewise."""
    release, now = _locked(letter), timezone.now()
    released, changed, territories = Released(), set(), []
    for prepared in release.prepared.select_related("actor"):
        if prepared.actor.publication in _WAITING:
            prepared.state_before = prepared.actor.publication
            prepared.save(update_fields=["state_before"])
            prepared.actor.publication = PublicationStatus.PUBLISHED
            released.entries.append(prepared.actor)
    entries = {actor.pk for actor in released.entries}
    Actor.objects.filter(pk__in=entries).update(publication=PublicationStatus.PUBLISHED, updated_at=now)
    waiting = PendingFact.objects.waiting().of_letter(letter)
    for pending in waiting.select_related("actor", "territory", "article__letter"):
        fact = fact_of(pending)
        source = Source.objects.for_article(pending.article)
        try:
            made = add_fact(fact=fact, source=source, actor=pending.actor, territory=pending.territory)
        except ValidationError as error:
            raise NotPublished(_refused(pending, error)) from error
        pending.applied_at, pending.made = now, made.as_json()
        pending.save(update_fields=["applied_at", "made"])
        changed |= touched_by(fact, pending.actor)
        territories += [pending.territory] if pending.territory else []
        released.facts += 1
    changed |= entries | _partners(entries)
    LetterRelease.objects.filter(pk=release.pk).update(
        released_at=release.released_at or now, planned_for=None, planned_by=None, failure=""
    )
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
