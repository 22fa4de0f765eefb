"""« Importer un tableau »: the upload, then one page for each import, whatever its state."""

from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from editing.admin.page import AdminPage, register_page
from editing.exchange import steps
from editing.exchange.forms import ApplyForm, MatchingForm, UploadForm
from editing.exchange.reading import FileRefused
from editing.exchange.writing import csv_lines
from editing.import_models import ImportBatch, ImportRow, ImportState, Outcome
from editing.rights import imports_visible
from editing.roles import Right
from territories.admin_base import ReadOnlyAdmin

_PER_PAGE = 50
_TOO_LATE = "Cet import a changé d’état entre-temps : voici où il en est."


@register_page
class ImportsPage(AdminPage):
    path = "imports/"
    name = "imports"
    title = "Importer un tableau"
    rank = 20
    right = Right.IMPORT
    template_name = "admin/editing/imports/list.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        batches = imports_visible(self.request.user).for_list()
        page = Paginator(batches, _PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(**{"form": UploadForm(), "page": page, **kwargs})

    def post(self, request):
        form = UploadForm(request.POST, request.FILES, refused=getattr(request, "upload_refused", False))
        if form.is_valid():
            try:
                batch = steps.stage(
                    file=form.cleaned_data["file"], sheet=form.cleaned_data["sheet"], user=request.user
                )
            except FileRefused as error:
                form.add_error("file", str(error))
            else:
                return HttpResponseRedirect(reverse("admin:import_batch", args=[batch.pk]))
        return self.render_to_response(self.get_context_data(form=form))


class OfBatch(AdminPage):
    """A page of one import, the person's own or, for a moderator, anybody's."""

    in_menu = False
    right = Right.IMPORT

    def batch(self) -> ImportBatch:
        rows = imports_visible(self.request.user).select_related("created_by")
        return get_object_or_404(rows, pk=self.kwargs["batch_id"])


@register_page
class ImportBatchPage(OfBatch):
    path = "imports/<int:batch_id>/"
    name = "import_batch"
    title = "Import"
    template_name = "admin/editing/imports/batch.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        batch = kwargs.pop("batch", None) or self.batch()
        context = {"batch": batch, "title": f"Import de « {batch.file_name} »"}
        if batch.state == ImportState.MATCHING:
            context["form"] = MatchingForm(batch=batch, examples=steps.examples(batch))
        elif not batch.is_at_work and batch.state != ImportState.FAILED:
            counts = batch.rows.counts()
            context |= {"counts": self._tabs(counts), "rows": self._rows(batch)}
            if batch.state == ImportState.SORTED:
                context["form"] = ApplyForm(counts=counts, initial={"seen": batch.sorting})
        return super().get_context_data(**{**context, **kwargs})

    def _tabs(self, counts: dict[str, int]) -> list[dict]:
        asked = self.request.GET.get("sort", "")
        return [
            {"value": outcome.value, "label": outcome.label, "count": counts[outcome], "on": outcome == asked}
            for outcome in Outcome
            if counts.get(outcome)
        ]

    def _rows(self, batch: ImportBatch):
        rows = batch.rows.select_related("actor").order_by("line")
        asked = self.request.GET.get("sort", "")
        rows = rows.filter(outcome=asked) if asked in Outcome.values else rows
        return Paginator(rows, _PER_PAGE).get_page(self.request.GET.get("page"))

    def post(self, request, batch_id: int):
        batch = self.batch()
        step = next((name for name in self._STEPS if name in request.POST), None)
        refused = self._STEPS[step](self, batch) if step else None
        if refused is not None:
            return self.render_to_response(self.get_context_data(batch=batch, form=refused))
        gone = not ImportBatch.objects.filter(pk=batch.pk).exists()
        where = reverse("admin:imports") if gone else reverse("admin:import_batch", args=[batch.pk])
        return HttpResponseRedirect(where)

    # Each gives back an invalid form, or None when it is done.

    def _match(self, batch):
        form = MatchingForm(self.request.POST, batch=batch, examples=steps.examples(batch))
        if not form.is_valid():
            return form
        cleaned = form.cleaned_data
        self._told(
            steps.ask_to_sort(batch, mapping=form.mapping, scheme=cleaned["scheme"], nature=cleaned["nature"])
        )
        return None

    def _apply(self, batch):
        form = ApplyForm(self.request.POST, counts=batch.rows.counts())
        if not form.is_valid():
            return form
        self._told(
            steps.ask_to_apply(batch, chosen=form.cleaned_data["chosen"], seen=form.cleaned_data["seen"])
        )
        return None

    def _again(self, batch):
        self._told(steps.ask_to_match_again(batch))

    def _undo(self, batch):
        self._told(steps.ask_to_undo(batch))

    def _forget(self, batch):
        if steps.forget(batch):
            messages.success(self.request, f"L’import de « {batch.file_name} » est oublié.")
        else:
            messages.warning(self.request, _TOO_LATE)

    def _told(self, done: bool) -> None:
        if not done:
            messages.warning(self.request, _TOO_LATE)

    _STEPS = {"match": _match, "apply": _apply, "again": _again, "undo": _undo, "forget": _forget}


@register_page
class RejectedLinesPage(OfBatch):
    path = "imports/<int:batch_id>/rejets/"
    name = "import_rejected"
    title = "Lignes rejetées"

    def get(self, request, batch_id: int):
        lines = csv_lines(steps.rejected_rows(self.batch()))
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="rejets.csv"'
        return response


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyAdmin):
    list_display = ("file_name", "created_by", "created_at", "state", "total")
    list_filter = ("state",)
    search_fields = ("file_name", "created_by__username")
    ordering = ("-pk",)


@admin.register(ImportRow)
class ImportRowAdmin(ReadOnlyAdmin):
    list_display = ("batch", "line", "outcome", "actor", "applied")
    list_filter = ("outcome", "applied")
    search_fields = ("batch__file_name",)
    ordering = ("-batch", "line", "pk")
