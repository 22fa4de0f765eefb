"""Entries that wait for a letter are brought together once it is out: nothing of it may show before."""

from django.db.models import Q

from actors.actions.merge_actors import CannotMerge
from actors.models import Actor
from editing.rights import UNPUBLISHED
from sources.models import Letter


def refuse_while_waiting(*actors: Actor) -> None:
    """Raise CannotMerge, naming the letter, where one of these waits for it or has facts that do (1 query)."""
    letter = (
        Letter.objects.filter(
            Q(release__prepared__actor__in=actors, release__prepared__actor__publication__in=UNPUBLISHED)
            | Q(articles__pending_facts__actor__in=actors, articles__pending_facts__applied_at=None)
        )
        .order_by("pk")
        .first()
    )
    if letter:
        raise CannotMerge(
            f"L’une des deux attend une parution ({letter.label}) : réunissez-les ensuite, ou ôtez-la d’abord de "
            "ce qui attend."
        )
