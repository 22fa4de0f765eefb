from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from territories.models import of_one_version


class AskedView(TemplateView):
    """A page of what the filters of its address ask for, whose ``form`` is in the context.

    It names what is wrong with them; where that is an actor that was deleted, no other filter can put it right: 410.
    """

    @method_decorator(of_one_version())
    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        # Rendered here: templates ask as much as the view does, of the same version.
        return super().get(request, *args, **kwargs).render()

    def render_to_response(self, context: dict[str, Any], **kwargs) -> HttpResponse:
        if not context["form"].is_gone:
            return super().render_to_response(context, **kwargs)
        response = super().render_to_response(context, status=410, **kwargs)
        # An entry comes back from the bin for thirty days.
        response["Cache-Control"] = "no-cache"
        return response
