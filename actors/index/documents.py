"""What an actor is found under: written here alone, whenever something of the actor changes."""

from collections.abc import Iterable

from actors.enums import Label, Sector
from actors.models import Actor, SearchDocument
from territories.text import fold


def words_of(actor: Actor) -> str:
    """Folded words of one actor, each once; needs the relations that :func:`refresh` prefetches."""
    texts = [actor.name, actor.precision, actor.summary, actor.description]
    texts += [actor.kind_label, actor.get_legal_form_display()]
    texts += [alias.name for alias in actor.aliases.all()]
    texts += [Sector(row.sector).label for row in actor.sectors.all()]
    texts += [Label(row.label).label for row in actor.labels.all()]
    texts += [text for activity in actor.activities.all() for text in (activity.name, activity.synonyms)]
    texts += [text for place in actor.places.all() for text in (place.territory.name, place.name)]
    texts += [area.territory.name for area in actor.areas.all()]
    texts += [row.person.name for row in actor.spokespersons.all()]
    return " ".join(dict.fromkeys(fold(" ".join(texts)).split()))


def refresh(actor_ids: Iterable[int]) -> None:
    """Write anew the documents of these actors (10 queries, whatever their number)."""
    actors = Actor.objects.filter(pk__in=set(actor_ids)).prefetch_related(
        "aliases",
        "sectors",
        "labels",
        "activities",
        "places__territory",
        "areas__territory",
        "spokespersons__person",
    )
    SearchDocument.objects.bulk_create(
        [SearchDocument(actor=actor, words=words_of(actor)) for actor in actors],
        update_conflicts=True,
        unique_fields=["actor"],
        update_fields=["words"],
    )
