"""« Saisir une lettre »: the letters, one letter with its articles, one work page per article."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from editing.admin.page import AdminPage, register_page
from editing.letters.entering import release_of
from editing.letters.fields import territory_text
from editing.letters.forms import (
    ArticleFormSet,
    LetterForm,
    article_initial,
    posted_articles,
    save_articles,
)
from editing.letters.work import letters_with_work
from editing.rights import has_right, require, visible
from editing.roles import Right
from sources.models import Letter
from territories.models import Territory

GROUP = "Saisie"
_MOST_PROPOSED = 8


class LetterPage(AdminPage):
    """A page about one letter, named by its address."""

    group = GROUP
    in_menu = False
    right = Right.DRAFT

    def get_letter(self) -> Letter:
        return get_object_or_404(Letter.objects.select_related("release"), slug=self.kwargs["slug"])

    def go(self, name: str, *args, then: str = "") -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse(f"admin:{name}", args=args) + then)


@register_page
class LetterEntryPage(AdminPage):
    """Every letter with what waits for it."""

    path = "saisie/"
    name = "letter_entry"
    title = "Saisir une lettre"
    group = GROUP
    rank = 1
    right = Right.DRAFT
    template_name = "admin/editing/letters/letter_list.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        may_make = has_right(self.request.user, Right.LETTERS)
        return super().get_context_data(letters=letters_with_work(), may_make=may_make, **kwargs)


@register_page
class NewLetterPage(LetterPage):
    path = "saisie/nouvelle-lettre/"
    name = "letter_new"
    title = "Nouvelle lettre"
    right = Right.LETTERS
    template_name = "admin/editing/letters/letter_form.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        kwargs.setdefault("form", LetterForm())
        return super().get_context_data(**kwargs)

    def post(self, request):
        form = LetterForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        letter = form.save()
        release_of(letter)
        messages.success(request, f"{letter.label} : en préparation. Personne ne la voit encore sur le site.")
        return self.go("letter_articles", letter.slug)


@register_page
class LetterArticlesPage(LetterPage):
    """One letter: what it is, and all its articles on one page."""

    path = "saisie/lettres/<slug:slug>/"
    name = "letter_articles"
    title = "Lettre"
    template_name = "admin/editing/letters/letter.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        letter = kwargs.pop("letter", None) or self.get_letter()
        work = letters_with_work().filter(pk=letter.pk).get()
        may_keep = has_right(self.request.user, Right.LETTERS)
        if may_keep:
            kwargs.setdefault("form", LetterForm(instance=letter))
            kwargs.setdefault("formset", ArticleFormSet(initial=article_initial(letter)))
        return super().get_context_data(
            letter=letter,
            work=work,
            articles=letter.articles.order_by("position", "pk"),
            may_keep=may_keep,
            **{**kwargs, "title": letter.label},
        )

    def post(self, request, slug: str):
        require(request.user, Right.LETTERS)
        letter = self.get_letter()
        if "letter" in request.POST:
            form = LetterForm(request.POST, instance=letter)
            if form.is_valid():
                form.save()
                messages.success(request, "La lettre est enregistrée.")
                return self.go("letter_articles", letter.slug)
            letter.refresh_from_db()
            return self.render_to_response(self.get_context_data(letter=letter, form=form))
        formset = posted_articles(letter, request.POST)
        if not formset.is_valid():
            return self.render_to_response(self.get_context_data(letter=letter, formset=formset))
        saved = save_articles(letter, formset)
        told = "1 article enregistré" if len(saved) == 1 else f"{len(saved)} articles enregistrés"
        messages.success(request, f"{told}.")
        return self.go("letter_articles", letter.slug)


@register_page
class ProposalPage(AdminPage):
    """``?quoi=acteur&q=<beginning>``: what a field may be given, as JSON (2 queries)."""

    path = "saisie/propositions/"
    name = "letter_proposals"
    title = "Propositions"
    in_menu = False
    right = Right.DRAFT

    def get(self, request, *args, **kwargs):
        text = "".join(char for char in request.GET.get("q", "")[:100] if char.isprintable())
        if request.GET.get("quoi") == "acteur":
            rows = (
                visible(request.user).search(text).named_first(text)[:_MOST_PROPOSED] if text.strip() else []
            )
            found = [f"{actor} ({actor.slug})" for actor in rows]
        elif request.GET.get("quoi") == "territoire":
            rows = Territory.objects.search(text).with_department()[:_MOST_PROPOSED]
            found = [territory_text(territory) for territory in rows]
        else:
            raise Http404
        return JsonResponse({"propositions": found})
