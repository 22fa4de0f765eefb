"""What the picture of each page says: a name, what it is, where; never a person."""

from actors.models import Actor
from partners.identifiers import LETTER
from partners.lasting import Fate, resolve
from partners.sharing.drawing import Card
from sources.models import Letter
from territories.models import Territory

SITE = Card("Lettres de l’Apes, fiches, carte et coopérations", "Qui fait l’économie solidaire, ici ?")


def card_of(kind: str, key: str) -> Card | None:
    """The card of a page, by the kind and the word of its address; None where there is no such page (2 queries)."""
    if not key:
        return SITE if kind == "annuaire" else None
    find = {"acteurs": _actor, "territoires": _territory, "lettres": _letter}.get(kind)
    return find(key) if find else None


def card_fate(kind: str, key: str) -> Fate:
    """What became of the thing of a card: its identifiers are those of ``/id/``."""
    kinds = {"acteurs": "", "lettres": f"{LETTER}/"}
    return resolve(f"{kinds[kind]}{key}") if kind in kinds else None


def _actor(public_id: str) -> Card | None:
    rows = Actor.objects.published().prefetch_related("places__territory")
    actor = rows.filter(public_id=public_id).first()
    if actor is None:
        return None
    towns = dict.fromkeys(place.territory.name for place in actor.places.all())
    return Card(actor.kind_label, actor.full_name, ", ".join(towns), actor.nature)


def _territory(slug: str) -> Card | None:
    territory = Territory.objects.select_related("parent").filter(slug=slug).first()
    if territory is None:
        return None
    inside = territory.parent.name if territory.parent else ""
    return Card(f"{territory.get_kind_display()} : ses acteurs solidaires", territory.name, inside)


def _letter(slug: str) -> Card | None:
    letter = Letter.objects.published().filter(slug=slug).first()
    if letter is None:
        return None
    return Card(letter.get_kind_display(), str(letter), letter.date_text)
