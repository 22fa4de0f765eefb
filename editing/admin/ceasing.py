"""« A cessé son activité »: when, and who took over, in one small form."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html_join

from actors.enums import CooperationKind, LifeStatus
from actors.models import Actor, Cooperation
from editing.rights import entries_offered, readable
from sources.partial_date import PartialDate
from territories.admin_base import RelatedSelect

_OVER = {LifeStatus.CLOSED, LifeStatus.ENDED}
SAY_WHEN = "Dites aussi quand l’activité a cessé, au moins l’année."
NOT_ITSELF = "Un acteur ne se succède pas à lui-même : choisissez-en un autre."


class CeasingForm(forms.ModelForm):
    """A date of end makes the situation « Activité arrêtée », unless another end is chosen; a successor, a link."""

    # Who opened the form; set by the admin.
    asked_by = None

    successor = forms.ModelChoiceField(
        Actor.objects.none(),
        required=False,
        label="Activité reprise par",
        widget=RelatedSelect(Cooperation._meta.get_field("source"), admin.site),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = entries_offered(
            self.asked_by, Cooperation._meta.get_field("source")
        )

    def clean_successor(self) -> Actor | None:
        successor = self.cleaned_data["successor"]
        if successor is not None and successor.pk == self.instance.pk:
            raise ValidationError(NOT_ITSELF)
        return successor

    def clean(self):
        cleaned = super().clean()
        closed, status = cleaned.get("closed"), cleaned.get("life_status")
        if closed and "closed" in self.changed_data and status and status not in _OVER:
            year = _year(closed)
            if year and year <= timezone.localdate().year:
                cleaned["life_status"] = LifeStatus.CLOSED
                if not cleaned.get("life_status_year") or "life_status_year" not in self.changed_data:
                    cleaned["life_status_year"] = year
        if cleaned.get("successor") and not closed and cleaned.get("life_status") not in _OVER:
            self.add_error("closed", SAY_WHEN)
        return cleaned


def _year(closed: str) -> int | None:
    """The last year it may mean; None for what is no date, which its own field tells later."""
    try:
        return PartialDate.parse(closed).latest.year
    except ValueError:
        return None


class CeasingMixin:
    """Of an entry's admin: who took over is told there once it is known, and picked there before."""

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.asked_by = request.user
        return form

    @staticmethod
    def read_successors(obj: Actor | None, user) -> list[Actor]:
        """Those the person may read; asked once per request, of the object of the page."""
        if obj is None:
            return []
        if "_successors" not in obj.__dict__:
            links = readable(user, obj.links_in.filter(kind=CooperationKind.TAKES_OVER))
            links = links.select_related("source").order_by("source__name_key", "pk")
            obj._successors = [link.source for link in links]
        return obj._successors

    @admin.display(description="activité reprise par")
    def successors(self, obj):
        # Read by get_fieldsets(), which knows for whom.
        return format_html_join(", ", "{}", ((actor.full_name,) for actor in obj._successors))

    @staticmethod
    def keep_successor(form: CeasingForm, actor: Actor) -> set[int]:
        """Write the link the form asks for; returns whose entry it changes besides (2 queries, none without one)."""
        successor = form.cleaned_data.get("successor")
        if successor is None:
            return set()
        Cooperation.objects.get_or_create(
            kind=CooperationKind.TAKES_OVER, source=successor, target=actor, since="", until=""
        )
        return {successor.pk}
