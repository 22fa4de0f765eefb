"""Writing down what a letter says: each fact rests on its article without being asked.

Where a fact goes depends on what visitors would see. What nobody sees yet (an entry made for the letter) takes it
at once; what they see already keeps it waiting, as :class:`PendingFact`, until the letter is out.
"""

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.text import slugify

from actors.actions.add_fact import add_fact, check_fact, check_together, remove_citation, stored, touched_by
from actors.actions.facts import CITATION, COLUMN, Fact
from actors.actions.record import actor_changed
from actors.enums import CitationRole, LegalForm, Nature, PlaceRole, PublicationStatus
from actors.history import act
from actors.index.documents import refresh
from actors.models import Actor, Address, Alias, Citation
from actors.models.actor import RESERVED_SLUGS
from editing.letter_models import LetterRelease, PendingFact, PreparedEntry
from editing.rights import has_right, may, require, visible
from editing.roles import Right
from sources.models import Article, Letter, Source
from territories.models import Territory, record_change
from territories.text import fold


def release_of(letter: Letter) -> LetterRelease:
    """Made on first need (1 query, 2 when it writes)."""
    return LetterRelease.objects.get_or_create(letter=letter)[0]


def takes_facts_at_once(user: AbstractBaseUser, letter: Letter, actor: Actor | None) -> bool:
    """Whether a fact is written now: seen by nobody, or the letter is out; and the person may change the entry."""
    if actor is None:
        return letter.is_published and has_right(user, Right.PUBLISH)
    return (letter.is_published or not actor.is_public) and may(user, Right.EDIT, actor)


def enter_fact(
    *,
    fact: Fact,
    article: Article,
    user: AbstractBaseUser,
    actor: Actor | None = None,
    territory: Territory | None = None,
) -> PendingFact | None:
    """Keep one fact of the article; returns it where it waits, None where it is written.

    What is written to an entry visitors see is remembered as if the letter had brought it, so that it goes with the
    letter when that is withdrawn. Raises ValidationError for what the models refuse. Some 30 queries where it is
    written, 4 where it waits.
    """
    require(user, Right.DRAFT)
    if actor is not None:
        require(user, Right.READ, actor)
    kept = {
        "article": article,
        "actor": actor,
        "territory": territory,
        "kind": fact.kind,
        "values": dict(fact.values),
    }
    more = {"printed": fact.printed, "entered_by": user if user.pk else None}
    if fact.kind == COLUMN:
        # Anew: what was shown may be older, and checking sets the columns of the object it is given.
        actor = kept["actor"] = Actor.objects.get(pk=actor.pk)
        more["before"] = stored(actor, fact.values["set"])
    check_fact(fact=fact, actor=actor, territory=territory)
    if not takes_facts_at_once(user, article.letter, actor):
        return _wait(fact, kept, more)
    what = f"Saisie de la {article.letter.label} : {actor or territory}"[:200]
    with act(what=what, user=user):
        source = Source.objects.for_article(article)
        made = add_fact(fact=fact, source=source, actor=actor, territory=territory).as_json()
        if made and (actor is None or actor.is_public):
            PendingFact.objects.create(**kept, **more, applied_at=timezone.now(), made=made)
        _entries_changed(touched_by(fact, actor), what)
        if territory is not None:
            record_change(subject="territory", key=territory.natural, what=what)
    return None


def _wait(fact: Fact, kept: dict, more: dict) -> PendingFact:
    """The row in which the fact waits, made where the same does not wait already."""
    if known := PendingFact.objects.waiting().filter(**kept).first():
        return known
    others = PendingFact.objects.waiting().of_letter(kept["article"].letter)
    others = others.filter(kind=fact.kind, actor=kept["actor"], territory=kept["territory"])
    check_together(fact, [Fact(other.kind, other.values, other.printed) for other in others])
    return PendingFact.objects.create(**kept, **more)


def _entries_changed(ids: set[int], what: str) -> None:
    """Tell that these entries changed; a link with an entry nobody sees changes no page of the other."""
    entries = list(Actor.objects.filter(pk__in=ids))
    if all(one.is_public for one in entries):
        for one in entries:
            actor_changed(actor=one, what=what, was_public=True)
    else:
        refresh(ids)


def cite(
    *, actor: Actor, article: Article, role: CitationRole, user: AbstractBaseUser, printed: str = ""
) -> None:
    """The article presents or names the actor; a draft picked here also waits for the letter."""
    fact = Fact(CITATION, {"role": str(role)}, printed)
    enter_fact(fact=fact, article=article, user=user, actor=actor)
    if not actor.is_public and may(user, Right.EDIT, actor):
        PreparedEntry.objects.get_or_create(release=release_of(article.letter), actor=actor)


