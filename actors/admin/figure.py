from django.contrib import admin

from actors.admin.base import CitedInline, RowAdmin
from actors.models import Figure


class FigureInline(CitedInline, admin.TabularInline):
    model = Figure
    fields = ("what", "qualifier", "low", "high", "unit", "year", "sources", "cited_source")


@admin.register(Figure)
class FigureAdmin(RowAdmin):
    """The figures of actors, and those a letter prints about a territory."""

    fields = (("actor", "territory"), "what", ("qualifier", "low", "high"), ("unit", "year"))
    list_display = ("whose", "what", "value", "unit", "year")
    list_filter = ("year", "unit", ("territory", admin.EmptyFieldListFilter))
    search_fields = ("what", "actor__name", "territory__name")
    ordering = ("actor__name_key", "territory__name_key", "-year", "pk")

    def label(self, obj):
        return f"{self.whose(obj)} — {obj}"

    @admin.display(description="acteur ou territoire", ordering="actor__name_key")
    def whose(self, obj):
        return obj.actor or obj.territory

    @admin.display(description="valeur", ordering="low")
    def value(self, obj):
        return obj.value_text
