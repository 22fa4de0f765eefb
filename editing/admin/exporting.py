"""Taking a list of entries away as a spreadsheet: what the list shows, filtered as it is, or the rows ticked."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import path, reverse
from django.utils import timezone

from actors.models import Actor
from actors.models.actor_queryset import ActorQuerySet
from editing.exchange.writing import actor_rows, csv_lines, xlsx_file
from editing.rights import has_right
from editing.roles import Right

# Word of the address -> what the link says; the first CSV is what Excel opens in French.
FORMATS = {"xlsx": "XLSX", "csv": "CSV", "csv-virgules": "CSV à virgules"}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table_response(request, actors: ActorQuerySet, kind: str) -> HttpResponse:
    """These entries as a file to keep, ``kind`` one of FORMATS (9 queries for each thousand)."""
    rows = actor_rows(actors.in_order(), request.build_absolute_uri)
    name = f"acteurs-{timezone.localdate():%Y-%m-%d}"
    if kind == "xlsx":
        return FileResponse(
            xlsx_file(rows, "Acteurs"), as_attachment=True, filename=f"{name}.xlsx", content_type=_XLSX
        )
    lines = csv_lines(rows, "," if kind == "csv-virgules" else ";")
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


class ExportMixin:
    """Adds to a list of entries its export, whole as filtered and searched, and that of a selection."""

    change_list_template = "admin/editing/actor_list.html"
    actions = ["export_as_xlsx", "export_as_csv"]
    reading_actions = frozenset(actions)

    def has_export_permission(self, request) -> bool:
        return has_right(request.user, Right.EXPORT)

    def get_urls(self):
        view = self.admin_site.admin_view(self.export_view)
        return [path("exporter/<slug:kind>/", view, name=self._export_name), *super().get_urls()]

    @property
    def _export_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_export"

    def changelist_view(self, request, extra_context=None):
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        links = [
            (label, reverse(f"admin:{self._export_name}", args=[kind]) + query)
            for kind, label in FORMATS.items()
            if self.has_export_permission(request)
        ]
        return super().changelist_view(request, {"export_links": links, **(extra_context or {})})

    def export_view(self, request, kind: str):
        if not self.has_export_permission(request) or kind not in FORMATS:
            raise PermissionDenied
        # A parameter that no list knows is told there, as it would be by the list itself.
        changelist = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        try:
            listed = self.get_changelist_instance(request).get_queryset(request)
        except admin.options.IncorrectLookupParameters:
            return HttpResponseRedirect(reverse(changelist))
        return table_response(request, self._plain(listed), kind)

    @staticmethod
    def _plain(listed) -> ActorQuerySet:
        return Actor.objects.filter(pk__in=listed.order_by().values("pk"))

    @admin.action(description="Exporter la sélection (XLSX)", permissions=["export"])
    def export_as_xlsx(self, request, queryset):
        return table_response(request, self._plain(queryset), "xlsx")

    @admin.action(description="Exporter la sélection (CSV)", permissions=["export"])
    def export_as_csv(self, request, queryset):
        return table_response(request, self._plain(queryset), "csv")
