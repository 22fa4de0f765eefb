"""A suggestion beside its entry: what it says now, what is proposed, and what changed since it was sent."""

import difflib
import re
from dataclasses import dataclass, field
from functools import cached_property

from actors.models import Actor, PublicId
from actors.models.contact import contact_key
from editing.duplicates.traits import Traits
from editing.duplicates.twins import Pair, twins_of
from editing.suggestion_models import Suggestion, SuggestionKind
from editing.suggestions import keys
from editing.suggestions.forms import html_name, kind_label


@dataclass(frozen=True)
class Piece:
    """A run of words of a value: in both, only in the present one, or only in the proposed one."""

    text: str
    mark: str  # "", "gone", "come"


@dataclass
class Line:
    """One thing proposed. ``value``: what the moderator would write, the proposal unless edited."""

    key: str
    present: str
    proposed: str
    # What the visitor was shown.
    seen: str
    # The row it is about is no more.
    gone: bool = False
    value: str = ""
    ticked: bool = True
    errors: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        return keys.label(self.key)

    @property
    def html_name(self) -> str:
        return f"value-{html_name(self.key)}"

    @property
    def changed_since(self) -> bool:
        """Whether somebody changed it in the directory after the visitor saw it."""
        return not self.gone and self.present != self.seen

    @property
    def there_already(self) -> bool:
        """Whether the entry says so by now."""
        return self.present == self.proposed

    @property
    def is_long(self) -> bool:
        return self.key == "summary"

    @property
    def is_box(self) -> bool:
        """« oui » or nothing: accepted or not, there is nothing to edit."""
        return self.key in {"closed", "kind"}

    @property
    def can_go(self) -> bool:
        """Whether an empty value takes something away."""
        return bool(self.present) and self.key != "name"

    @property
    def before(self) -> list[Piece]:
        return [piece for piece in self._pieces if piece.mark != "come"]

    @property
    def after(self) -> list[Piece]:
        return [piece for piece in self._pieces if piece.mark != "gone"]

    @cached_property
    def _pieces(self) -> list[Piece]:
        """Word by word, spaces kept."""
        old, new = (re.findall(r"\S+|\s+", self._told(text)) for text in (self.present, self.proposed))
        pieces = []
        for what, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if what == "equal":
                pieces.append(Piece("".join(old[i:j]), ""))
                continue
            pieces += [Piece("".join(old[i:j]), "gone")] if i < j else []
            pieces += [Piece("".join(new[k:m]), "come")] if k < m else []
        return pieces

    def _told(self, text: str) -> str:
        if self.key == "kind":
            return kind_label(text)
        if self.key == "closed":
            return text or "non"
        return text


def actor_of(suggestion: Suggestion) -> Actor | None:
    """The entry it is about today: the one in which it ended by mergers; None of a new or a deleted one (2 queries more
    once it was merged)."""
    actor_id = suggestion.actor_id
    if actor_id is None and suggestion.public_id:
        known = PublicId.objects.filter(value=suggestion.public_id).first()
        actor_id = known.survivor().actor_id if known else None
    rows = Actor.objects.prefetch_related("contacts", "places__territory")
    return rows.filter(pk=actor_id).first() if actor_id else None


def lines_of(suggestion: Suggestion, actor: Actor | None) -> list[Line]:
    """What is proposed, line by line, in the order of the form (no query where the actor came from ``actor_of()``)."""
    now = keys.shown_values(actor) if actor else {}
    found = []
    for key in keys.in_order(suggestion.proposed):
        row = keys.row_key(key)
        proposed = suggestion.proposed[key]
        gone = bool(row and not row.is_new and key not in now)
        # A box that was not there yet is empty; whoever took it away meant it.
        ticked = not gone or bool(proposed)
        found.append(
            Line(
                key=key,
                present=now.get(key, ""),
                proposed=proposed,
                seen=suggestion.seen.get(key, ""),
                gone=gone,
                value=proposed,
                ticked=ticked,
            )
        )
    return found


def likely_twins(suggestion: Suggestion) -> list[tuple[Actor, Pair]]:
    """Entries that a proposed actor may be already, the likeliest first; none of another kind (9 queries at most)."""
    if suggestion.kind != SuggestionKind.NEW:
        return []
    proposed = suggestion.proposed
    contacts = {
        (row.part, contact_key(row.part, value))
        for key, value in proposed.items()
        if (row := keys.row_key(key)) and row.table == "contact" and value
    }
    place = keys.territory_meant(proposed.get("place:new:territory", ""))
    nature = proposed.get("kind", "").partition(":")[0]
    traits = Traits(0, nature=nature, name=proposed.get("name", suggestion.name), contacts=contacts)
    traits.places |= {place.pk} if place else set()
    pairs = twins_of(traits)
    actors = Actor.objects.for_list().in_bulk([max(pair.key) for pair in pairs])
    return [(actors[max(pair.key)], pair) for pair in pairs if max(pair.key) in actors]
