"""« Aperçu »: the public page of an entry as the form stands, saved or not, beside the form."""

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.forms.formsets import all_valid
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import path, resolve, reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin

from territories.admin_base import refusal
from territories.memory import aside


class PreviewMixin:
    """Adds the address that a form posts to, as to be saved, and that shows its public page instead.

    What was posted is written, the page is rendered from it, and the transaction is rolled back: the page
    is the very one visitors would see. Nothing is told to the directory nor to the history.
    """

    def preview_url(self, obj) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_preview"
        return reverse(f"{name}_of", args=[obj.pk]) if obj else reverse(name)

    def get_urls(self):
        view = self.admin_site.admin_view(xframe_options_sameorigin(self.preview_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_preview"
        return [
            path("add/apercu/", view, name=name),
            path("<path:object_id>/apercu/", view, name=f"{name}_of"),
            *super().get_urls(),
        ]

    def preview_view(self, request, object_id=None):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        obj = self.get_object(request, unquote(object_id)) if object_id else None
        if object_id and obj is None:
            raise Http404
        allowed = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if not allowed:
            raise PermissionDenied
        try:
            with transaction.atomic(), aside():
                response = self._page_of(request, obj)
                transaction.set_rollback(True)
        except IntegrityError as error:
            response = self._mistakes(request, [refusal(error)])
        response["X-Robots-Tag"] = "noindex"
        response["Cache-Control"] = "no-store"
        return response

    def _page_of(self, request, obj) -> HttpResponse:
        form = self.get_form(request, obj, change=obj is not None)(request.POST, instance=obj)
        valid = form.is_valid()
        actor = form.save(commit=False) if valid else form.instance
        formsets = self._posted_formsets(request, actor, obj)
        if not (all_valid(formsets) and valid):
            return self._mistakes(request, _mistakes_of(form, formsets))
        if obj is None:
            actor.created_by = request.user
        actor.save()
        form.save_m2m()
        for formset in formsets:
            formset.save()
        self.keep_successor(form, actor)
        return public_page(request, actor.get_absolute_url())

    def _posted_formsets(self, request, actor, obj) -> list:
        pairs = self.get_formsets_with_inlines(request, obj)
        return [
            formset(request.POST, instance=actor, prefix=formset.get_default_prefix()) for formset, _ in pairs
        ]

    def _mistakes(self, request, mistakes: list[str]) -> HttpResponse:
        context = {"mistakes": mistakes}
        return TemplateResponse(request, "admin/editing/preview_mistakes.html", context, status=422).render()


def public_page(request: HttpRequest, address: str) -> HttpResponse:
    """What the site answers at that address within this transaction, rendered.

    By its address rather than by its view: the public pages and this app don't know each other.
    """
    asked = HttpRequest()
    asked.method, asked.path, asked.path_info = "GET", address, address
    asked.META = {**request.META, "REQUEST_METHOD": "GET", "QUERY_STRING": "", "PATH_INFO": address}
    asked.user, asked.session = request.user, request.session
    match = resolve(address)
    response = match.func(asked, *match.args, **match.kwargs)
    return response.render() if hasattr(response, "render") else response


def _mistakes_of(form, formsets) -> list[str]:
    """Every error with the label of its field, in the order of the page."""
    found = []
    for one in [form, *(row for formset in formsets for row in formset.forms)]:
        for name, errors in one.errors.items():
            label = f"{one.fields[name].label} : " if name in one.fields else ""
            found += [f"{label}{error}" for error in errors]
    return found + [str(error) for formset in formsets for error in formset.non_form_errors()]
