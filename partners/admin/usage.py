from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path

from partners.models import UsageCount
from partners.usage.report import Report, as_csv
from territories.admin_base import ReadOnlyAdmin


@admin.register(UsageCount)
class UsageCountAdmin(ReadOnlyAdmin):
    """Drawing and lists of the last months above the counts themselves."""

    group = "Pages du site"
    menu_name = "Qui utilise l’annuaire"
    list_display = ("day", "kind", "name", "host", "count")
    list_filter = ("kind",)
    date_hierarchy = "day"
    search_fields = ("host", "name")
    ordering = ("-day", "kind", "name", "host", "pk")

    def get_urls(self):
        export = path("export/", self.admin_site.admin_view(self.export), name="partners_usagecount_export")
        return [export, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().changelist_view(
            request, {"report": Report(), "title": self.menu_name, **(extra_context or {})}
        )

    def export(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        response = HttpResponse(as_csv(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="usages.csv"'
        return response
