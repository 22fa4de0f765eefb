"""The work page of one article: its actors, what it says of the one in hand, its territories."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404

from actors.enums import CitationRole
from actors.history import act
from actors.importers.unaccounted import Printed
from actors.models import Actor, Citation
from editing.admin.letter_entry import LetterPage
from editing.admin.page import register_page
from editing.letter_models import PendingFact
from editing.letters.columns import ColumnsForm
from editing.letters.entering import cite, enter_fact, remove_pending, remove_written
from editing.letters.facts import LINES, ContactForm, PlaceForm, StatusForm, TerritoryFigureForm
from editing.letters.forms import MentionFormSet, save_mentions
from editing.letters.new_actor import NewActorForm, Question, save_actor
from editing.letters.work import facts_of_article, state_text
from editing.rights import has_right, require, visible
from editing.roles import Right
from sources.models import Article, Letter
from territories.admin_base import refusal
from territories.text import row_number


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
        kwargs.setdefault("question", None)
        kwargs.setdefault("to_add", "")
        kwargs.setdefault("mention_rows", MentionFormSet(prefix="mention"))
        kwargs.setdefault("figure_rows", self._figures(article))
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

    def _actors(self):
        rows = visible(self.request.user).select_related("administers")
        return rows.prefetch_related("sectors", "labels", "activities")

    def _actor_in_hand(self) -> Actor | None:
        number = self.request.GET.get("acteur", "")
        return self._actors().filter(pk=number).first() if _is_key(number) else None

    def _forms(self, actor: Actor, article: Article, data=None, typed=None) -> dict[str, Any]:
        """The empty lines of one actor, and what the article says of it as a whole.

        ``typed``: kind of a line -> what stands in it to begin with.
        """
        told = {"article": article, "user": self.request.user}
        lines = []
        for form_class in LINES:
            if form_class is StatusForm and actor.nature != "ptce":
                continue
            formset_class = forms.formset_factory(form_class, extra=1, max_num=60, absolute_max=60)
            initial = (typed or {}).get(form_class.kind)
            lines.append(
                formset_class(
                    data, prefix=form_class.kind, initial=initial, form_kwargs={"actor": actor, **told}
                )
            )
            lines[-1].heading = form_class.title
        columns = ColumnsForm(data, actor=actor, prefix="columns", **told)
        return {"lines": lines, "columns": columns}

    def _figures(self, article: Article, data=None):
        formset_class = forms.formset_factory(TerritoryFigureForm, extra=1, max_num=60, absolute_max=60)
        told = {"article": article, "user": self.request.user}
        return formset_class(data, prefix="territory-figure", form_kwargs=told)

    # -- what is posted ------------------------------------------------------------------------------

    def post(self, request, slug: str, pk: int):
        article = self.get_article()
        for name in ("prefill", "new_actor", "facts", "cite", "remove", "mentions", "figures"):
            if name in request.POST:
                try:
                    return getattr(self, f"_post_{name}")(request, article)
                except IntegrityError as error:
                    messages.error(request, f"Rien n’est enregistré. {refusal(error)}")
                    return self._back(article)
                except ValidationError as error:
                    messages.error(request, f"Rien n’est enregistré. {' '.join(error.messages)}")
                    return self._back(article)
        raise Http404

    def _back(self, article: Article, actor: Actor | None = None) -> HttpResponseRedirect:
        then = f"?acteur={actor.pk}#saisie" if actor else ""
        return self.go("letter_article", article.letter.slug, article.pk, then=then)

    def _post_prefill(self, request, article: Article):
        """Come from « Vérifier ma saisie » with one thing found (posted, so that it stands in no log); writes nothing."""
        sort, _, value = request.POST["prefill"].partition(":")
        if "actor" in request.POST:
            actor = self._posted_actor(request)
            line = {PlaceForm.kind: [{"territory": value}]}
            if sort != Printed.COMMUNE:
                line = {ContactForm.kind: [{"value": value}]}
            forms_of = self._forms(actor, article, typed=line)
            return self.render_to_response(self.get_context_data(article=article, actor=actor, **forms_of))
        if sort == Printed.ACTOR:
            form = NewActorForm(initial={"name": value})
            return self.render_to_response(self.get_context_data(article=article, new_actor=form))
        filled = {"to_add": value, "found": f"{sort}:{value}"}
        if sort == Printed.COMMUNE:
            filled["mention_rows"] = MentionFormSet(prefix="mention", initial=[{"territory": value}])
        return self.render_to_response(self.get_context_data(article=article, **filled))

    def _post_new_actor(self, request, article: Article):
        form = NewActorForm(request.POST)
        question = None
        if form.is_valid():
            found = save_actor(form=form, article=article, user=request.user)
            if isinstance(found, Actor):
                return self._back(article, found)
            question: Question = found
        return self.render_to_response(
            self.get_context_data(article=article, new_actor=form, question=question)
        )

    def _post_facts(self, request, article: Article):
        """Every line typed, in one act: all or nothing."""
        actor = self._posted_actor(request)
        bound = self._forms(actor, article, request.POST)
        every = [*bound["lines"], bound["columns"]]
        # All are asked, so that every mistake is told at once.
        valid = [one.is_valid() for one in every]
        if not all(valid):
            return self.render_to_response(self.get_context_data(article=article, actor=actor, **bound))
        typed = [*(form for formset in bound["lines"] for form in formset), bound["columns"]]
        if not self._keep(request, article, [form for form in typed if form.has_changed()], actor):
            return self.render_to_response(self.get_context_data(article=article, actor=actor, **bound))
        return self._back(article, actor)

    def _post_figures(self, request, article: Article):
        """What the article counts of territories."""
        formset = self._figures(article, request.POST)
        if not formset.is_valid():
            return self.render_to_response(self.get_context_data(article=article, figure_rows=formset))
        if not self._keep(request, article, [form for form in formset if form.has_changed()]):
            return self.render_to_response(self.get_context_data(article=article, figure_rows=formset))
        return self._back(article)

    @staticmethod
    def _keep(request, article: Article, typed: list, actor: Actor | None = None) -> bool:
        """Whether all was kept; what is refused only now (two lines that contradict each other) is told beside it."""
        written = waiting = 0
        what, form = f"Saisie de la {article.letter.label} : {actor or article}"[:200], None
        try:
            with act(what=what, user=request.user):
                for form in typed:
                    whose = {"actor": actor} if actor else {"territory": form.territory}
                    for fact in form.facts():
                        pending = enter_fact(fact=fact, article=article, user=request.user, **whose)
                        written, waiting = written + (pending is None), waiting + (pending is not None)
        except ValidationError as error:
            form.tell(error)
            return False
        except IntegrityError as error:
            form.tell(ValidationError(refusal(error)))
            return False
        messages.success(request, _told(written, waiting, article.letter))
        for text in (text for form in typed for text in getattr(form, "warnings", [])):
            messages.warning(request, text)
        return True

    def _post_cite(self, request, article: Article):
        actor = self._posted_actor(request)
        role = request.POST.get("cite")
        if role not in CitationRole.values:
            raise Http404
        cite(actor=actor, article=article, role=CitationRole(role), user=request.user)
        return self._back(article, actor)

    def _posted_actor(self, request) -> Actor:
        number = request.POST.get("actor", "")
        return get_object_or_404(self._actors(), pk=number if _is_key(number) else 0)

    def _post_remove(self, request, article: Article):
        kind, _, number = request.POST.get("remove", "").partition("-")
        if not _is_key(number):
            raise Http404
        if kind == "pending":
            rows = PendingFact.objects.waiting().filter(article=article).select_related("actor")
            pending = get_object_or_404(rows, pk=number)
            actor = pending.actor
            remove_pending(fact=pending, user=request.user)
        elif kind == "citation":
            rows = Citation.objects.select_related("figure__territory")
            citation = get_object_or_404(rows, pk=number, source__article=article)
            actor = citation.actor
            remove_written(citation=citation, article=article, user=request.user)
        else:
            raise Http404
        messages.success(request, "C’est retiré.")
        return self._back(article, actor)

    def _post_mentions(self, request, article: Article):
        require(request.user, Right.LETTERS)
        formset = MentionFormSet(request.POST, prefix="mention")
        if not formset.is_valid():
            return self.render_to_response(self.get_context_data(article=article, mention_rows=formset))
        number = save_mentions(article, formset)
        told = "1 territoire ajouté" if number == 1 else f"{number} territoires ajoutés"
        messages.success(request, f"{told}.")
        return self._back(article)


def _is_key(number: str) -> bool:
    return bool(row_number(number))


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
