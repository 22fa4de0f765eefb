"""What the program keeps for itself, shown for those who look for the reason of something."""

from django.contrib import admin

from actors.models import SearchDocument, Seed
from territories.admin_base import ReadOnlyAdmin


@admin.register(SearchDocument)
class SearchDocumentAdmin(ReadOnlyAdmin):
    list_display = ("actor",)
    list_filter = ("actor__nature",)
    search_fields = ("words",)
    ordering = ("actor__name_key", "pk")


@admin.register(Seed)
class SeedAdmin(ReadOnlyAdmin):
    list_display = ("key", "model", "row_id")
    list_filter = ("model",)
    search_fields = ("key",)
    ordering = ("key", "pk")
