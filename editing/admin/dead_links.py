"""The page « Liens morts »: what to do about each address, one button away."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404

from editing.admin.page import AdminPage, register_page
from editing.freshness.dead_links import DELAYS, DeadLinks, links_of, put_off, take_back, take_over
from editing.models import LinkCheck
from editing.roles import Right
from territories.text import row_number


@register_page
class DeadLinksPage(AdminPage):
    path = "liens-morts/"
    name = "dead_links"
    title = "Liens morts"
    group = "À faire"
    rank = 30
    right = Right.EDIT
    template_name = "admin/editing/freshness/dead_links.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        asked = self.request.GET
        listing = DeadLinks(self.request.user, asked.get("voir", ""), asked.get("page", 1))
        return super().get_context_data(listing=listing, delays=DELAYS, **kwargs)

    def post(self, request):
        check = get_object_or_404(LinkCheck, pk=row_number(request.POST.get("adresse")))
        if not links_of(request.user, LinkCheck.objects.filter(pk=check.pk)).exists():
            raise PermissionDenied
        self._do(request.POST.get("faire", ""), check)
        return HttpResponseRedirect(request.get_full_path())

    def _do(self, button: str, check: LinkCheck) -> None:
        if button == "prendre" and check.is_moved:
            done, refused = take_over(check, self.request.user)
            if done:
                messages.success(self.request, f"Nouvelle adresse écrite dans : {', '.join(done)}.")
            for sentence in refused:
                messages.warning(self.request, f"Rien n’a changé dans {sentence}")
        elif button == "ramener":
            take_back(check)
            messages.success(self.request, f"{check.address} est de retour dans la liste.")
        elif button in map(str, DELAYS):
            until = put_off(check, int(button))
            messages.success(
                self.request, f"{check.address} de côté jusqu’au {until:%d/%m/%Y}, pour tout le monde."
            )
