from django.contrib import admin

from actors.models import PtceStatusEntry
from editing.admin.base import CitedInline, RowAdmin


class StatusInline(CitedInline, admin.StackedInline):
    model = PtceStatusEntry
    add_text = "Ajouter un statut"
    fields = (("status", "date", "call", "note"), ("cited_source", "sources"))


@admin.register(PtceStatusEntry)
class PtceStatusEntryAdmin(RowAdmin):
    fields = ("actor", ("status", "date"), "call", "note")
    list_display = ("actor", "status", "date", "call")
    list_filter = ("status",)
    search_fields = ("actor__name", "call", "note")
    ordering = ("actor__name_key", "date", "pk")
