"""The page of each worklist: entries that ask for something, filtered, put off, exported; territories to tell of."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect

from editing.admin.exporting import table_response
from editing.admin.page import AdminPage, register_page
from editing.home.entry_page import EntryPage
from editing.home.lists import entry_list
from editing.home.postponing import DELAYS, postpone, take_back
from editing.home.territories import untold_territories
from editing.home.worklists import EntryList
from editing.models import Postponement, TwinTally
from editing.rights import has_right
from editing.roles import Right
from territories.admin_base import ReadOnlyAdmin

_NOBODY = "Cochez d’abord au moins une fiche."


@register_page
class WorklistPage(AdminPage):
    path = "a-faire/<slug:slug>/"
    name = "worklist"
    title = "À faire"
    in_menu = False
    right = Right.READ
    template_name = "admin/editing/home/worklist.html"

    def dispatch(self, request, *args, **kwargs):
        self.worklist = self._list(kwargs["slug"])
        if not self.worklist.shown_to(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @staticmethod
    def _list(slug: str) -> EntryList:
        worklist = entry_list(slug)
        if worklist is None:
            raise Http404
        return worklist

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            title=self.worklist.title,
            worklist=self.worklist,
            listing=EntryPage(self.worklist, self.request.user, self.request.GET),
            delays=DELAYS,
            may_export=has_right(self.request.user, Right.EXPORT),
            **kwargs,
        )

    def post(self, request, slug: str):
        """One of the buttons below the list, on the entries ticked."""
        listing = EntryPage(self.worklist, request.user, request.GET)
        button, beside, pk = request.POST.get("une", "").partition("-")
        ticked = listing.one(pk) if beside else listing.ticked(request.POST)
        button = button or request.POST.get("faire", "")
        if not ticked.exists():
            messages.warning(request, _NOBODY)
        elif button in {"xlsx", "csv"}:
            if not has_right(request.user, Right.EXPORT):
                raise PermissionDenied
            return table_response(request, ticked, button)
        else:
            self._do(button, ticked)
        return HttpResponseRedirect(request.get_full_path())

    def _do(self, button: str, ticked) -> None:
        ids = list(ticked.order_by().values_list("pk", flat=True))
        entries = f"{len(ids)} fiche{'s' if len(ids) > 1 else ''}"
        action = next((each for each in self.worklist.actions if each.key == button), None)
        if action:
            messages.success(self.request, action.run(ticked, self.request.user))
        elif button == "reprendre":
            take_back(self.worklist, ids)
            messages.success(self.request, f"{entries} de retour dans la liste.")
        elif button in map(str, DELAYS):
            until = postpone(self.worklist, ids, months=int(button), user=self.request.user)
            messages.success(
                self.request, f"{entries} de côté jusqu’au {until:%d/%m/%Y}, pour tout le monde."
            )


@register_page
class UntoldTerritoriesPage(AdminPage):
    path = "a-raconter/territoires/"
    name = "untold_territories"
    title = "Territoires jamais racontés"
    in_menu = False
    right = Right.EDIT
    template_name = "admin/editing/home/untold_territories.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(territories=untold_territories(self.request.user), **kwargs)


@admin.register(Postponement)
class PostponementAdmin(ReadOnlyAdmin):
    list_display = ("actor", "worklist", "until", "postponed_by", "postponed_at")
    list_filter = ("worklist", "until")
    search_fields = ("actor__name_key",)
    ordering = ("until", "pk")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("actor", "postponed_by")


@admin.register(TwinTally)
class TwinTallyAdmin(ReadOnlyAdmin):
    list_display = ("made_at", "digest")
    ordering = ("-pk",)
