from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html_join
from django.views.decorators.http import require_POST

from pages.models import EditorialPage
from pages.presenters.editorial import read, still_to_tell, unknown_marks
from sources.forms import NamesNobodyErased
from territories.admin_base import DirectoryForm, RecordingAdmin, Subject

# Sign to type, what it makes.
_SIGNS = (
    ("## Intertitre", "un intertitre ; ### pour le niveau en dessous"),
    ("une ligne vide", "un nouveau paragraphe"),
    ("- au début d’une ligne", "une liste ; 1. pour une liste numérotée"),
    ("**mots**", "en gras ; *mots* : en italique"),
    (
        "[mots du lien](https://adresse)",
        "un lien ; vers une page du site : [les lettres](/lettres/)",
    ),
    (
        "[[à compléter : adresse]]",
        "ce qui manque encore : les visiteurs ne voient pas le paragraphe ou la ligne de liste qui la contient",
    ),
)


class LinesField(forms.CharField):
    """Text of several lines; browsers end them in their own way, which is no change."""

    widget = AdminTextareaWidget(attrs={"rows": 30})

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class EditorialPageForm(NamesNobodyErased, DirectoryForm):
    body = LinesField(label="Texte", max_length=EditorialPage._meta.get_field("body").max_length)

    def clean_body(self):
        body = self.cleaned_data["body"]
        if unknown := unknown_marks(body):
            raise ValidationError(f"Entre doubles crochets, nous ne connaissons pas : {', '.join(unknown)}.")
        return body


@admin.register(EditorialPage)
class EditorialPageAdmin(RecordingAdmin):
    group = "Pages du site"
    is_subject = True
    form = EditorialPageForm
    fieldsets = (
        (None, {"fields": ("title", "slug", "body", "signs")}),
        ("En bas de chaque page", {"fields": (("footer_rank", "footer_label"),)}),
    )
    list_display = ("title", "slug", "footer_rank", "updated_on", "missing")
    list_filter = (("footer_rank", admin.EmptyFieldListFilter),)
    search_fields = ("title", "body", "slug")
    search_help_text = "Titre, adresse ou mots du texte."
    ordering = ("footer_rank", "title", "pk")

    @admin.display(description="à compléter")
    def missing(self, obj):
        return len(still_to_tell(obj.body)) or "–"

    @admin.display(description="aide")
    def signs(self, obj):
        contact = (
            settings.CONTACT_EMAIL or "la fiche de l’Apes, faute d’adresse dans les réglages (CONTACT_EMAIL)"
        )
        signs = [*_SIGNS, ("[[contact]]", f"où nous écrire, aujourd’hui : {contact}")]
        rows = format_html_join("", "<dt><code>{}</code></dt><dd>{}</dd>", signs)
        return format_html_join("", '<dl class="signs">{}</dl>', [(rows,)])

    def get_readonly_fields(self, request, obj=None):
        """An address once given stays."""
        return ("signs", "slug") if obj else ("signs",)

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ("title",)}

    def has_delete_permission(self, request, obj=None):
        """The site itself leads to the pages it came with."""
        return super().has_delete_permission(request, obj) and not (obj and obj.seed)

    def view_on_site(self, obj):
        return obj.get_absolute_url()

    def subjects(self, obj):
        return {Subject("page", obj.slug, obj.title)}

    def save_model(self, request, obj, form, change):
        if {"title", "body"}.intersection(form.changed_data):
            obj.text_changed()
        super().save_model(request, obj, form, change)

    # -- preview -----------------------------------------------------------------------------------

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.preview))
        return [path("apercu/", view, name="pages_editorialpage_preview"), *super().get_urls()]

    def preview(self, request: HttpRequest) -> HttpResponse:
        """The text in the form as a page, nothing saved; what is still to be told stands out."""
        if not self.has_change_permission(request) and not self.has_add_permission(request):
            raise PermissionDenied
        title = request.POST.get("title", "").strip() or "Page sans titre"
        text = request.POST.get("body", "")[: EditorialPage._meta.get_field("body").max_length]
        prose = read(text, for_editors=True)
        page = EditorialPage(title=title, body=text)
        context = {"page": page, "prose": prose, "preview": True}
        return TemplateResponse(request, "pages/editorial.html", context)
