"""One admin per face of an actor, and the list of all of them."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpResponseRedirect
from django.urls import reverse

from actors.actions.delete_actor import delete_actor
from actors.actions.record import actor_changed
from actors.enums import LegalForm, OrganisationKind
from actors.history import act
from actors.models import Actor, Cooperation, Initiative, Organisation, Ptce
from editing.admin.address import OutsideIdInline
from editing.admin.base import ActorRecordingAdmin, OutsideRights
from editing.admin.citation import CitationInline
from editing.admin.contact import ContactInline
from editing.admin.cooperation import LinkInInline, LinkOutInline, WishInline
from editing.admin.figure import FigureInline
from editing.admin.naming import AliasInline, LabelInline, SectorInline
from editing.admin.place import AreaInline, PlaceInline
from editing.admin.ptce_status import StatusInline
from editing.admin.spokesperson import SpokespersonInline
from editing.rights import has_right, may, require, visible
from editing.roles import Right
from sources.models import Letter
from territories.admin_base import DirectoryAdmin, DirectoryForm, has_changes

OUTSIDE_TERRITORIES = (
    "Avec ces lieux, la fiche sortirait des territoires qui vous sont confiés : "
    "demandez à quelqu’un qui les tient tous."
)
# Columns of one nature only: constraints name them, though the form of another nature shows none.
FACE_COLUMNS = frozenset(
    {
        "nature",
        "organisation_kind",
        "initiative_kind",
        "legal_form",
        "siren",
        "siret",
        "rna",
        "registry_state",
        "potential_ptce",
        "administers",
    }
)


class FaceForm(DirectoryForm):
    checked_columns = FACE_COLUMNS
    # What the model may leave empty for other natures, and this one may not.
    required_columns: tuple[str, ...] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.required_columns:
            self.fields[name].required = True


class OrganisationForm(FaceForm):
    required_columns = ("organisation_kind", "legal_form")


class InitiativeForm(FaceForm):
    required_columns = ("initiative_kind",)


class LetterFilter(admin.SimpleListFilter):
    title = "lettre"
    parameter_name = "lettre"

    def lookups(self, request, model_admin):
        return [(letter.slug, letter.label) for letter in Letter.objects.all()]

    def queryset(self, request, queryset):
        letter = Letter.objects.filter(slug=self.value()).first() if self.value() else None
        return queryset.cited_in(letter) if letter else queryset


SITUATION = (
    "Situation",
    {"fields": (("life_status", "life_status_year"), ("founded", "closed"))},
)
IDENTIFIERS = (
    "Identifiants officiels",
    {"fields": (("siren", "siret", "rna"), "registry_state")},
)
WHAT_IT_DOES = ("Ce que fait l’acteur", {"fields": ("summary", "description", "activities")})
PUBLICATION = (
    "Publication",
    {"fields": (("publication", "last_confirmed_on"), ("public_id", "created_at", "updated_at"))},
)
INLINES = [
    SectorInline,
    LabelInline,
    AliasInline,
    PlaceInline,
    AreaInline,
    ContactInline,
    SpokespersonInline,
    FigureInline,
    LinkOutInline,
    LinkInInline,
    WishInline,
    CitationInline,
    OutsideIdInline,
]


class ActorList:
    """What every list of actors shows and how it is searched."""

    list_filter = (
        "publication",
        "life_status",
        "sphere",
        "sectors__sector",
        "labels__label",
        LetterFilter,
    )
    search_fields = ("name_key",)
    search_help_text = "Nom, sigle, lieu, activité…"
    ordering = ("name_key", "pk")

    def get_queryset(self, request):
        """What the person may read; whoever may read all is asked nothing more."""
        rows = super().get_queryset(request).for_list()
        if has_right(request.user, Right.EDIT):
            return rows
        return rows.filter(pk__in=visible(request.user).order_by().values("pk"))

    def get_search_results(self, request, queryset, search_term):
        """Whatever an actor is found under, those of that name first."""
        return queryset.search(search_term).named_first(search_term), False

    @admin.display(description="nom", ordering="name_key")
    def full_name(self, obj):
        return obj.full_name

    @admin.display(description="lieux")
    def place_names(self, obj):
        return ", ".join(dict.fromkeys(place.territory.name for place in obj.places.all()))


class FaceAdmin(ActorList, ActorRecordingAdmin):
    """An entry of one nature, with everything that belongs to it."""

    group = "Acteurs"
    inlines = INLINES
    readonly_fields = ("public_id", "created_at", "updated_at")
    save_on_top = True

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ("name", "precision")}

    def get_fieldsets(self, request, obj=None):
        """What an entry is given when it is made is not shown before."""
        sets = super().get_fieldsets(request, obj)
        return sets if obj else (*sets[:-1], ("Publication", {"fields": PUBLICATION[1]["fields"][:1]}))

    def history_view(self, request, object_id, extra_context=None):
        """The button « Historique » of the form leads to the one page of every nature."""
        return HttpResponseRedirect(reverse("admin:actor_history", args=[unquote(object_id)]))

    def view_on_site(self, obj):
        return obj.get_absolute_url() if obj.is_public else None

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "slug":
            kwargs["label"] = "Adresse de la page"
            kwargs["help_text"] = "La fin de son adresse. Une fois publiée, l’ancienne continue d’y mener."
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    # -- who may -----------------------------------------------------------------------------------

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (
            obj is None or may(request.user, Right.EDIT, obj)
        )

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (
            obj is None or may(request.user, Right.DELETE, obj)
        )

    # -- saving ------------------------------------------------------------------------------------

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        form.was_public = change and Actor.objects.published().filter(pk=obj.pk).exists()
        if not change or form.has_changed():
            admin.ModelAdmin.save_model(self, request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        actor = form.instance
        partners = _linked(formsets)
        admin.ModelAdmin.save_related(self, request, form, formsets, change)
        if not has_changes(form, formsets, change):
            return
        if not form.has_changed():
            # One of its rows is new: so is the entry.
            actor.save(update_fields=["updated_at"])
        what = f"{_verb(form.was_public, actor.is_public, change)} : {actor.full_name}"
        actor_changed(actor=actor, what=what[:200], was_public=form.was_public)
        with act() as current:
            current.touch(*partners)
            if form.was_public or actor.is_public:
                for partner in Actor.objects.filter(pk__in=partners).exclude(pk=actor.pk):
                    actor_changed(
                        actor=partner, what=f"Modification : {partner}"[:200], was_public=partner.is_public
                    )
        if not may(request.user, Right.EDIT, actor):
            raise OutsideRights(OUTSIDE_TERRITORIES)

    def delete_model(self, request, obj):
        require(request.user, Right.DELETE, obj)
        delete_actor(actor=obj, user=request.user)

    def delete_queryset(self, request, queryset):
        with act(user=request.user):
            for actor in queryset:
                self.delete_model(request, actor)


def _linked(formsets) -> set[int]:
    """The actors on the other side of every link these formsets make, change or undo."""
    linked = set()
    for formset in formsets:
        if formset.model is Cooperation:
            other = "target" if formset.fk.name == "source" else "source"
            for form in formset.forms:
                if form.has_changed():
                    linked |= {form.initial.get(other), getattr(form.instance, f"{other}_id")}
    return linked - {None}


def _verb(was_public: bool, is_public: bool, change: bool) -> str:
    if is_public and not was_public:
        return "Publication"
    if was_public and not is_public:
        return "Retrait"
    return "Modification" if change else "Création"


@admin.register(Organisation)
class OrganisationAdmin(FaceAdmin):
    rank = 1
    form = OrganisationForm
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "precision"),
                    ("slug", "number"),
                    ("organisation_kind", "legal_form", "sphere"),
                    "name_reason",
                )
            },
        ),
        WHAT_IT_DOES,
        SITUATION,
        IDENTIFIERS,
        ("Pour un acteur public", {"fields": ("administers",)}),
        PUBLICATION,
    )
    list_display = (
        "full_name",
        "organisation_kind",
        "legal_form",
        "place_names",
        "publication",
        "updated_at",
    )
    list_filter = ("organisation_kind", "legal_form", *ActorList.list_filter)

    def get_changeform_initial_data(self, request):
        # What no source says is « non précisé », never a guess.
        return {
            "organisation_kind": OrganisationKind.UNSPECIFIED,
            "legal_form": LegalForm.UNSPECIFIED,
            **super().get_changeform_initial_data(request),
        }


@admin.register(Initiative)
class InitiativeAdmin(FaceAdmin):
    rank = 2
    form = InitiativeForm
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "precision"),
                    ("slug", "number"),
                    ("initiative_kind", "sphere"),
                    "name_reason",
                    "potential_ptce",
                )
            },
        ),
        WHAT_IT_DOES,
        SITUATION,
        PUBLICATION,
    )
    list_display = (
        "full_name",
        "initiative_kind",
        "life_status",
        "place_names",
        "potential_ptce",
        "publication",
        "updated_at",
    )
    list_filter = ("initiative_kind", "potential_ptce", *ActorList.list_filter)


@admin.register(Ptce)
class PtceAdmin(FaceAdmin):
    rank = 3
    form = FaceForm
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "precision"),
                    ("slug", "number"),
                    ("legal_form", "sphere"),
                    "name_reason",
                )
            },
        ),
        WHAT_IT_DOES,
        SITUATION,
        IDENTIFIERS,
        PUBLICATION,
    )
    inlines = [StatusInline, *INLINES]
    list_display = ("full_name", "legal_form", "life_status", "place_names", "publication", "updated_at")
    list_filter = ("statuses__status", *ActorList.list_filter)


@admin.register(Actor)
class ActorAdmin(ActorList, DirectoryAdmin):
    """All natures in one list, and behind every choice of an actor; each is edited by its own face."""

    group = "Acteurs"
    rank = 4
    menu_name = "Tous les acteurs"
    list_display = ("full_name", "nature", "kind", "place_names", "publication", "updated_at")
    list_filter = ("nature", *ActorList.list_filter)

    @admin.display(description="type")
    def kind(self, obj):
        return obj.kind_label

    def label(self, obj):
        """« La Locomotive — Entreprise d’insertion », and that it is a draft where it is one."""
        label = f"{obj.full_name} — {obj.kind_label}"
        return label if obj.is_public else f"{label} ({obj.get_publication_display().lower()})"

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        actor = self.get_object(request, object_id) if object_id else None
        if actor is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        url = reverse(f"admin:actors_{actor.nature}_change", args=[actor.pk])
        query = request.GET.urlencode()
        return HttpResponseRedirect(f"{url}?{query}" if query else url)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
