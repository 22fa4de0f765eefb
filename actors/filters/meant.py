"""Which actor a word in an address means today: addresses are kept in feeds, files and pages of others for years."""

from django.core.exceptions import ValidationError

from actors.models import Actor, PublicId
from actors.models.actor_queryset import ActorQuerySet
from sources.partial_date import PartialDate

# The code of errors about what was deleted, as against what never was.
GONE = "gone"


def meant_by(word: str, rows: ActorQuerySet) -> Actor | None:
    """Which of these rows had this address, or bears this permanent id, itself or by what was merged with it.

    None where nothing of theirs ever did; raises ValidationError, of code GONE, where it was deleted (2 queries, 1 more
    for an address and 1 for each merger).
    """
    known = PublicId.objects.meant_by(word)
    if known is None:
        return None
    survivor = known.survivor()
    if survivor.actor_id is None:
        since = f" le {PartialDate.parse(survivor.ended_on.isoformat())}" if survivor.ended_on else ""
        raise ValidationError(f"Cette fiche a été supprimée de l’annuaire{since}.", code=GONE)
    return rows.filter(pk=survivor.actor_id).first()
