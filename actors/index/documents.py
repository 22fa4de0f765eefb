"""What an actor is found under: written here alone, whenever something of the actor changes."""

from collections.abc import Iterable

from actors.enums import Label, Sector
from actors.index.tokens import index_tokens, joined_tokens
from actors.models import Actor, SearchDocument
from territories.enums import TerritoryKind
from territories.text import fold

_COLUMNS = ["name", "alias_keys", "aliases", "context", "words", "text"]


def _spaced(tokens: Iterable[str]) -> str:
    return f" {' '.join(tokens)} "


def _place_names(actor: Actor) -> list[str]:
    """Names of its places and areas, and of the intercommunalité around a commune."""
    names = [place.name for place in actor.places.all()]
    for row in (*actor.places.all(), *actor.areas.all()):
        names.append(row.territory.name)
        parent = row.territory.parent
        if parent and parent.kind == TerritoryKind.EPCI:
            names.append(parent.name)
    return names


def _name_words(names: list[str]) -> list[str]:
    words = index_tokens("\n".join(names))
    for name in names:
        words += joined_tokens(name)
    return list(dict.fromkeys(words))


def document_of(actor: Actor) -> SearchDocument:
    """The document of one actor; needs the relations that :func:`refresh` prefetches."""
    name = [actor.name, actor.precision]
    aliases = [alias.name for alias in actor.aliases.all()]
    context = [] if actor.kind_unspecified else [actor.kind_label]
    context += _place_names(actor)
    context += [Sector(row.sector).label for row in actor.sectors.all()]
    context += [Label(row.label).label for row in actor.labels.all()]
    for activity in actor.activities.all():
        context += [activity.name, *activity.synonyms.splitlines()]
    rest = [actor.get_legal_form_display(), actor.summary, actor.description]
    rest += [row.person.name for row in actor.spokespersons.all() if row.person.hidden_on is None]
    parts = [*name, *aliases, *context, *rest]
    name_words, alias_words = _name_words(name), _name_words(aliases)
    words = dict.fromkeys([*index_tokens("\n".join(parts)), *name_words, *alias_words])
    return SearchDocument(
        actor=actor,
        name=_spaced(name_words),
        alias_keys=f"|{'|'.join(fold(alias) for alias in aliases)}|",
        aliases=_spaced(alias_words),
        context=_spaced(index_tokens("\n".join(context))),
        words=_spaced(words),
        text="|".join(f" {fold(part)} " for part in parts if part),
    )


def refresh(actor_ids: Iterable[int]) -> None:
    """Write anew the documents of these actors (10 queries, whatever their number)."""
    actors = Actor.objects.filter(pk__in=set(actor_ids)).prefetch_related(
        "aliases",
        "sectors",
        "labels",
        "activities",
        "places__territory__parent",
        "areas__territory__parent",
        "spokespersons__person",
    )
    SearchDocument.objects.bulk_create(
        [document_of(actor) for actor in actors],
        update_conflicts=True,
        unique_fields=["actor"],
        update_fields=_COLUMNS,
    )
