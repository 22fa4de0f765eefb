"""« Peut-être déjà dans l’annuaire »: entries with the words of a name, while a new one is typed."""

from django.http import JsonResponse
from django.urls import reverse

from actors.models import Actor
from editing.admin.page import AdminPage, register_page
from editing.rights import visible
from editing.roles import Right
from territories.admin_base import LONGEST_SEARCH
from territories.text import fold

_MOST = 5
# Shorter beginnings would name everybody.
_SHORTEST = 3


@register_page
class KnownEntries(AdminPage):
    """JSON for ``static/admin-local/known.js``: at most five entries the person may read, the likeliest first.

    ``{"entries": [{"name", "about", "url"}]}``; 3 queries, none for a name of less than three letters. Misspelt
    names are for the comparison at saving (``editing/duplicates/``), which reads every entry.
    """

    path = "fiches/connues/"
    name = "known_entries"
    title = "Fiches du même nom"
    in_menu = False
    right = Right.DRAFT

    def get(self, request, *args, **kwargs):
        name = request.GET.get("nom", "")[:LONGEST_SEARCH].replace("\0", "")
        found = []
        if len(fold(name)) >= _SHORTEST:
            found = (
                visible(request.user)
                .search(name)
                .named_first(name)
                .prefetch_related("places__territory")[:_MOST]
            )
        return JsonResponse({"entries": [self._told(actor) for actor in found]})

    @staticmethod
    def _told(actor: Actor) -> dict[str, str]:
        places = dict.fromkeys(place.territory.name for place in actor.places.all())
        state = "" if actor.is_public else actor.get_publication_display().lower()
        return {
            "name": actor.full_name,
            "about": ", ".join(filter(None, [actor.kind_label, *places, state])),
            "url": reverse(f"admin:actors_{actor.nature}_change", args=[actor.pk]),
        }
