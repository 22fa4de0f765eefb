"""Taking in what somebody sent: it becomes a row that waits, and changes nothing else."""

from collections.abc import Mapping

from django.utils import timezone

from actors.models import Actor
from editing.suggestion_models import Suggestion, SuggestionKind, SuggestionSender, SuggestionState
from editing.suggestions import keys
from territories.models import Territory


def receive(
    *,
    kind: SuggestionKind,
    actor: Actor | None = None,
    seen: Mapping[str, str] | None = None,
    proposed: Mapping[str, str] | None = None,
    message: str = "",
    how_known: str = "",
    sender: str = SuggestionSender.UNSAID,
    proven: bool = False,
    email: str = "",
    spam: bool = False,
) -> Suggestion:
    """Keep a suggestion for the moderators (1 query, 2 more about an entry whose places are not loaded).

    ``proposed``: text by key of ``editing/suggestions/keys.py``, only what differs from ``seen``, what the sender
    was shown (the entry as it is where nothing is given). ``proven``: came by a link sent to the structure's own
    address. ``spam``: put where moderators look only when asked for it.
    """
    proposed = {key: value for key, value in (proposed or {}).items() if keys.is_key(key)}
    if actor is not None and seen is None:
        seen = keys.shown_values(actor)
    return Suggestion.objects.create(
        kind=kind,
        actor=actor,
        public_id=actor.public_id if actor else "",
        name=(actor.full_name if actor else proposed.get("name", ""))[:200],
        territory=_where(actor, proposed),
        seen={key: (seen or {}).get(key, "") for key in proposed},
        proposed=proposed,
        message=message.strip()[:4000],
        how_known=how_known.strip()[:400],
        sender=SuggestionSender.STRUCTURE if proven else sender,
        proven=proven,
        email=email,
        state=SuggestionState.SPAM if spam else SuggestionState.WAITING,
        decided_at=timezone.now() if spam else None,
    )


def report_closure(
    *, actor: Actor, year: str = "", successor: str = "", message: str = "", proven: bool = False
) -> Suggestion:
    """Somebody says that a going concern has ceased: a moderator decides, the entry stays as it is meanwhile."""
    proposed = {"closed": keys.YES, "closed_year": year, "successor": successor}
    return receive(
        kind=SuggestionKind.CLOSURE,
        actor=actor,
        proposed={key: value for key, value in proposed.items() if value},
        message=message,
        proven=proven,
    )


def _where(actor: Actor | None, proposed: Mapping[str, str]) -> Territory | None:
    """Of a new actor the one territory its text means, if any; an entry has places of its own."""
    return None if actor else keys.territory_meant(proposed.get("place:new:territory", ""))
