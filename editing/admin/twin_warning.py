"""« Cette structure existe peut-être déjà »: a new entry is compared with all others before it stays."""

from dataclasses import dataclass

from django.urls import reverse

from actors.models import Actor
from editing.admin.base import OutsideRights
from editing.duplicates.twins import Reason, twins_of_saved
from editing.rights import visible

# Buttons that save, and the value of the one that says besides: make it all the same.
_SAVING = ("_publish", "_review", "_draft", "_continue", "_addanother", "_save")
_ANYWAY = "anyway"
_FOUND = "Cette fiche existe peut-être déjà : regardez celles ci-dessous avant de la créer."


class LikelyTwins(OutsideRights):
    """A new entry looks like others; nothing is saved, and its form comes back with all that was typed."""


@dataclass(frozen=True)
class Twin:
    """One entry that may be the same; None where the person may not read it."""

    actor: Actor | None
    reasons: tuple[Reason, ...]


class TwinWarning:
    """Of an admin whose new entries are compared, once everything of them is there, before they stay."""

    def ask_about_twins(self, request, actor: Actor):
        """Raise LikelyTwins where a new entry, all its rows written, looks like another, unless that was answered."""
        if _ANYWAY in map(request.POST.get, _SAVING):
            return
        if found := _twins(actor, request.user):
            request.likely_twins = found
            raise LikelyTwins(_FOUND)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        twins = getattr(request, "likely_twins", [])
        # « Créer quand même » saves in the way that was asked first.
        pressed = next((name for name in _SAVING if name in request.POST), "_save")
        context = {
            **context,
            "likely_twins": twins,
            "pressed": pressed,
            "anyway": _ANYWAY,
            "known_url": reverse("admin:known_entries") if add else "",
        }
        return super().render_change_form(request, context, add, change, form_url, obj)


def _twins(actor: Actor, user) -> list[Twin]:
    """Likely twins of an entry just written, the likeliest first, of which the person reads those they may."""
    pairs = twins_of_saved(actor.pk)
    others = [pair.one if pair.other == actor.pk else pair.other for pair in pairs]
    readable = visible(user).for_list().in_bulk(others)
    return [Twin(readable.get(other), pair.reasons) for other, pair in zip(others, pairs, strict=True)]
