"""The bin: deleted entries, each with the last day on which it comes back in one click."""

from django.contrib import admin, messages
from django.db import IntegrityError, transaction
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html

from actors.actions.restore import NothingToRestore, Restored, restore_from_bin
from actors.models import BinnedActor
from editing.rights import has_right, require
from editing.roles import Right
from territories.admin_base import ReadOnlyAdmin, refusal


def told(restored: Restored) -> str:
    """What could not be brought back, as the end of a message; '' when everything was."""
    return f" N’ont pas pu revenir : {', '.join(restored.left_out)}." if restored.left_out else ""


@admin.register(BinnedActor)
class BinAdmin(ReadOnlyAdmin):
    group = "Acteurs"
    rank = 90
    menu_name = "Corbeille"
    list_display = ("name", "nature", "deleted_on", "deleted_by", "until_date", "history", "bring_back")
    list_display_links = None
    list_filter = ("nature", "deleted_at")
    search_fields = ("name",)
    ordering = ("-deleted_at", "-pk")
    change_list_template = "admin/actors/binnedactor/change_list.html"

    def get_queryset(self, request):
        """Everything for moderators; for others what they deleted themselves, so that a slip is undone at once."""
        binned = super().get_queryset(request).select_related("deleted_by")
        return binned if has_right(request.user, Right.MODERATE) else binned.filter(deleted_by=request.user)

    def get_list_display(self, request):
        # What a deleted entry was is for moderators.
        shown = super().get_list_display(request)
        return [name for name in shown if name != "history" or has_right(request.user, Right.MODERATE)]

    @admin.display(description="supprimée le", ordering="deleted_at")
    def deleted_on(self, obj):
        return date_format(obj.deleted_at, "j F Y, H:i")

    @admin.display(description="corbeille (jusqu’au)", ordering="deleted_at")
    def until_date(self, obj):
        return f"jusqu’au {date_format(obj.until, 'j F Y')}"

    @admin.display(description="historique")
    def history(self, obj):
        url = reverse("admin:actor_history", args=[obj.actor_id])
        return format_html('<a href="{}">Historique</a>', url)

    @admin.display(description="reprendre")
    def bring_back(self, obj):
        # The button belongs to a form outside the table's own: forms don't nest.
        url = reverse("admin:actors_binnedactor_restore", args=[obj.pk])
        return format_html('<button form="bring-back" formaction="{}" class="button">Restaurer</button>', url)

    def get_urls(self):
        restore = path(
            "<int:pk>/restaurer/",
            self.admin_site.admin_view(self.restore_view),
            name="actors_binnedactor_restore",
        )
        return [restore, *super().get_urls()]

    def restore_view(self, request, pk):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        require(request.user, Right.DELETE)
        binned = get_object_or_404(self.get_queryset(request), pk=pk)
        try:
            with transaction.atomic():
                restored = restore_from_bin(binned=binned, user=request.user)
        except NothingToRestore as error:
            self.message_user(request, str(error), messages.ERROR)
        except IntegrityError as error:
            self.message_user(request, f"« {binned} » n’a pas pu revenir. {refusal(error)}", messages.ERROR)
        else:
            (actor,) = restored.actors
            url = reverse(f"admin:actors_{actor.nature}_change", args=[actor.pk])
            text = format_html('La fiche « <a href="{}">{}</a> » est revenue.{}', url, actor, told(restored))
            self.message_user(request, text, messages.WARNING if restored.left_out else messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:actors_binnedactor_changelist"))
