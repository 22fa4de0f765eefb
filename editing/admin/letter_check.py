"""« Vérifier ma saisie »: the letter's text, pasted or uploaded, against what was entered; the text is not kept."""

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from editing.admin.letter_entry import GROUP, LetterPage
from editing.admin.page import AdminPage, register_page
from editing.letters.checking import check_text
from editing.letters.reading import LONGEST, TOO_LARGE, InMemory, Unreadable, read_upload
from editing.letters.work import letters_with_work
from editing.roles import Right

# In the session: address of a letter -> digests of what is ignored, the latest last.
_IGNORED, _MOST_IGNORED = "letter_check_ignored", 200


class CheckForm(forms.Form):
    text = forms.CharField(
        label="Texte de la lettre, collé ici",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    file = forms.FileField(
        label="ou fichier : texte, DOCX ou PDF, 10 Mo au plus",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".txt,.docx,.pdf"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not cleaned.get("file") and not cleaned.get("text", "").strip():
            raise forms.ValidationError("Collez le texte de la lettre, ou choisissez un fichier.")
        return cleaned


@register_page
class ChooseLetterPage(AdminPage):
    """Which letter to check."""

    path = "verifier/"
    name = "letter_check_choice"
    title = "Vérifier ma saisie"
    group = GROUP
    rank = 2
    right = Right.DRAFT
    template_name = "admin/editing/letters/check_choice.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(letters=letters_with_work(), **kwargs)


@register_page
class CheckPage(LetterPage):
    path = "saisie/lettres/<slug:slug>/verifier/"
    name = "letter_check"
    title = "Vérifier ma saisie"
    template_name = "admin/editing/letters/check.html"

    @classmethod
    def as_view(cls, **initkwargs):
        view = super().as_view(**initkwargs)
        # Checked in ``post()``: reading the token reads the upload, whose handler must be set before.
        view.csrf_exempt = True
        return view

    def dispatch(self, request, *args, **kwargs) -> HttpResponse:
        request.upload_too_large = False
        request.upload_handlers = [InMemory(request)]
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        letter = self.get_letter()
        return super().get_context_data(
            letter=letter,
            **{
                "form": CheckForm(),
                "checked": None,
                **kwargs,
                "title": f"{letter.label} : vérifier ma saisie",
            },
        )

    @method_decorator(sensitive_post_parameters("text"))
    @method_decorator(csrf_protect)
    def post(self, request, slug: str) -> HttpResponse:
        form = CheckForm(request.POST, request.FILES)
        checked = None
        if request.upload_too_large:
            form.add_error("file", TOO_LARGE)
        elif form.is_valid():
            checked = self._checked(form)
        return self.render_to_response(self.get_context_data(form=form, checked=checked))

    def _checked(self, form: CheckForm):
        """None, with an error beside the file, where it can't be read."""
        try:
            upload = form.cleaned_data["file"]
            raw = read_upload(upload.read()) if upload else form.cleaned_data["text"]
        except Unreadable as error:
            form.add_error("file", str(error))
            return None
        letter = self.get_letter()
        ignored = self.request.session.get(_IGNORED, {}).get(letter.slug, [])
        return check_text(letter=letter, raw=raw, user=self.request.user, ignored=ignored)


@register_page
class IgnorePage(LetterPage):
    """What somebody does not want to be told of this letter again, as long as they stay logged in.

    Digests in their session, since nothing of the text is kept. A script posts here and hides the line; without
    it the page begins anew.
    """

    path = "saisie/lettres/<slug:slug>/verifier/ignorer/"
    name = "letter_check_ignore"
    title = "Ignorer"
    http_method_names = ["post"]

    def post(self, request, slug: str) -> HttpResponse:
        letter = self.get_letter()
        by_letter = request.session.get(_IGNORED, {})
        digest = request.POST.get("ignore", "")
        if re.fullmatch(r"[0-9a-f]{16}", digest):
            known = [each for each in by_letter.get(letter.slug, []) if each != digest]
            by_letter[letter.slug] = [*known, digest][-_MOST_IGNORED:]
            told = "C’est noté : ce ne sera plus signalé. Comparez de nouveau pour voir le reste."
        elif "again" in request.POST:
            by_letter.pop(letter.slug, None)
            told = "Tout sera de nouveau signalé : comparez encore une fois."
        else:
            raise Http404
        request.session[_IGNORED] = by_letter
        if request.headers.get("X-Requested-With") == "fetch":
            return HttpResponse(status=204)
        messages.success(request, told)
        return self.go("letter_check", letter.slug)
