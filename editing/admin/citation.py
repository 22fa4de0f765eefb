from django.contrib import admin

from actors.models import Citation
from actors.models.citation import ROW_TARGETS
from editing.admin.base import RowAdmin, owners_of
from territories.admin_base import DirectoryInline


class CitationInline(DirectoryInline, admin.TabularInline):
    """What supports the actor as a whole, or one of its columns."""

    model = Citation
    add_text = "Ajouter une source"
    fields = ("source", "role", "column", "printed")
    show_change_link = False
    verbose_name = "source de la fiche"
    verbose_name_plural = "cité dans (la fiche entière, ou une de ses rubriques)"


@admin.register(Citation)
class CitationAdmin(RowAdmin):
    inlines = ()
    fieldsets = (
        (None, {"fields": ("source", "printed")}),
        ("Ce que la source appuie : un acteur", {"fields": ("actor", ("role", "column"))}),
        (
            "ou une seule de ces lignes",
            {
                "fields": (
                    ("alias", "place", "area"),
                    ("contact", "figure", "spokesperson"),
                    ("cooperation", "wish", "status"),
                )
            },
        ),
    )
    list_display = ("whose", "fact", "source_text", "printed")
    list_filter = ("source__kind", "source__article__letter", "role", "column")
    search_fields = ("source__title", "source__article__title", "actor__name", "printed")
    ordering = ("source__key", "pk")

    @admin.display(description="source", ordering="source__key")
    def source_text(self, obj):
        return obj.source.label

    @admin.display(description="au sujet de")
    def whose(self, obj):
        return ", ".join(sorted(subject.label for subject in owners_of(obj)))

    @admin.display(description="fait")
    def fact(self, obj):
        if obj.actor_id:
            return obj.get_role_display() or obj.get_column_display()
        return str(next(getattr(obj, name) for name in ROW_TARGETS if getattr(obj, f"{name}_id")))
