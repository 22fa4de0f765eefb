from django.contrib import admin

from actors.models import Spokesperson
from editing.admin.base import CitedInline, RowAdmin


class SpokespersonInline(CitedInline, admin.StackedInline):
    model = Spokesperson
    add_text = "Ajouter un porte-parole"
    fields = (("person", "role", "category"), ("cited_source", "sources"))


@admin.register(Spokesperson)
class SpokespersonAdmin(RowAdmin):
    fields = ("actor", "person", "role", "category")
    list_display = ("person", "role", "category", "actor")
    list_filter = ("category",)
    search_fields = ("person__name", "role", "actor__name")
    ordering = ("person__name", "actor__name_key", "pk")
