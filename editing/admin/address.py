"""Names that outlive an actor: kept by the program, but for identifiers elsewhere."""

from django.contrib import admin

from actors.models import Address, OutsideId, PublicId
from editing.admin.base import RowAdmin
from territories.admin_base import DirectoryInline, ReadOnlyAdmin


class OutsideIdInline(DirectoryInline, admin.TabularInline):
    model = OutsideId
    add_text = "Ajouter un identifiant extérieur"
    fields = ("scheme", "value")
    show_change_link = False


@admin.register(OutsideId)
class OutsideIdAdmin(RowAdmin):
    # No source is cited for an identifier.
    inlines = ()
    fields = ("actor", "scheme", "value")
    list_display = ("actor", "scheme", "value")
    list_filter = ("scheme",)
    search_fields = ("actor__name", "value")
    ordering = ("actor__name_key", "scheme", "pk")


@admin.register(Address)
class AddressAdmin(ReadOnlyAdmin):
    list_display = ("slug", "actor", "public_id")
    list_filter = ("public_id__fate",)
    search_fields = ("slug", "actor__name")
    ordering = ("slug", "pk")


@admin.register(PublicId)
class PublicIdAdmin(ReadOnlyAdmin):
    list_display = ("value", "actor", "fate", "merged_into", "ended_on")
    list_filter = ("fate",)
    search_fields = ("value", "actor__name")
    ordering = ("pk",)
