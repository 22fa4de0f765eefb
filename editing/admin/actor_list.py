"""What every list of actors shows, and how it is searched and narrowed."""

import re

from django.contrib import admin

from actors.models import PublicId
from actors.models.address import ALPHABET
from editing.admin.confirming import ConfirmAction
from editing.admin.exporting import ExportMixin
from sources.models import Letter

_PUBLIC_ID = re.compile(rf"[{ALPHABET}]{{8}}")


class LetterFilter(admin.SimpleListFilter):
    title = "lettre"
    parameter_name = "lettre"

    def lookups(self, request, model_admin):
        return [(letter.slug, letter.label) for letter in Letter.objects.all()]

    def queryset(self, request, queryset):
        letter = Letter.objects.filter(slug=self.value()).first() if self.value() else None
        return queryset.cited_in(letter) if letter else queryset


class ActorList(ConfirmAction, ExportMixin):
    """What every list of actors shows and how it is searched."""

    actions = ("confirm_selected", *ExportMixin.actions)
    list_filter = (
        "publication",
        "life_status",
        "sphere",
        "sectors__sector",
        "labels__label",
        LetterFilter,
    )
    search_fields = ("name_key",)
    search_help_text = "Nom, sigle, lieu, activité… ou identifiant permanent."
    ordering = ("name_key", "pk")

    def get_queryset(self, request):
        return super().get_queryset(request).for_list()

    def get_search_results(self, request, queryset, search_term):
        """Whatever an actor is found under, those of that name first; or the one of that permanent identifier.

        One query more for a text of eight signs, which may be one; of a merged entry it names the one that stays.
        """
        text = search_term.strip().lower()
        if _PUBLIC_ID.fullmatch(text) and (known := PublicId.objects.filter(pk=text).first()):
            return queryset.filter(public_id=known.survivor().pk), False
        return queryset.search(search_term).named_first(search_term), False

    @admin.display(description="nom", ordering="name_key")
    def full_name(self, obj):
        return obj.full_name

    @admin.display(description="lieux")
    def place_names(self, obj):
        return ", ".join(dict.fromkeys(place.territory.name for place in obj.places.all()))
