"""« Changements récents » and « Complétude par territoire »."""

from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone

from editing.admin.page import AdminPage, register_page
from editing.exchange.writing import csv_lines
from editing.home.changes import Changes
from editing.home.completeness import TRAITS, Completeness
from editing.rights import require
from editing.roles import Right


@register_page
class ChangesPage(AdminPage):
    path = "changements/"
    name = "changes"
    title = "Changements récents"
    group = "À faire"
    rank = 10
    right = Right.READ
    template_name = "admin/editing/home/changes.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        asked = self.request.GET
        changes = Changes(self.request.user, asked.get("qui", ""), asked.get("page", 1))
        return super().get_context_data(changes=changes, **kwargs)


@register_page
class CompletenessPage(AdminPage):
    path = "completude/"
    name = "completeness"
    title = "Complétude par territoire"
    group = "À faire"
    rank = 20
    right = Right.READ
    template_name = "admin/editing/home/completeness.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            completeness=Completeness(self.request.GET.get("tri", "")), traits=TRAITS, **kwargs
        )


@register_page
class CompletenessTablePage(AdminPage):
    path = "completude.csv"
    name = "completeness_table"
    title = "Complétude par territoire"
    in_menu = False
    right = Right.READ

    def get(self, request, *args, **kwargs):
        require(request.user, Right.EXPORT)
        lines = csv_lines(Completeness(request.GET.get("tri", "")).table())
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        name = f"completude-{timezone.localdate():%Y-%m-%d}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
