"""Picking an actor of an article by name, or making its entry where there is none."""

from dataclasses import dataclass, field

from django import forms

from actors.enums import CitationRole, Nature
from actors.history import act
from actors.models import Actor
from editing.duplicates.traits import Traits
from editing.duplicates.twins import Reason, twins_of
from editing.letter_models import LetterRelease
from editing.letters.entering import cite, make_entry, release_of
from editing.letters.fields import ActorField, KindField, TerritoryField, actors_meant
from editing.rights import visible
from sources.models import Article
from territories.models import Territory
from territories.text import fold, row_number


class NewActorForm(forms.Form):
    """Picking an actor by name, or making it where nobody bears the name."""

    name = ActorField(label="Acteur")
    role = forms.ChoiceField(label="L’article", choices=[("subject", "le présente"), ("named", "le cite")])
    kind = KindField(required=False)
    precision = forms.CharField(label="Précision après un nom courant", max_length=120, required=False)
    commune = TerritoryField(label="Commune (facultatif)", required=False)
    printed = forms.CharField(label="Imprimé autrement", max_length=300, required=False)
    # The answer to « lequel ? »: the number of an entry, or "new".
    chosen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False


@dataclass(frozen=True)
class LikelyTwin:
    """An entry that may be the one typed; ``actor`` is None where the person may not read it."""

    actor: Actor | None
    reasons: tuple[Reason, ...]


@dataclass
class Question:
    """« De qui s’agit-il ? »: entries of that very name, and others that look like it."""

    meant: list[Actor] = field(default_factory=list)
    twins: list[LikelyTwin] = field(default_factory=list)


def save_actor(*, form: NewActorForm, article: Article, user) -> Actor | Question:
    """Cite the actor meant, or make it; a question where several may be meant, or nobody is known by that name.

    In one act that holds the letter: a second click waits, and finds what the first one made.
    """
    with act(user=user):
        LetterRelease.objects.select_for_update().get(pk=release_of(article.letter).pk)
        return _save(form, article, user)


def _save(form: NewActorForm, article: Article, user) -> Actor | Question:
    cleaned = form.cleaned_data
    chosen, kind = cleaned["chosen"], cleaned["kind"]
    told = {"article": article, "role": CitationRole(cleaned["role"]), "user": user}
    if row_number(chosen):
        actor = visible(user).filter(pk=chosen).first()
        if actor is not None:
            cite(actor=actor, printed=cleaned["printed"], **told)
            return actor
    meant = actors_meant(cleaned["name"], user)
    if cleaned["precision"]:
        meant = [actor for actor in meant if fold(actor.precision) == fold(cleaned["precision"])]
    # An association and the PTCE it carries may bear one name: a type that is not the entry's own asks which is meant.
    if len(meant) == 1 and chosen != "new" and (not kind or _is_of(meant[0], *kind)):
        cite(actor=meant[0], printed=cleaned["printed"], **told)
        return meant[0]
    if not kind:
        return Question(meant)
    name, nature = cleaned["name"].strip(), kind[0]
    if chosen == "new" and (just_made := _just_made(article, name, cleaned, user)):
        return just_made
    if chosen != "new":
        twins = likely_twins(
            name=name, nature=nature, precision=cleaned["precision"], commune=cleaned["commune"], user=user
        )
        twins = [twin for twin in twins if twin.actor not in meant]
        if meant or twins:
            return Question(meant, twins)
    return make_entry(
        name=name,
        nature=nature,
        kind=kind[1],
        commune=cleaned["commune"],
        precision=cleaned["precision"],
        printed=cleaned["printed"],
        **told,
    )


def _just_made(article: Article, name: str, cleaned: dict, user) -> Actor | None:
    """The entry of that very name, precision and type that the person made for this article (1 query)."""
    nature, kind = cleaned["kind"]
    made = Actor.objects.filter(
        nature=nature,
        name_key=fold(name),
        created_by=user.pk,
        prepared_for__release__letter=article.letter,
        citations__source__article=article,
    )
    same = (actor for actor in made.distinct() if fold(actor.precision) == fold(cleaned["precision"]))
    return next((actor for actor in same if _is_of(actor, nature, kind)), None)


def likely_twins(
    *, name: str, nature: Nature, user, precision: str = "", commune: Territory | None = None
) -> list[LikelyTwin]:
    """Entries that look like one about to be made, the likeliest first (9 queries at most, whatever the base)."""
    typed = Traits(0, str(nature), name=name, precision=precision, places={commune.pk} if commune else set())
    pairs = twins_of(typed, limit=5)
    readable = visible(user).for_list().in_bulk([max(pair.one, pair.other) for pair in pairs])
    return [LikelyTwin(readable.get(max(pair.one, pair.other)), pair.reasons) for pair in pairs]


def _is_of(actor: Actor, nature: Nature, kind: str) -> bool:
    return actor.nature == nature and kind in {actor.organisation_kind, actor.initiative_kind}