def free_slug(name: str, detail: str = "") -> str:
    """An address nobody ever had: the name, with its detail, with a number (1 query)."""
    base = slugify(fold(name))[:100] or "acteur"
    wanted = [base, f"{base}-{slugify(fold(detail))}"[:115] if detail else f"{base}-2"]
    taken = {*Address.objects.filter(slug__startswith=base).values_list("slug", flat=True), *RESERVED_SLUGS}
    taken |= set(Actor.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 4))
    return next(slug for slug in (*wanted, *numbered) if slug not in taken)


def make_entry(
    *,
    name: str,
    nature: Nature,
    kind: str,
    article: Article,
    role: CitationRole,
    user: AbstractBaseUser,
    commune: Territory | None = None,
    precision: str = "",
    printed: str = "",
) -> Actor:
    """A new entry of that name, cited by the article, that waits for its letter (some 50 queries)."""
    require(user, Right.DRAFT)
    what = f"Création : {name}"[:200]
    with act(what=what, user=user):
        actor = Actor(
            name=name,
            slug=free_slug(name, precision or (commune.name if commune else "")),
            precision=precision,
            nature=nature,
            organisation_kind=kind if nature == Nature.ORGANISATION else "",
            initiative_kind=kind if nature == Nature.INITIATIVE else "",
            legal_form=LegalForm.UNSPECIFIED if nature == Nature.ORGANISATION else "",
            publication=PublicationStatus.REVIEW,
            created_by=user if user.pk else None,
        )
        actor.full_clean()
        actor.save()
        source = Source.objects.for_article(article)
        add_fact(fact=Fact(CITATION, {"role": str(role)}, printed), source=source, actor=actor)
        if commune is not None:
            place = Fact("place", {"role": str(PlaceRole.SEAT), "territory_id": commune.pk})
            add_fact(fact=place, source=source, actor=actor)
        PreparedEntry.objects.create(release=release_of(article.letter), actor=actor)
        actor_changed(actor=actor, what=what, was_public=False)
    return actor


def remove_pending(*, fact: PendingFact, user: AbstractBaseUser) -> None:
    """Whoever may publish the entry removes any fact that waits for it, others their own; of a territory's, any editor
    of letters.
    """
    if fact.entered_by_id != user.pk:
        require(user, Right.PUBLISH if fact.actor else Right.LETTERS, fact.actor)
    fact.delete()


def remove_written(*, citation: Citation, article: Article, user: AbstractBaseUser) -> None:
    """Take the article from a fact, and the fact with its last source."""
    actor, territory = actor_of(citation), citation.figure.territory if citation.figure_id else None
    if not takes_facts_at_once(user, article.letter, actor):
        raise PermissionDenied
    what = f"Saisie de la {article.letter.label} : {actor or territory}"[:200]
    partners = (
        {citation.cooperation.source_id, citation.cooperation.target_id} if citation.cooperation_id else set()
    )
    with act(what=what, user=user):
        # What was removed does not come back with the letter, once that was withdrawn.
        PendingFact.objects.filter(article=article, made__citation=citation.pk).delete()
        remove_citation(citation=citation)
        if actor is not None:
            _entries_changed({actor.pk, *partners}, what)
        if territory is not None:
            record_change(subject="territory", key=territory.natural, what=what)


def actor_of(citation: Citation) -> Actor | None:
    """Whose fact it is, the source S of a link; None of a territory's figure. Needs the relations loaded."""
    if citation.actor_id:
        return citation.actor
    if citation.cooperation_id:
        return citation.cooperation.source
    for name in ("alias", "place", "area", "contact", "figure", "spokesperson", "wish", "status"):
        if getattr(citation, f"{name}_id"):
            return getattr(citation, name).actor
    return None


def actors_named(text: str, user: AbstractBaseUser) -> list[Actor]:
    """Whom a typed name means among the entries the person may read: of that name or other name, alike (2 queries)."""
    key = fold(text)
    if not key:
        return []
    mine = visible(user)
    by_alias = Alias.objects.filter(name_key=key).values("actor")
    # « Garage solidaire, Courrières »: the name with what is shown after it.
    keys = {key, fold(text.rpartition(",")[0])} - {""}
    found = mine.filter(name_key__in=keys).in_order() | mine.filter(pk__in=by_alias).in_order()
    exact = [actor for actor in found.distinct() if fold(actor.full_name) == key]
    return exact or [actor for actor in found.distinct()[:10] if actor.name_key == key or "," not in text]
