"""A letter's publication: what waits, its preview, at once or at a date, taken back; its short address on paper."""

import datetime
from io import BytesIO
from typing import Any

import segno
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from actors.models import Actor, BinnedActor
from editing.admin.letter_entry import LetterPage
from editing.admin.page import register_page
from editing.admin.preview import public_page
from editing.letters.release import (
    NotPublished,
    Released,
    Unread,
    as_if_published,
    plan_letter,
    publish_letter,
    require_release,
    withdraw_letter,
    work_in_bin,
)
from editing.letters.reviewing import Waiting, held, read_digests, unread, waiting_for
from editing.letters.work import pending_by_actor, rows_read
from editing.rights import has_right
from editing.roles import Right
from territories.text import row_number


class PlanForm(forms.Form):
    """Day and hour of the publication, Paris time."""

    day = forms.DateField(label="Jour", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    hour = forms.TimeField(
        label="Heure", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), initial="08:00"
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False

    def clean(self):
        cleaned = super().clean()
        if {"day", "hour"} <= cleaned.keys():
            moment = datetime.datetime.combine(cleaned["day"], cleaned["hour"])
            cleaned["moment"] = timezone.make_aware(moment)
            if cleaned["moment"] <= timezone.now():
                self.add_error(
                    "day", "Ce moment est passé : publiez maintenant, ou choisissez-en un à venir."
                )
        return cleaned


@register_page
class ReleasePage(LetterPage):
    """Everything that waits for the letter, and the buttons that bring it out."""

    path = "saisie/lettres/<slug:slug>/parution/"
    name = "letter_release"
    title = "Relire et publier"
    template_name = "admin/editing/letters/release.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        letter = kwargs.pop("letter", None) or self.get_letter()
        user = self.request.user
        kwargs.setdefault("plan", PlanForm())
        items = waiting_for(letter)
        may_publish = has_right(user, Right.PUBLISH) and has_right(user, Right.LETTERS)
        if not may_publish:
            read = rows_read((item.what for item in items), user)
            items = [item for item in items if item.what in read]
        notes = _notes(letter, items, kwargs.pop("shown", None))
        facts = [item.what for item in items if item.is_fact]
        entries = [item.what for item in items if not item.is_fact]
        return super().get_context_data(
            letter=letter,
            release=getattr(letter, "release", None),
            entries=[(entry, notes.get(entry, "")) for entry in entries],
            pending=list(pending_by_actor(facts, {fact.pk: notes.get(fact, "") for fact in facts})),
            binned=BinnedActor.objects.filter(actor_id__in=work_in_bin(letter)).order_by("name", "pk"),
            digests=",".join(item.digest for item in items),
            may_publish=may_publish,
            **{**kwargs, "title": f"{letter.label} : relire et publier"},
        )

    def post(self, request, slug: str):
        require_release(request.user)
        letter = self.get_letter()
        # What waits is published by whoever has read it: the page says what it showed.
        shown = read_digests(request.POST.get("shown", ""))
        try:
            if "plan" in request.POST:
                form = PlanForm(request.POST)
                if not form.is_valid():
                    return self.render_to_response(self.get_context_data(letter=letter, plan=form))
                moment = form.cleaned_data["moment"]
                plan_letter(letter=letter, moment=moment, user=request.user, shown=shown)
                when = date_format(timezone.localtime(moment), "j F Y à H:i")
                messages.success(request, f"La lettre paraîtra le {when}.")
            elif "unplan" in request.POST:
                plan_letter(letter=letter, moment=None, user=request.user)
                messages.success(request, "La parution n’est plus prévue.")
            elif "withdraw" in request.POST:
                self._say(request, withdraw_letter(letter=letter, user=request.user), "de nouveau en attente")
            elif "publish" in request.POST:
                self._say(request, publish_letter(letter=letter, user=request.user, shown=shown), "en ligne")
            else:
                raise Http404
        except Unread as error:
            messages.error(request, f"Rien n’est fait. {error}")
            return self.render_to_response(self.get_context_data(letter=self.get_letter(), shown=shown))
        except NotPublished as error:
            messages.error(request, f"Rien n’est publié. {error}")
        return self.go("letter_release", letter.slug)

    @staticmethod
    def _say(request, released: Released, where: str) -> None:
        entries, facts = len(released.entries), released.facts
        if released.already:
            messages.info(request, f"La lettre est déjà {where} : rien de nouveau.")
            return
        told = f"La lettre est {where}, avec {entries} fiche{'s' * (entries > 1)} et {facts} ajout{'s' * (facts > 1)}."
        if released.left:
            told += f" Changé depuis, donc laissé tel quel : {' ; '.join(released.left)}."
        if released.overruled:
            told += f" Quelqu’un l’avait changé, la lettre l’a remplacé : {' ; '.join(released.overruled)}."
        if released.staying:
            told += (
                " 1 fait d’une fiche en ligne vient aussi d’elle, et y reste sans la nommer."
                if released.staying == 1
                else f" {released.staying} faits de fiches en ligne viennent aussi d’elle, et y restent sans la nommer."
            )
        messages.add_message(
            request, messages.WARNING if released.left or released.overruled else messages.SUCCESS, told
        )


def _notes(letter, items: list[Waiting], shown: list[str] | None) -> dict:
    """Row that waits -> what whoever reads it over should know, in French."""
    notes = {}
    release = getattr(letter, "release", None)
    if release is not None and release.planned_for:
        notes |= {
            item.what: "à relire : n’attendait pas quand la parution a été prévue"
            for item in held(items, release.shown)
        }
    if shown is not None:
        notes |= {item.what: "nouveau depuis que vous avez ouvert la page" for item in unread(items, shown)}
    for item in items:
        if item.overruled:
            told = f"changé depuis dans la fiche, et la parution le remplacera : {' ; '.join(item.overruled)}"
            notes[item.what] = " ; ".join(filter(None, [notes.get(item.what), told]))
    return notes


@register_page
class ReleasePreviewPage(LetterPage):
    """The public page of the letter, or of one entry (``?fiche=<number>``), as they will be; nothing is kept."""

    path = "saisie/lettres/<slug:slug>/apercu/"
    name = "letter_preview"
    title = "Aperçu"

    def get(self, request, slug: str) -> HttpResponse:
        # It shows all that waits, whoever prepared it.
        require_release(request.user)
        letter = self.get_letter()
        address = letter.get_absolute_url()
        if number := request.GET.get("fiche"):
            actor = get_object_or_404(Actor.objects.all(), pk=row_number(number))
            address = actor.get_absolute_url()
        try:
            response = as_if_published(letter, lambda: public_page(request, address))
        except NotPublished as error:
            context = {**self.admin_site.each_context(request), "mistakes": [str(error)]}
            response = TemplateResponse(
                request, "admin/editing/preview_mistakes.html", context, status=422
            ).render()
        response["X-Robots-Tag"] = "noindex"
        response["Cache-Control"] = "no-store"
        return response


@register_page
class CodePage(LetterPage):
    """The short addresses of a letter and of its articles, each with a QR code to print."""

    path = "saisie/lettres/<slug:slug>/code-qr/"
    name = "letter_code"
    title = "Adresse courte et code QR"
    template_name = "admin/editing/letters/code.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        letter = self.get_letter()
        absolute = self.request.build_absolute_uri
        articles = [
            (article, absolute(reverse("short-article", args=[letter.slug, article.slug])))
            for article in letter.articles.order_by("position", "pk")
        ]
        return super().get_context_data(
            letter=letter,
            address=absolute(letter.short_address),
            articles=articles,
            **{**kwargs, "title": f"{letter.label} : adresse courte et code QR"},
        )


@register_page
class CodeImagePage(LetterPage):
    """The QR code alone, as SVG; of one article with ``?article=<its address>``."""

    path = "saisie/lettres/<slug:slug>/code-qr.svg"
    name = "letter_code_image"
    title = "Code QR"

    def get(self, request, slug: str) -> HttpResponse:
        letter = self.get_letter()
        address = letter.short_address
        if article := request.GET.get("article"):
            # PostgreSQL takes no NUL, not even to look for.
            found = get_object_or_404(letter.articles, slug=article.replace("\0", ""))
            address = reverse("short-article", args=[letter.slug, found.slug])
        image = BytesIO()
        # M: still read with a seventh of it soiled.
        code = segno.make(request.build_absolute_uri(address), error="m", micro=False)
        code.save(image, kind="svg", scale=8, border=4, title=f"Code QR : {address}")
        response = HttpResponse(image.getvalue(), content_type="image/svg+xml")
        response["Content-Disposition"] = f'inline; filename="code-qr-{letter.slug}.svg"'
        return response
