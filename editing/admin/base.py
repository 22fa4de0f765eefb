"""What the admins of actors and of their rows share: sources beside each row, recording a change."""

from contextlib import nullcontext

from django import forms
from django.contrib import admin
from django.db import models
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from actors.actions.record import actor_changed, concerned_by_link
from actors.history import act
from actors.models import Actor, Citation, Cooperation
from actors.models.citation import ROW_TARGETS
from editing.admin.seen import SeenForm
from editing.rights import entries_offered, is_whose, paths_to_actor, rows_changeable
from sources.models import Source
from sources.partial_date import PartialDateField
from territories.admin_base import (
    DirectoryAdmin,
    DirectoryForm,
    DirectoryFormSet,
    DirectoryInline,
    RecordingAdmin,
    RelatedSelect,
    Subject,
    foreign_keys,
)
from territories.models import Territory

OUTSIDE = "Vous n’avez pas le droit de modifier la fiche dont il s’agit."


def citation_target(model: type[models.Model]) -> str:
    """The foreign key of Citation that points to rows of ``model``."""
    return next(name for name in ROW_TARGETS if Citation._meta.get_field(name).related_model is model)


# -- sources of a row, on its actor's page ----------------------------------------------------------


class CitedRowForm(DirectoryForm):
    """A row with one more choice: a source that supports it, cited when the row is saved."""

    cited_source = forms.ModelChoiceField(
        Source.objects.all(),
        required=False,
        label="Ajouter une source",
        widget=RelatedSelect(Citation._meta.get_field("source"), admin.site),
    )


class CitedFormSet(DirectoryFormSet):
    def save_new(self, form, commit=True):
        return self._cited(form, super().save_new(form, commit))

    def save_existing(self, form, obj, commit=True):
        return self._cited(form, super().save_existing(form, obj, commit))

    def _cited(self, form, row):
        if source := form.cleaned_data.get("cited_source"):
            # The same source told twice for one fact is one citation.
            Citation.objects.get_or_create(source=source, **{citation_target(self.model): row})
        return row


class CitedInline(DirectoryInline):
    """Rows of an actor with their sources beside them; « Modifier » leads to all of a row's citations."""

    form = CitedRowForm
    formset = CitedFormSet
    readonly_fields = ("sources",)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, PartialDateField):
            # The whole explanation under each of forty rows would hide them.
            kwargs["help_text"] = "2018, 2019-07, 2018~, ../2004"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_queryset(self, request):
        """One query more, for the sources of all rows."""
        citations = models.Prefetch("citations", queryset=Citation.objects.with_sources())
        return super().get_queryset(request).prefetch_related(citations)

    @admin.display(description="sources")
    def sources(self, row):
        return source_links(row)


def source_links(row) -> str:
    """The sources of a row, each leading to its citation; needs the row's citations prefetched."""
    if not row.pk:
        return "–"
    items = format_html_join(
        "",
        '<li><a href="{}">{}</a></li>',
        (
            (reverse("admin:actors_citation_change", args=[citation.pk]), citation.source.label)
            for citation in row.citations.all()
        ),
    )
    return format_html('<ul class="sources">{}</ul>', items) if items else "aucune"


class RowCitationInline(DirectoryInline, admin.TabularInline):
    """Every source of one row, on the row's own page."""

    model = Citation
    fields = ("source", "printed")
    show_change_link = False


# -- recording --------------------------------------------------------------------------------------


def actor_subject(actor: Actor) -> Subject:
    return Subject("actor", actor.public_id, actor.full_name)


def territory_subject(territory: Territory) -> Subject:
    return Subject("territory", territory.natural, territory.name)


def owners_of(row: models.Model) -> set[Subject]:
    """Whose row it is: its actor's, both ends' of a link, or the territory's of a figure."""
    if isinstance(row, Citation):
        target = _fact_of(row)
        return {actor_subject(target)} if isinstance(target, Actor) else owners_of(target)
    if isinstance(row, Cooperation):
        return {actor_subject(row.source), actor_subject(row.target)}
    if row.actor_id:
        return {actor_subject(row.actor)}
    return {territory_subject(row.territory)}


def subjects_of(row: models.Model) -> set[Subject]:
    """Whose pages change with ``row``: its owners, without the other end of a link in preparation (1 query for a link)."""
    fact = _fact_of(row) if isinstance(row, Citation) else row
    if not isinstance(fact, Cooperation):
        return owners_of(row)
    concerned = concerned_by_link(fact.source_id, fact.target_id)
    return {actor_subject(end) for end in (fact.source, fact.target) if end.pk in concerned}


def _fact_of(citation: Citation) -> models.Model:
    return next(
        getattr(citation, name) for name in ("actor", *ROW_TARGETS) if getattr(citation, f"{name}_id")
    )


class OutsideRights(Exception):
    """What was asked would leave the entry out of the person's own reach; the message says so in French."""


class ActingAdmin(DirectoryAdmin):
    """Whatever is posted is one act of whoever is logged in: all or nothing, and told by the history."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        with self._act(request):
            try:
                return super().changeform_view(request, object_id, form_url, extra_context)
            except OutsideRights as error:
                # The form's own transaction is rolled back; the same input once more, as an invalid form.
                request.refused = str(error)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(self, request, object_id, extra_context=None):
        with self._act(request):
            return super().delete_view(request, object_id, extra_context)

    # Actions of a list that only read: a long export in a transaction would keep everybody from writing.
    reading_actions: frozenset[str] = frozenset()

    def changelist_view(self, request, extra_context=None):
        reads = request.POST.get("action") in self.reading_actions
        with nullcontext() if reads else self._act(request):
            return super().changelist_view(request, extra_context)

    @staticmethod
    def _act(request):
        # Reading stays outside transactions: on SQLite each one takes the write lock.
        return act(user=request.user) if request.method == "POST" else nullcontext()


class ActorRecordingAdmin(ActingAdmin, RecordingAdmin):
    """Saves that also refresh what the actors concerned are found under, and keep their new state."""

    def tell(self, subject, verb, *args):
        if subject.kind != "actor":
            super().tell(subject, verb, *args)
            return
        actor = Actor.objects.get(public_id=subject.key)
        actor_changed(actor=actor, what=f"{verb} : {subject.label}"[:200], was_public=actor.is_public)


class RowAdmin(ActorRecordingAdmin):
    """One row of an actor on a page of its own, with all its citations."""

    group = "Détail des fiches"
    form = SeenForm
    change_form_template = "admin/editing/row_form.html"
    inlines = [RowCitationInline]

    def subjects(self, obj):
        return subjects_of(obj)

    # -- whose rows somebody may touch -------------------------------------------------------------

    def get_queryset(self, request):
        return rows_changeable(request.user, super().get_queryset(request))

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if is_whose(db_field):
            kwargs["queryset"] = entries_offered(request.user, db_field)
        elif paths_to_actor(db_field.related_model):
            # The row a citation supports.
            rows = db_field.related_model._default_manager.all()
            kwargs["queryset"] = rows_changeable(request.user, rows)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if not rows_changeable(request.user, self.model._base_manager.filter(pk=form.instance.pk)).exists():
            raise OutsideRights(OUTSIDE)

    def for_label(self, queryset):
        return queryset.select_related(*(field.name for field in foreign_keys(self.model)))

    def label(self, obj):
        """« La Locomotive — Siège : Raismes »."""
        return f"{obj.actor or '–'} — {obj}"
