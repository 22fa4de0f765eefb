from django.contrib import admin

from actors.models import Figure
from editing.admin.base import CitedInline, CitedRowForm, RowAdmin
from editing.admin.seen import SeenForm
from sources.forms import NamesNobodyErased
from territories.admin_base import year_column


class WholeNumbers:
    """Shows 50 where the column holds 50,00."""

    def get_initial_for_field(self, field, field_name):
        value = super().get_initial_for_field(field, field_name)
        if field_name in {"low", "high"} and value is not None and value == int(value):
            return int(value)
        return value


class FigureRowForm(WholeNumbers, CitedRowForm):
    pass


class FigureForm(NamesNobodyErased, WholeNumbers, SeenForm):
    """Also of territories, whose figures stand in no entry."""


class FigureInline(CitedInline, admin.StackedInline):
    model = Figure
    add_text = "Ajouter un chiffre clé"
    form = FigureRowForm
    fields = (("what", "qualifier", "low", "high", "unit", "year"), ("cited_source", "sources"))


@admin.register(Figure)
class FigureAdmin(RowAdmin):
    """The figures of actors, and those a letter prints about a territory."""

    form = FigureForm
    fields = (("actor", "territory"), "what", ("qualifier", "low", "high"), ("unit", "year"))
    list_display = ("whose", "what", "value", "unit", year_column("year", "année"))
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
