"""« Doublons probables », bringing two entries together, « Réunions » and undoing one."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html

from actors.actions.merge_actors import CannotMerge
from actors.models import Actor, Alias, Merger, NotTwins
from editing.admin.bin import told
from editing.admin.page import AdminPage, register_page
from editing.duplicates.access import require_to_settle, require_to_undo, settles_twins
from editing.duplicates.listing import (
    Comparison,
    MergerList,
    ToldApartList,
    TwinList,
    likelier_to_stay,
    tell_apart,
)
from editing.duplicates.waiting import refuse_while_waiting
from editing.letters.merging import merge_entries, undo_merger_of_entries
from editing.rights import visible
from editing.roles import Right
from territories.admin_base import ReadOnlyAdmin, RelatedSelect, refusal
from territories.text import row_number


@admin.register(Merger)
class MergerAdmin(ReadOnlyAdmin):
    list_display = ("name", "kept_name", "merged_at", "merged_by", "undone_at")
    list_filter = ("merged_at",)
    search_fields = ("name", "kept_name")
    ordering = ("-merged_at", "-pk")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("merged_by")


@admin.register(NotTwins)
class NotTwinsAdmin(ReadOnlyAdmin):
    list_display = ("first", "second", "said_by", "said_at")
    list_filter = ("said_at",)
    search_fields = ("first__value", "second__value")
    ordering = ("-said_at", "-pk")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("first", "second", "said_by")


class SettlingPage(AdminPage):
    """A page for those who settle likely twins, everywhere or in their territories."""

    right = Right.EDIT

    def dispatch(self, request, *args, **kwargs):
        if not settles_twins(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @classmethod
    def shown_to(cls, user) -> bool:
        return super().shown_to(user) and settles_twins(user)


class TwoEntriesForm(forms.Form):
    """Any two entries to bring together, found by typing."""

    une = forms.ModelChoiceField(Actor.objects.none(), label="Une fiche")
    autre = forms.ModelChoiceField(Actor.objects.none(), label="et une autre")

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.queryset = visible(user)
            field.widget = RelatedSelect(Alias._meta.get_field("actor"), admin.site)
            field.widget.choices = field.choices

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("une") and cleaned.get("une") == cleaned.get("autre"):
            raise ValidationError("Choisissez deux fiches différentes.")
        return cleaned


@register_page
class TwinsPage(SettlingPage):
    path = "doublons/"
    name = "twins"
    title = "Doublons probables"
    rank = 80
    template_name = "admin/editing/twins.html"

    def get(self, request, *args, **kwargs):
        form = TwoEntriesForm(request.user, request.GET if "une" in request.GET else None)
        if form.is_bound and form.is_valid():
            pair = form.cleaned_data
            return HttpResponseRedirect(reverse("admin:merge", args=[pair["une"].pk, pair["autre"].pk]))
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            twins=TwinList(self.request.user, self.request.GET.get("page", 1)),
            media=kwargs["form"].media,
            **kwargs,
        )

    def post(self, request):
        """« Pas un doublon »."""
        one, other = (_entry(request.POST.get(name, "")) for name in ("one", "other"))
        if one == other:
            raise Http404
        require_to_settle(request.user, one, other)
        tell_apart(one, other, request.user)
        text = f"C’est noté : « {one} » et « {other} » sont deux fiches différentes."
        messages.success(request, text)
        page = row_number(request.POST.get("page"))
        return HttpResponseRedirect(f"{reverse('admin:twins')}{f'?page={page}' if page else ''}")


@register_page
class ToldApartPage(SettlingPage):
    path = "doublons/ecartes/"
    name = "told_apart"
    title = "Paires écartées des doublons"
    in_menu = False
    template_name = "admin/editing/told_apart.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        listing = ToldApartList(self.request.user, self.request.GET.get("page", 1))
        return super().get_context_data(listing=listing, **kwargs)

    def post(self, request):
        """Put a pair back among the likely twins."""
        rows = NotTwins.objects.select_related("first", "second")
        number = row_number(request.POST.get("pair"))
        row = get_object_or_404(rows, pk=number)
        require_to_settle(request.user, *(end.survivor().actor for end in (row.first, row.second)))
        row.delete()
        messages.success(request, "La paire est de nouveau comparée.")
        return HttpResponseRedirect(reverse("admin:told_apart"))


@register_page
class MergePage(SettlingPage):
    path = "doublons/<int:one>/<int:other>/reunir/"
    name = "merge"
    title = "Réunir deux fiches"
    in_menu = False
    template_name = "admin/editing/merge.html"

    def get(self, request, one: int, other: int):
        pair = self._pair(one, other)
        kept = next(
            (actor for actor in pair if str(actor.pk) == request.GET.get("garder")), None
        ) or likelier_to_stay(*pair)
        return self._page(kept, next(actor for actor in pair if actor.pk != kept.pk))

    def post(self, request, one: int, other: int):
        pair = self._pair(one, other)
        kept = next((actor for actor in pair if str(actor.pk) == request.POST.get("kept")), pair[0])
        merged = next(actor for actor in pair if actor.pk != kept.pk)
        chosen = {
            key.removeprefix("choose-"): value
            for key, value in request.POST.items()
            if key.startswith("choose-")
        }
        comparison = Comparison(kept, merged)
        if request.POST.get("versions") != comparison.versions:
            messages.warning(
                request, "L’une des deux fiches a été modifiée entre-temps : vérifiez de nouveau vos choix."
            )
            return self._page(kept, merged, chosen)
        try:
            refuse_while_waiting(kept, merged)
            merge_entries(kept=kept, merged=merged, chosen=chosen, user=request.user)
        except (CannotMerge, IntegrityError, ValidationError) as error:
            messages.error(request, f"Les deux fiches sont restées comme elles étaient. {_why(error)}")
            return self._page(kept, merged, chosen)
        except ValueError:
            raise PermissionDenied from None
        text = format_html(
            'Les deux fiches n’en font plus qu’une. <a href="{}">Vous pouvez l’annuler pendant trente jours.</a>',
            reverse("admin:mergers"),
        )
        messages.success(request, text)
        return HttpResponseRedirect(reverse(f"admin:actors_{kept.nature}_change", args=[kept.pk]))

    def _pair(self, one: int, other: int) -> tuple[Actor, Actor]:
        if one == other:
            raise Http404
        pair = (_entry(one), _entry(other))
        require_to_settle(self.request.user, *pair)
        return pair

    def _page(self, kept: Actor, merged: Actor, chosen: dict[str, str] | None = None):
        return self.render_to_response(self.get_context_data(comparison=Comparison(kept, merged, chosen)))


@register_page
class MergersPage(SettlingPage):
    path = "reunions/"
    name = "mergers"
    title = "Réunions de fiches"
    rank = 81
    template_name = "admin/editing/mergers.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        listing = MergerList(self.request.user, self.request.GET.get("page", 1))
        return super().get_context_data(listing=listing, **kwargs)

    def post(self, request):
        """Undo one."""
        number = row_number(request.POST.get("merger"))
        mergers = Merger.objects.select_related("kept__actor", "merged_before")
        merger = get_object_or_404(mergers, pk=number)
        require_to_undo(request.user, merger)
        try:
            restored = undo_merger_of_entries(merger=merger, user=request.user)
        except (CannotMerge, IntegrityError) as error:
            messages.error(request, f"La réunion n’est pas annulée. {_why(error)}")
        else:
            level = messages.WARNING if restored.left_out else messages.SUCCESS
            text = f"« {merger.name} » et « {merger.kept_name} » sont de nouveau deux fiches."
            messages.add_message(request, level, f"{text}{told(restored)}")
        return HttpResponseRedirect(reverse("admin:mergers"))


def _entry(number: int | str) -> Actor:
    return get_object_or_404(Actor, pk=row_number(number))


def _why(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return refusal(error) if isinstance(error, IntegrityError) else str(error)
