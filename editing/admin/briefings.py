"""« Ce que nous savons déjà de… », an actor or a territory, on paper."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from actors.models import Actor
from editing.admin.page import AdminPage, register_page
from editing.home.briefing import ActorBriefing, TerritoryBriefing
from editing.roles import Right
from territories.models import Territory


@register_page
class ActorBriefingPage(AdminPage):
    path = "fiches/<int:actor_id>/ce-que-nous-savons/"
    name = "actor_briefing"
    title = "Ce que nous savons déjà"
    in_menu = False
    right = Right.READ
    template_name = "admin/editing/home/actor_briefing.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        try:
            briefing = ActorBriefing(kwargs["actor_id"], self.request.user)
        except Actor.DoesNotExist:
            raise Http404 from None
        title = f"Ce que nous savons déjà de « {briefing.actor} »"
        return super().get_context_data(briefing=briefing, title=title, **kwargs)


@register_page
class TerritoryBriefingPage(AdminPage):
    path = "territoires/<int:territory_id>/ce-que-nous-savons/"
    name = "territory_briefing"
    title = "Ce que nous savons déjà"
    in_menu = False
    right = Right.READ
    template_name = "admin/editing/home/territory_briefing.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        territory = get_object_or_404(Territory, pk=kwargs["territory_id"])
        title = f"Ce que nous savons déjà {territory.of_phrase}"
        return super().get_context_data(
            briefing=TerritoryBriefing(territory, self.request.user), title=title, **kwargs
        )
