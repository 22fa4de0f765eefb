from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models.fields.json import KT

from territories.admin_base import (
    DirectoryForm,
    DirectoryFormSet,
    DirectoryInline,
    ReadOnlyAdmin,
    RecordingAdmin,
    Subject,
    year_column,
)
from territories.enums import NameKind, TerritoryKind
from territories.importers.load import EDITORS_KINDS
from territories.models import (
    Adjacency,
    Boundary,
    Change,
    Containment,
    PostalCode,
    Succession,
    Territory,
    TerritoryName,
)
from territories.placing import place_members, place_neighbourhood

# Renewed by every load of the official data: what an editor wrote there would not stay.
OFFICIAL_COLUMNS = (
    "kind",
    "code",
    "name",
    "population",
    "population_year",
    "siren",
    "parent",
    "latitude",
    "longitude",
    "complete",
)


def is_official(territory: Territory | None) -> bool:
    return territory is not None and territory.kind not in EDITORS_KINDS


class TerritoryForm(DirectoryForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and "slug" in self.fields:
            slug = self.fields["slug"]
            slug.disabled = True
            slug.help_text = "D’autres sites y mènent : elle reste, même si le nom change."
        for name in {"kind", "code"} & self.fields.keys() if self.instance.pk else ():
            # Both make its permanent identifier.
            self.fields[name].disabled = True
            self.fields[name].help_text = "Son identifiant permanent en est fait : il reste."

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == TerritoryKind.NEIGHBOURHOOD and not cleaned.get("parent"):
            self.add_error("parent", "Un quartier est rattaché à sa commune.")
        return cleaned


class NameForm(DirectoryForm):
    """The official name of an official territory is shown, and stays."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.kept:
            for field in self.fields.values():
                field.disabled = True

    @property
    def kept(self) -> bool:
        name = self.instance
        return bool(name.pk) and name.kind == NameKind.OFFICIAL and is_official(name.territory)


class NameFormSet(DirectoryFormSet):
    def clean(self):
        super().clean()
        if any(form.kept for form in self.deleted_forms):
            raise ValidationError("Le nom officiel vient des données officielles : il reste.")


class NameInline(DirectoryInline, admin.TabularInline):
    model = TerritoryName
    form = NameForm
    formset = NameFormSet
    fields = ("name", "kind", "until")
    show_change_link = False
    verbose_name_plural = "noms (sous lesquels on le cherche)"


class PostalCodeInline(DirectoryInline, admin.TabularInline):
    model = PostalCode
    fields = ("code",)
    show_change_link = False

    def has_add_permission(self, request, obj=None):
        return not is_official(obj)

    def has_change_permission(self, request, obj=None):
        return not is_official(obj)

    def has_delete_permission(self, request, obj=None):
        return not is_official(obj)


class MemberInline(DirectoryInline, admin.TabularInline):
    """What a source places in a territory without official limits."""

    model = Containment
    fk_name = "container"
    fields = ("member", "whole")
    show_change_link = False
    verbose_name = "territoire contenu"
    verbose_name_plural = "ce que nos sources y placent (avec tout ce qui s’y trouve)"


@admin.register(Territory)
class TerritoryAdmin(RecordingAdmin):
    group = "Territoires"
    is_subject = True
    form = TerritoryForm
    fieldsets = (
        (None, {"fields": (("name", "kind"), ("slug", "code"), "parent", "note")}),
        ("Dans les phrases", {"fields": (("of_phrase", "at_phrase"),)}),
        (
            "Données officielles",
            {
                "fields": (("population", "population_year"), "siren", ("latitude", "longitude"), "complete"),
            },
        ),
    )
    list_display = ("name", "level", "department", "code", "population", "parent")
    list_filter = ("kind", "complete")
    search_fields = ("name_key",)
    search_help_text = "Nom, code postal ou code INSEE."
    ordering = ("name_key", "pk")

    # -- choosing a territory ----------------------------------------------------------------------

    def get_queryset(self, request):
        return super().get_queryset(request).with_department()

    def for_label(self, queryset):
        return queryset.with_department()

    def label(self, obj):
        """« Rivière — commune, Pas-de-Calais »."""
        level = self.level(obj).lower()
        department = getattr(obj, "department_name", None)
        return f"{obj.name} — {level}, {department}" if department else f"{obj.name} — {level}"

    def get_search_results(self, request, queryset, search_term):
        """By name, postal code or INSEE code, the best first."""
        return (queryset.search(search_term) if search_term.strip() else queryset), False

    @admin.display(description="niveau", ordering="kind")
    def level(self, obj):
        return obj.get_kind_display().partition(" (")[0]

    @admin.display(description="département", ordering="department_name")
    def department(self, obj):
        return obj.department_name or ""

    @admin.display(description="année de la population")
    def census(self, obj):
        return str(obj.population_year or "–")

    # -- what an editor may change -----------------------------------------------------------------

    def get_readonly_fields(self, request, obj=None):
        return (*OFFICIAL_COLUMNS, "census") if is_official(obj) else ()

    def get_fieldsets(self, request, obj=None):
        """A year that is only shown must not read « 2 023 »."""
        sets = super().get_fieldsets(request, obj)
        if not is_official(obj):
            return sets
        official = ("population", "census"), "siren", ("latitude", "longitude"), "complete"
        return (*sets[:-1], (sets[-1][0], {"fields": official}))

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ("name",), "code": ("name",)}

    def get_inlines(self, request, obj):
        informal = obj is None or obj.kind == TerritoryKind.INFORMAL
        return [NameInline, PostalCodeInline, *([MemberInline] if informal else [])]

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not is_official(obj)

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        if db_field.name == "kind":
            kwargs["choices"] = [
                ("", "---------"),
                *[(kind.value, kind.label) for kind in TerritoryKind if kind in EDITORS_KINDS],
            ]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def view_on_site(self, obj):
        return obj.get_absolute_url()

    # -- saving ------------------------------------------------------------------------------------

    def subjects(self, obj):
        return {Subject("territory", obj.natural, obj.name)}

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        territory = form.instance
        if is_official(territory):
            return
        self._keep_name(territory, former=form.initial.get("name"))
        if territory.kind == TerritoryKind.NEIGHBOURHOOD:
            place_neighbourhood(territory)
        members = [formset for formset in formsets if formset.model is Containment and formset.has_changed()]
        if members and territory.kind == TerritoryKind.INFORMAL:
            taken_out = [row.member_id for formset in members for row in formset.deleted_objects]
            place_members(territory, taken_out=taken_out)

    @staticmethod
    def _keep_name(territory: Territory, former: str | None) -> None:
        """Search reads the table of names: the name shown is among them."""
        if territory.names.filter(name=territory.name).exists():
            return
        name = territory.names.filter(name=former or "", kind=NameKind.OFFICIAL).first()
        name = name or TerritoryName(territory=territory, kind=NameKind.OFFICIAL)
        name.name = territory.name
        name.save()


# -- what the data set and the program keep ---------------------------------------------------------


@admin.register(TerritoryName)
class TerritoryNameAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", year_column("until", "jusqu’en"), "territory")
    list_filter = ("kind",)
    search_fields = ("name_key",)
    ordering = ("name_key", "pk")


@admin.register(PostalCode)
class PostalCodeAdmin(ReadOnlyAdmin):
    list_display = ("code", "territory")
    list_filter = ("territory__kind",)
    search_fields = ("code", "territory__name")
    ordering = ("code", "pk")


@admin.register(Containment)
class ContainmentAdmin(ReadOnlyAdmin):
    list_display = ("container", "member", "whole")
    list_filter = ("whole", "container__kind")
    search_fields = ("container__name_key", "member__name_key")
    ordering = ("container__name_key", "member__name_key", "pk")


@admin.register(Succession)
class SuccessionAdmin(ReadOnlyAdmin):
    list_display = ("predecessor", "successor", year_column("year", "année"), "kind")
    list_filter = ("kind",)
    search_fields = ("predecessor__name_key", "successor__name_key")
    ordering = ("predecessor__name_key", "successor__name_key", "pk")


@admin.register(Adjacency)
class AdjacencyAdmin(ReadOnlyAdmin):
    list_display = ("first", "second")
    list_filter = ("first__kind",)
    search_fields = ("first__name_key", "second__name_key")
    ordering = ("first__name_key", "second__name_key", "pk")


@admin.register(Boundary)
class BoundaryAdmin(ReadOnlyAdmin):
    """The geometry itself is never loaded: only its kind is told."""

    fields = ("territory", "shape")
    list_display = ("territory", "shape")
    list_filter = ("territory__kind",)
    search_fields = ("territory__name_key",)
    ordering = ("territory__name_key", "pk")

    def get_queryset(self, request):
        return super().get_queryset(request).defer("geometry").annotate(shape=KT("geometry__type"))

    @admin.display(description="forme")
    def shape(self, obj):
        return {"Polygon": "un seul tenant", "MultiPolygon": "plusieurs parties"}.get(obj.shape, obj.shape)


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    list_display = ("number", "at", "what", "fate", "subject", "key")
    list_filter = ("fate", "subject", "at")
    search_fields = ("what", "key")
    ordering = ("-pk",)
