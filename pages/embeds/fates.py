"""What became of the actors that a published code names: a frame says so instead of showing less in silence."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

from actors.enums import PublicIdFate
from actors.models import Actor, Address, PublicId
from pages.templatetags.french import long_date

# Parameters that name one actor by its address.
_NAMING = ("ptce", "avec", "acteur")


@dataclass(frozen=True)
class Fate:
    """``actor``: who answers to a word today, None for nobody. ``merged``: under another's id by now; ``deleted``: gone."""

    actor: Actor | None = None
    merged: bool = False
    deleted: bool = False
    on: datetime.date | None = None

    @property
    def since(self) -> str:
        """«  le 3 mars 2026 », '' where the day is not known."""
        return f" le {long_date(self.on)}" if self.on else ""


def fate_of(word: str) -> Fate:
    """Of a permanent id or of any address an actor ever had (3 queries, 1 more for each merger)."""
    known = PublicId.objects.meant_by(word)
    if known is None:
        return Fate()
    survivor = known.survivor()
    if survivor.actor is None:
        return Fate(deleted=True, on=survivor.ended_on)
    if not survivor.actor.is_public:
        return Fate()
    return Fate(survivor.actor, merged=survivor.pk != known.pk, on=known.ended_on)


def followed(parameters: QueryDict) -> tuple[QueryDict, list[str]]:
    """The parameters with old names of actors replaced by present ones, and what that means for the reader.

    No query unless one of them names an actor; 3 or so for each parameter, however often it is repeated.
    """
    notes: list[str] = []
    if not any(name in parameters for name in _NAMING):
        return parameters, notes
    current = parameters.copy()
    for name in _NAMING:
        words = {word.strip() for word in parameters.getlist(name)} - {""}
        if len(words) != 1:
            # Two are an error of the filter itself, which says so.
            continue
        word = words.pop()
        fate = fate_of(word)
        current[name] = fate.actor.slug if fate.actor else word
        # What was deleted, the filters tell.
        if fate.merged:
            notes.append(f"Une fiche de ce choix a été réunie avec « {fate.actor.full_name} »{fate.since}.")
    return current, notes


def notes_on(words: Sequence[str]) -> list[str]:
    """What became of single actors that were chosen, in French; nothing of those still there (3 queries at most).

    Who was withdrawn by the editors is passed over: that there was an entry is nobody's business.
    """
    if not words:
        return []
    given = {word for word in words if "\0" not in word}
    ids = set(Address.objects.filter(slug__in=given).values_list("public_id", flat=True))
    ended = PublicId.objects.once_public().filter(value__in=given | ids).exclude(fate=PublicIdFate.LIVE)
    deleted, merged = 0, []
    for row in ended.select_related("merged_into__actor").order_by("value"):
        survivor = row.survivor()
        if survivor.actor is None:
            deleted += 1
        elif survivor.actor.is_public:
            when = Fate(on=row.ended_on).since
            merged.append(f"Une fiche choisie a été réunie avec « {survivor.actor.full_name} »{when}.")
    notes = list(dict.fromkeys(merged))
    if deleted:
        notes.append(
            "Une fiche choisie a été supprimée de l’annuaire."
            if deleted == 1
            else f"{deleted} fiches choisies ont été supprimées de l’annuaire."
        )
    return notes
