from django.contrib import admin

from actors.models import AreaServed, Place
from editing.admin.base import CitedInline, RowAdmin


class PlaceInline(CitedInline, admin.StackedInline):
    model = Place
    add_text = "Ajouter un lieu"
    fields = (
        ("role", "territory", "name"),
        ("address", "postal_code", "latitude", "longitude"),
        ("cited_source", "sources"),
    )


class AreaInline(CitedInline, admin.StackedInline):
    model = AreaServed
    add_text = "Ajouter un territoire d’intervention"
    fields = (("territory", "cited_source", "sources"),)


@admin.register(Place)
class PlaceAdmin(RowAdmin):
    fields = (
        "actor",
        ("role", "territory"),
        ("name", "address", "postal_code"),
        ("latitude", "longitude"),
    )
    list_display = ("actor", "role", "territory", "name", "address", "postal_code")
    list_filter = ("role", "territory__kind")
    search_fields = ("actor__name", "territory__name", "name", "address", "postal_code")
    ordering = ("actor__name_key", "pk")


@admin.register(AreaServed)
class AreaServedAdmin(RowAdmin):
    fields = ("actor", "territory")
    list_display = ("actor", "territory")
    list_filter = ("territory__kind",)
    search_fields = ("actor__name_key", "territory__name_key")
    ordering = ("actor__name_key", "territory__name_key", "pk")
