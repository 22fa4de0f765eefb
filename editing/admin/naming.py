from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count

from actors.history import act
from actors.index.documents import refresh
from actors.models import Activity, ActorLabel, ActorSector, Alias
from editing.admin.base import ActorRecordingAdmin, CitedInline, RowAdmin
from territories.admin_base import DirectoryForm, DirectoryFormSet, DirectoryInline, ReadOnlyAdmin, Subject

TOO_MANY_SECTORS = "Un acteur a un à trois domaines d’activité."


class SectorForm(DirectoryForm):
    position = forms.TypedChoiceField(
        label="Rang",
        choices=[("", "à la suite"), (1, "1 (principal)"), (2, "2"), (3, "3")],
        coerce=int,
        empty_value=None,
        required=False,
    )

    def get_initial_for_field(self, field, field_name):
        # A new row takes the first free rank.
        if field_name == "position" and not self.instance.pk:
            return None
        return super().get_initial_for_field(field, field_name)

    def validate_constraints(self):
        """Ranks are judged together (:class:`SectorFormSet`): one by one, two that change places would clash."""


class SectorFormSet(DirectoryFormSet):
    """One to three sectors; ranks left open are filled in, two rows may change places."""

    default_error_messages = {
        **DirectoryFormSet.default_error_messages,
        "too_many_forms": TOO_MANY_SECTORS,
    }

    def clean(self):
        super().clean()
        if any(self.errors):
            return
        rows = [form for form in self.forms if form not in self.deleted_forms and form.cleaned_data]
        taken = [form.instance.position for form in rows if form.instance.position]
        if len(taken) != len(set(taken)):
            raise ValidationError("Deux domaines n’ont pas le même rang.")
        free = [rank for rank in (1, 2, 3) if rank not in taken]
        for form in rows:
            if not form.instance.position:
                if not free:
                    raise ValidationError(TOO_MANY_SECTORS)
                form.instance.position = free.pop(0)

    def save_existing_objects(self, commit=True):
        self.moved = []
        return super().save_existing_objects(commit)

    def save_existing(self, form, obj, commit=True):
        # The old row goes now, the new one comes when all have gone: no rank is ever taken twice.
        ActorSector.objects.filter(pk=obj.pk).delete()
        self.moved.append(form.instance)
        return obj

    def save_new_objects(self, commit=True):
        for row in self.moved:
            row.pk = None
            row.save(force_insert=True)
        return super().save_new_objects(commit)


class SectorInline(DirectoryInline, admin.TabularInline):
    model = ActorSector
    add_text = "Ajouter un domaine d’activité"
    form = SectorForm
    formset = SectorFormSet
    fields = ("position", "sector")
    max_num = 3
    ordering = ("position", "pk")
    show_change_link = False
    verbose_name_plural = "domaines d’activité (trois au plus)"

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, validate_max=True, **kwargs)


class LabelInline(DirectoryInline, admin.TabularInline):
    model = ActorLabel
    add_text = "Ajouter un agrément, un label ou un dispositif"
    fields = ("label",)
    show_change_link = False


class AliasInline(CitedInline, admin.StackedInline):
    model = Alias
    add_text = "Ajouter un autre nom"
    fields = (("name", "kind", "cited_source", "sources"),)


@admin.register(Alias)
class AliasAdmin(RowAdmin):
    fields = ("actor", "name", "kind")
    list_display = ("name", "kind", "actor")
    list_filter = ("kind",)
    search_fields = ("name_key", "actor__name_key")
    ordering = ("name_key", "pk")


@admin.register(Activity)
class ActivityAdmin(ActorRecordingAdmin):
    group = "Acteurs"
    rank = 6
    is_subject = True
    fields = ("name", "slug", "synonyms")
    list_display = ("name", "synonym_line", "actor_count")
    list_filter = ("actors__sectors__sector",)
    search_fields = ("name", "synonyms")
    ordering = ("name", "pk")

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(actor_count=Count("actors", distinct=True))

    @admin.display(description="synonymes")
    def synonym_line(self, obj):
        return ", ".join(obj.synonyms.splitlines())

    @admin.display(description="acteurs", ordering="actor_count")
    def actor_count(self, obj):
        return obj.actor_count

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ("name",)}

    def subjects(self, obj):
        return {Subject("activity", str(obj.pk), f"activité « {obj.name} »")}

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if change:
            refresh(form.instance.actors.values_list("pk", flat=True))

    def delete_model(self, request, obj):
        concerned = list(obj.actors.values_list("pk", flat=True))
        super().delete_model(request, obj)
        refresh(concerned)
        with act() as current:
            current.touch(*concerned)


@admin.register(ActorSector)
class ActorSectorAdmin(ReadOnlyAdmin):
    """Ranks hang together: they are edited on the actor's page."""

    group = "Détail des fiches"
    list_display = ("actor", "position", "sector")
    list_filter = ("sector", "position")
    search_fields = ("actor__name_key",)
    ordering = ("actor__name_key", "position", "pk")


@admin.register(ActorLabel)
class ActorLabelAdmin(ReadOnlyAdmin):
    group = "Détail des fiches"
    list_display = ("actor", "label")
    list_filter = ("label",)
    search_fields = ("actor__name_key",)
    ordering = ("actor__name_key", "label", "pk")
