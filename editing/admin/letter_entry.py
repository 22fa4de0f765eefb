"""« Saisir une lettre »: the letters, one letter with its articles, one work page per article."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from actors.enums import CitationRole
from actors.history import act
from actors.importers.unaccounted import Printed
from actors.models import Actor, Citation
from editing.admin.page import AdminPage, register_page
from editing.letter_models import PendingFact
from editing.letters.entering import (
    cite,
    enter_fact,
    release_of,
    remove_pending,
    remove_written,
)
from editing.letters.facts import LINES, ColumnsForm, NewActorForm, StatusForm, save_actor
from editing.letters.fields import territory_text
from editing.letters.forms import (
    ArticleFormSet,
    LetterForm,
    MentionFormSet,
    article_initial,
    save_articles,
    save_mentions,
)
from editing.letters.work import facts_of_article, letters_with_work, state_text
from editing.rights import has_right, require, visible
from editing.roles import Right
from sources.models import Article, Letter
from territories.admin_base import refusal
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
        formset = ArticleFormSet(request.POST, initial=article_initial(letter))
        if not formset.is_valid():
            return self.render_to_response(self.get_context_data(letter=letter, formset=formset))
        saved = save_articles(letter, formset)
        told = "1 article enregistré" if len(saved) == 1 else f"{len(saved)} articles enregistrés"
        messages.success(request, f"{told}.")
        return self.go("letter_articles", letter.slug)


@register_page
class ArticlePage(LetterPage):
    """The work page of one article: its actors, and what it says of the one in hand (``?acteur=<number>``)."""

    path = "saisie/lettres/<slug:slug>/articles/<int:pk>/"
    name = "letter_article"
    title = "Article"
    template_name = "admin/editing/letters/article.html"

    def get_article(self) -> Article:
        articles = Article.objects.select_related("letter__release", "source")
        return get_object_or_404(articles, letter__slug=self.kwargs["slug"], pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        article = kwargs.pop("article", None) or self.get_article()
        user, letter = self.request.user, article.letter
        groups, of_territories = facts_of_article(article, user)
        actor = kwargs.pop("actor", None) or self._actor_in_hand()
        if actor is not None and "lines" not in kwargs:
            kwargs |= self._forms(actor, article)
        kwargs.setdefault("new_actor", NewActorForm())
        kwargs.setdefault("to_add", "")
        kwargs.setdefault("asked", False)
        kwargs.setdefault("meant", [])
        kwargs.setdefault("mention_rows", MentionFormSet(prefix="mention"))
        siblings = list(letter.articles.order_by("position", "pk"))
        here = next(rank for rank, each in enumerate(siblings) if each.pk == article.pk)
        return super().get_context_data(
            letter=letter,
            article=article,
            groups=[(group, state_text(group.actor, letter)) for group in groups],
            of_territories=of_territories,
            in_hand=actor,
            in_hand_facts=next((group for group in groups if actor and group.actor.pk == actor.pk), None),
            mentions=article.mentions.select_related("territory").order_by("role", "pk"),
            previous=siblings[here - 1] if here else None,
            following=siblings[here + 1] if here + 1 < len(siblings) else None,
            may_keep=has_right(user, Right.LETTERS),
            roles=CitationRole,
            **{**kwargs, "title": article.title},
        )

    def _actor_in_hand(self) -> Actor | None:
        number = self.request.GET.get("acteur", "")
        if not number.isdigit() or len(number) > 18:
            return None
        rows = visible(self.request.user).prefetch_related("sectors", "labels")
        return rows.filter(pk=number).first()

    def _forms(self, actor: Actor, article: Article, data=None) -> dict[str, Any]:
        """The empty lines of one actor, and what the article says of it as a whole."""
        options = {"form_kwargs": {"actor": actor, "article": article, "user": self.request.user}}
        lines = []
        for form_class in LINES:
            if form_class is StatusForm and actor.nature != "ptce":
                continue
            formset_class = forms.formset_factory(form_class, extra=1, max_num=60, absolute_max=60)
            lines.append(formset_class(data, prefix=form_class.kind, **options))
            lines[-1].heading = form_class.title
        columns = ColumnsForm(data, actor=actor, article=article, prefix="columns")
        return {"lines": lines, "columns": columns}

    # -- what is posted ------------------------------------------------------------------------------

    def post(self, request, slug: str, pk: int):
        article = self.get_article()
        for name in ("prefill", "new_actor", "facts", "cite", "remove", "mentions"):
            if name in request.POST:
                try:
                    return getattr(self, f"_{name}")(request, article)
                except IntegrityError as error:
                    messages.error(request, f"Rien n’est enregistré. {refusal(error)}")
                    return self._back(article)
        raise Http404

    def _back(self, article: Article, actor: Actor | None = None) -> HttpResponseRedirect:
        then = f"?acteur={actor.pk}#saisie" if actor else ""
        return self.go("letter_article", article.letter.slug, article.pk, then=then)

    def _prefill(self, request, article: Article):
        """Come from « Vérifier ma saisie » with one thing found (posted, so that it stands in no log); writes nothing."""
        sort, _, value = request.POST["prefill"].partition(":")
        if sort == Printed.ACTOR:
            return self.render_to_response(
                self.get_context_data(article=article, new_actor=NewActorForm(initial={"name": value}))
            )
        if sort == Printed.COMMUNE:
            rows = MentionFormSet(prefix="mention", initial=[{"territory": value}])
            return self.render_to_response(self.get_context_data(article=article, mention_rows=rows))
        return self.render_to_response(self.get_context_data(article=article, to_add=value))

    def _new_actor(self, request, article: Article):
        form = NewActorForm(request.POST)
        meant: list[Actor] = []
        asked = False
        if form.is_valid():
            actor, meant = save_actor(form=form, article=article, user=request.user)
            if actor is not None:
                return self._back(article, actor)
            asked = True
        return self.render_to_response(
            self.get_context_data(article=article, new_actor=form, meant=meant, asked=asked)
        )

    def _facts(self, request, article: Article):
        """Every line typed, in one act: all or nothing."""
        actor = self._posted_actor(request)
        bound = self._forms(actor, article, request.POST)
        every = [*bound["lines"], bound["columns"]]
        # All are asked, so that every mistake is told at once.
        valid = [one.is_valid() for one in every]
        if not all(valid):
            return self.render_to_response(self.get_context_data(article=article, actor=actor, **bound))
        written = waiting = 0
        with act(what=f"Saisie de la {article.letter.label} : {actor}"[:200], user=request.user):
            for form in [*(form for formset in bound["lines"] for form in formset), bound["columns"]]:
                if not form.has_changed():
                    continue
                for fact in form.facts():
                    pending = enter_fact(fact=fact, article=article, user=request.user, actor=actor)
                    written, waiting = written + (pending is None), waiting + (pending is not None)
        messages.success(request, _told(written, waiting, article.letter))
        return self._back(article, actor)

    def _cite(self, request, article: Article):
        actor = self._posted_actor(request)
        role = request.POST.get("cite")
        if role not in CitationRole.values:
            raise Http404
        cite(actor=actor, article=article, role=CitationRole(role), user=request.user)
        return self._back(article, actor)

    def _posted_actor(self, request) -> Actor:
        number = request.POST.get("actor", "")
        rows = visible(request.user).prefetch_related("sectors", "labels")
        return get_object_or_404(rows, pk=number if number.isdigit() and len(number) < 19 else 0)

    def _remove(self, request, article: Article):
        kind, _, number = request.POST.get("remove", "").partition("-")
        if not number.isdigit() or len(number) > 18:
            raise Http404
        if kind == "pending":
            rows = PendingFact.objects.waiting().filter(article=article).select_related("actor")
            pending = get_object_or_404(rows, pk=number)
            actor = pending.actor
            remove_pending(fact=pending, user=request.user)
        elif kind == "citation":
            citation = get_object_or_404(Citation, pk=number, source__article=article)
            actor = citation.actor
            remove_written(citation=citation, article=article, user=request.user)
        else:
            raise Http404
        messages.success(request, "C’est retiré.")
        return self._back(article, actor)

    def _mentions(self, request, article: Article):
        require(request.user, Right.LETTERS)
        formset = MentionFormSet(request.POST, prefix="mention")
        if not formset.is_valid():
            return self.render_to_response(self.get_context_data(article=article, mention_rows=formset))
        number = save_mentions(article, formset)
        told = "1 territoire ajouté" if number == 1 else f"{number} territoires ajoutés"
        messages.success(request, f"{told}.")
        return self._back(article)


def _told(written: int, waiting: int, letter: Letter) -> str:
    if not written and not waiting:
        return "Rien de nouveau."
    facts = []
    if written:
        facts.append("1 fait enregistré" if written == 1 else f"{written} faits enregistrés")
    if waiting:
        told = "1 ajout attend" if waiting == 1 else f"{waiting} ajouts attendent"
        facts.append(f"{told} la parution" if not letter.is_published else f"{told} d’être publiés")
    return f"{', '.join(facts)}."


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
