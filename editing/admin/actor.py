"""One admin per face of an actor, and the list of all of them."""

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse

from actors.enums import LegalForm, OrganisationKind
from actors.models import Actor, Initiative, Organisation, Ptce
from editing.admin.actor_list import ActorList
from editing.admin.entry import FaceAdmin, FaceForm
from editing.admin.ptce_status import StatusInline
from editing.admin.sections import rows_of, sections_but
from territories.admin_base import DirectoryAdmin


class OrganisationForm(FaceForm):
    required_columns = ("organisation_kind", "legal_form")


class InitiativeForm(FaceForm):
    required_columns = ("initiative_kind",)


@admin.register(Organisation)
class OrganisationAdmin(FaceAdmin):
    rank = 1
    form = OrganisationForm
    sections = sections_but("initiative_kind", "potential_ptce", StatusInline)
    inlines = rows_of(sections)
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
    sections = sections_but(
        *("organisation_kind", "legal_form", "siren", "siret", "rna", "registry_state", "administers"),
        StatusInline,
    )
    inlines = rows_of(sections)
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
    sections = sections_but(
        *("organisation_kind", "initiative_kind", "potential_ptce", "administers"),
        titles={"activite": "Ce qu’il fait"},
    )
    inlines = rows_of(sections)
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
