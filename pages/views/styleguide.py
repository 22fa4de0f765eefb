from typing import Any

from django.contrib.auth.mixins import UserPassesTestMixin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.views.generic import TemplateView, View

from pages.presenters.styleguide import Tokens, sample_cards


class _StaffOnly(UserPassesTestMixin):
    """Strangers are asked to log in, accounts without the back-office are refused."""

    login_url = reverse_lazy("admin:login")

    def test_func(self) -> bool:
        return self.request.user.is_active and self.request.user.is_staff


class StyleguideView(_StaffOnly, TemplateView):
    """Every component with its name, by day and by night, for developers and editors."""

    template_name = "styleguide/styleguide.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(tokens=Tokens(), cards=sample_cards(), **kwargs)


class StyleguideThemesView(_StaffOnly, View):
    """Both themes as classes, made from the tokens: no second copy of a colour."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(Tokens().stylesheet, content_type="text/css; charset=utf-8")
