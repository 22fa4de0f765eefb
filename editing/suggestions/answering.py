"""The one mail that a sender gets: what was taken over, what was not, and why."""

from django.template.loader import render_to_string
from django.urls import reverse

from actors.mail import absolute, send
from editing.suggestion_models import RefusalReason, Suggestion, SuggestionKind, SuggestionState
from editing.suggestions import keys

# The reasons of the list, as sentences to somebody.
_REASONS = {
    RefusalReason.ALREADY: "Cette information est déjà dans l’annuaire.",
    RefusalReason.UNVERIFIED: "Nous n’avons pas pu la vérifier.",
    RefusalReason.SCOPE: "Elle sort du champ de l’annuaire, qui suit les lettres de l’Apes.",
    RefusalReason.LETTERS: "Les sources que suit l’annuaire disent autre chose.",
    RefusalReason.UNCLEAR: "Nous n’avons pas compris ce qu’il faut changer.",
    RefusalReason.OTHER: "",
    RefusalReason.NONE: "",
}


def answer_sender(suggestion: Suggestion) -> None:
    """Queue the answer to a decided suggestion (1 query); it repeats nothing but the names of the fields."""
    # Of an entry of ours. What a visitor called something new stands in no mail: anybody can give a stranger's address.
    name = "" if suggestion.kind == SuggestionKind.NEW else suggestion.name
    of = f" « {name} »" if name else ""
    taken = [key for key in keys.in_order(suggestion.decided) if suggestion.decided[key]["taken"]]
    left = [key for key in keys.in_order(suggestion.decided) if not suggestion.decided[key]["taken"]]
    public = suggestion.actor if suggestion.actor and suggestion.actor.is_public else None
    context = {
        "suggestion": suggestion,
        "name": name,
        "refused": suggestion.state == SuggestionState.REFUSED,
        "taken": [keys.label(key) for key in taken],
        "left": [keys.label(key) for key in left],
        "reason": _REASONS[RefusalReason(suggestion.reason)],
        "page": absolute(reverse("actor", args=[public.slug])) if public else "",
    }
    send(
        to=suggestion.email,
        subject=f"Annuaire de l’économie solidaire : votre envoi{of}",
        text=render_to_string("suggestions/answer.txt", context),
    )
