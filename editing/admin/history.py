"""« Historique » of an entry: who changed what, two versions side by side, going back to one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from actors.actions.restore import restore_version
from actors.history import act, versions_of
from actors.models import Actor, BinnedActor
from editing.admin.bin import told
from editing.admin.page import AdminPage, register_page
from editing.rights import may, require
from editing.roles import Right
from editing.timeline import Comparison, Timeline
from territories.admin_base import refusal
from territories.text import row_number


@register_page
class HistoryPage(AdminPage):
    path = "fiches/<int:actor_id>/historique/"
    name = "actor_history"
    title = "Historique"
    in_menu = False
    right = Right.READ
    template_name = "admin/editing/history.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        """Of an entry in the bin as well, for those who may bring it back."""
        actor_id = kwargs["actor_id"]
        actor = Actor.objects.filter(pk=actor_id).first()
        binned = None if actor else get_object_or_404(BinnedActor, actor_id=actor_id)
        if actor:
            require(self.request.user, Right.READ, actor)
        else:
            require(self.request.user, Right.MODERATE)
        return super().get_context_data(
            actor=actor,
            binned=binned,
            name=str(actor or binned),
            timeline=Timeline(actor_id, self.request.user, self.request.GET.get("page", 1)),
            comparison=self._comparison(actor_id),
            may_restore=bool(actor) and may(self.request.user, Right.EDIT, actor),
            **kwargs,
        )

    def _comparison(self, actor_id: int) -> Comparison | None:
        asked = [self.request.GET.get(name) for name in ("de", "a")]
        if not all(asked):
            return None
        try:
            return Comparison(actor_id, self.request.user, *asked)
        except ValueError:
            raise Http404 from None

    def post(self, request, actor_id: int):
        """Go back to one version; the page then shows the new one that says the same."""
        actor = get_object_or_404(Actor, pk=actor_id)
        require(request.user, Right.EDIT, actor)
        number = row_number(request.POST.get("version"))
        version = get_object_or_404(versions_of(actor_id), pk=number)
        try:
            with act(user=request.user):
                restored = restore_version(version=version, user=request.user)
                if not may(request.user, Right.EDIT, restored.actors[0]):
                    raise PermissionDenied
        except IntegrityError as error:
            messages.error(request, f"La fiche est restée comme elle était. {refusal(error)}")
        else:
            level = messages.WARNING if restored.left_out else messages.SUCCESS
            messages.add_message(request, level, f"La fiche est revenue à cette version.{told(restored)}")
        return HttpResponseRedirect(reverse("admin:actor_history", args=[actor_id]))
