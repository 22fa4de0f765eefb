from django.contrib import admin
from django.core.exceptions import ValidationError

from actors.models import Cooperation, CooperationWish
from actors.phrases import SYMMETRIC_KINDS
from editing.admin.base import CitedFormSet, CitedInline, RowAdmin
from territories.admin_base import year_column


class LinkFormSet(CitedFormSet):
    """The links of one side; a reciprocal link told on both sides of one page is seen here."""

    def clean(self):
        super().clean()
        # Both sides' formsets share the actor of the page: what the first one tells, the second one sees.
        told = self.instance.__dict__.setdefault("_links_told", {})
        for form in self.forms:
            link = form.instance
            if form in self.deleted_forms or link.kind not in SYMMETRIC_KINDS:
                continue
            pair = frozenset({link.source_id, link.target_id})
            key = (link.kind, pair, link.since, link.until)
            if told.setdefault(key, form) is not form:
                raise ValidationError("Ce lien réciproque est déjà enregistré dans l’autre sens.")


class LinkInline(CitedInline, admin.StackedInline):
    model = Cooperation
    formset = LinkFormSet
    verbose_name = "lien"

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        return super().formfield_for_foreignkey(db_field, request, label="Autre acteur", **kwargs)


class LinkOutInline(LinkInline):
    fk_name = "source"
    add_text = "Ajouter un lien vers un autre acteur"
    fields = (
        ("kind", "target", "status", "since", "until"),
        ("certainty", "reason"),
        ("cited_source", "sources"),
    )
    verbose_name_plural = "coopérations : cette fiche → un autre acteur"


class LinkInInline(LinkInline):
    fk_name = "target"
    add_text = "Ajouter un lien venant d’un autre acteur"
    fields = (
        ("source", "kind", "status", "since", "until"),
        ("certainty", "reason"),
        ("cited_source", "sources"),
    )
    verbose_name_plural = "coopérations : un autre acteur → cette fiche"


class WishInline(CitedInline, admin.StackedInline):
    model = CooperationWish
    add_text = "Ajouter une envie de coopération"
    fields = (("text", "year", "status"), ("cited_source", "sources"))


@admin.register(Cooperation)
class CooperationAdmin(RowAdmin):
    group = "Acteurs"
    rank = 5
    fields = (
        ("source", "kind", "target"),
        ("status", "certainty"),
        "reason",
        ("since", "until"),
    )
    list_display = ("sentence_text", "kind", "status", "certainty", "since", "until")
    list_filter = ("kind", "status", "certainty")
    search_fields = ("source__name_key", "target__name_key")
    ordering = ("source__name_key", "kind", "target__name_key", "pk")

    def label(self, obj):
        return obj.sentence

    @admin.display(description="lien", ordering="source__name_key")
    def sentence_text(self, obj):
        return obj.sentence


@admin.register(CooperationWish)
class CooperationWishAdmin(RowAdmin):
    fields = ("actor", "text", "year", "status")
    list_display = ("actor", "text", year_column("year", "année"), "status")
    list_filter = ("status", "year")
    search_fields = ("actor__name", "text")
    ordering = ("actor__name_key", "-year", "pk")
