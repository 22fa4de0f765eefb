"""The page of one entry: its form with every row below it, saving, publishing, meeting somebody else's changes."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from actors.actions.delete_actor import delete_actors
from actors.actions.record import actor_changed, concerned_by_link
from actors.history import act, latest_ids
from actors.models import Actor, Cooperation
from editing.admin.actor_list import ActorList
from editing.admin.base import ActorRecordingAdmin, OutsideRights
from editing.admin.ceasing import CeasingForm, CeasingMixin
from editing.admin.confirming import note_confirmation
from editing.admin.letter_warning import LetterWarning
from editing.admin.preview import PreviewMixin
from editing.admin.sections import Section, WordedRows, fieldsets_of, fold_empty, shown_sections
from editing.admin.twin_warning import TwinWarning
from editing.conflicts import VersionField, meet, row_forms
from editing.normalised import OFFICIAL_NUMBERS, NormalisedNumbers, OfficialNumberField
from editing.publication import asked_state, buttons, needs_publishing
from editing.rights import has_right, may, require
from editing.roles import Right
from territories.admin_base import DirectoryForm, has_changes
from territories.text import row_number

OUTSIDE_TERRITORIES = (
    "Avec ces lieux, la fiche sortirait des territoires qui vous sont confiés : "
    "demandez à quelqu’un qui les tient tous."
)
CHOOSE = "Choisissez pour chaque champ ci-dessous ce qui doit rester."
NOT_YOURS_TO_PUBLISH = (
    "Vous ne pouvez publier que les fiches situées dans les territoires qui vous sont confiés : "
    "indiquez ses lieux, ou enregistrez-la comme brouillon."
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


class FaceForm(NormalisedNumbers, CeasingForm, DirectoryForm):
    checked_columns = FACE_COLUMNS
    # What the model may leave empty for other natures, and this one may not.
    required_columns: tuple[str, ...] = ()

    entry_version = VersionField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and not self.is_bound:
            self.initial["entry_version"] = latest_ids([self.instance.pk]).get(self.instance.pk, 0)
        for name in self.required_columns:
            # Whoever may only read the entry gets no fields.
            if name in self.fields:
                self.fields[name].required = True


# What an entry is given when it is made.
_GIVEN = {"publication", "public_id", "created_at", "updated_at"}


class FaceAdmin(CeasingMixin, TwinWarning, LetterWarning, PreviewMixin, ActorList, ActorRecordingAdmin):
    """An entry of one nature, with everything that belongs to it; ``inlines`` are those of its ``sections``."""

    group = "Acteurs"
    sections: tuple[Section, ...] = ()
    # Buttons decide on the publication.
    readonly_fields = (*_GIVEN, "successors", "former_addresses")
    change_form_template = "admin/editing/entry_form.html"
    delete_confirmation_template = "admin/editing/bin_confirmation.html"

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ("name", "precision")}

    def get_fieldsets(self, request, obj=None):
        """Without what a new entry has not yet; who took over is picked, or told where it is known (2 queries)."""
        left_out = {"successor" if self.read_successors(obj, request.user) else "successors"}
        if obj is None:
            left_out |= _GIVEN
        if not self._former_slugs(obj):
            left_out.add("former_addresses")
        return fieldsets_of(self.sections, but=left_out, obj=obj)

    def get_inline_formsets(self, request, formsets, inline_instances, obj=None):
        fold_empty(self.sections, inline_instances, formsets)
        plain = super().get_inline_formsets(request, formsets, inline_instances, obj)
        return [WordedRows.of(one) for one in plain]

    @staticmethod
    def _former_slugs(obj: Actor | None) -> list[str]:
        """Asked once per request, of the object of the page."""
        if obj is None:
            return []
        if "_former_slugs" not in obj.__dict__:
            slugs = obj.addresses.order_by("slug").values_list("slug", flat=True)
            obj._former_slugs = [slug for slug in slugs if slug != obj.slug]
        return obj._former_slugs

    @admin.display(description="anciennes adresses, qui y mènent toujours")
    def former_addresses(self, obj):
        items = ((reverse("actor", args=[slug]),) * 2 for slug in self._former_slugs(obj))
        return format_html(
            '<ul class="former">{}</ul>', format_html_join("", '<li><a href="{}">{}</a></li>', items)
        )

    def history_view(self, request, object_id, extra_context=None):
        """The button « Historique » of the form leads to the one page of every nature."""
        if not (number := row_number(unquote(object_id))):
            raise Http404
        return HttpResponseRedirect(reverse("admin:actor_history", args=[number]))

    def view_on_site(self, obj):
        """Of what is not published its editors alone see a page there."""
        return obj.get_absolute_url()

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "slug":
            kwargs["label"] = "Adresse de la page"
            kwargs["help_text"] = "La fin de son adresse. Si vous la changez, l’ancienne continue d’y mener."
        if db_field.name in OFFICIAL_NUMBERS:
            kwargs |= {"form_class": OfficialNumberField, "normalise": OFFICIAL_NUMBERS[db_field.name]}
        if db_field.name == "closed":
            kwargs["label"] = "Quand (année, mois ou jour)"
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

    # -- meeting somebody else's changes -----------------------------------------------------------

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        with self._act(request):
            if request.method == "POST" and object_id:
                self._meet_others(request, object_id)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _meet_others(self, request, object_id):
        """Put what was posted together with what changed since the form was opened."""
        actor = self.get_object(request, unquote(object_id))
        if actor is None or not self.has_change_permission(request, actor):
            return  # told by the form's own view
        # Whoever saves at the same moment waits here (SQLite's transactions wait from their start).
        Actor.objects.select_for_update().get(pk=actor.pk)
        form = self.get_form(request, actor, change=True)(instance=actor)
        inlines = [formset for formset, _ in self.get_formsets_with_inlines(request, actor)]
        met = meet(
            actor=actor,
            data=request.POST,
            fields=form.fields,
            inlines=row_forms(inlines, actor),
            user=request.user,
        )
        if met is None:
            return
        request.POST = met.data
        if met.conflicts:
            request.meeting = met
            request.refused = CHOOSE if met.undecided else f"{met.who} a enregistré cette fiche entre-temps."
        elif met.theirs:
            told = f"Entre-temps, {met.who} avait aussi enregistré cette fiche ({' ; '.join(met.theirs)})."
            messages.info(request, f"{told} Vos changements et les siens sont réunis.")

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        rows = context.get("inline_admin_formsets", [])
        context = {
            **context,
            "sections": shown_sections(self.sections, context["adminform"], rows),
            "buttons": buttons(request.user, obj) if self._may_save(request, obj) else [],
            "meeting": getattr(request, "meeting", None),
            "preview_url": self.preview_url(obj),
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _may_save(self, request, obj):
        return self.has_change_permission(request, obj) if obj else self.has_add_permission(request)

    # -- saving ------------------------------------------------------------------------------------

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        before = Actor.objects.values_list("publication", flat=True).get(pk=obj.pk) if change else "draft"
        obj.publication = asked_state(request.POST, before)
        form.publishing = needs_publishing(before, obj.publication)
        form.state_changed = note_confirmation(request, obj, form) or before != obj.publication
        if form.publishing and not has_right(request.user, Right.PUBLISH):
            raise PermissionDenied
        form.was_public = before == "published"
        if not change or form.has_changed() or form.state_changed:
            admin.ModelAdmin.save_model(self, request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        actor = form.instance
        partners = _linked(formsets)
        admin.ModelAdmin.save_related(self, request, form, formsets, change)
        partners |= self.keep_successor(form, actor)
        for warning in (each for formset in formsets for row in formset.forms for each in _warnings(row)):
            messages.warning(request, warning)
        if not change:
            self.ask_about_twins(request, actor)
        if not (has_changes(form, formsets, change) or form.state_changed):
            return
        if not (form.has_changed() or form.state_changed):
            # One of its rows is new: so is the entry.
            actor.save(update_fields=["updated_at"])
        what = f"{_verb(form.was_public, actor.is_public, change)} : {actor.full_name}"
        actor_changed(actor=actor, what=what[:200], was_public=form.was_public)
        if form.was_public != actor.is_public:
            # Their pages show the link from now on, or no longer.
            links = Cooperation.objects.of(actor.pk).values_list("source", "target")
            partners |= {end for ends in links for end in ends}
        elif not actor.is_public and partners:
            partners = concerned_by_link(actor.pk, *partners)
        with act() as current:
            current.touch(*partners)
            if form.was_public or actor.is_public:
                for partner in Actor.objects.filter(pk__in=partners).exclude(pk=actor.pk):
                    actor_changed(
                        actor=partner, what=f"Modification : {partner}"[:200], was_public=partner.is_public
                    )
        if form.publishing and not may(request.user, Right.PUBLISH, actor):
            raise OutsideRights(NOT_YOURS_TO_PUBLISH)
        if form.publishing and actor.is_public:
            self.ask_about_letters(request, actor)
        if not may(request.user, Right.EDIT, actor):
            raise OutsideRights(OUTSIDE_TERRITORIES)
        if actor.is_public and not form.was_public:
            url = actor.get_absolute_url()
            text = 'La fiche est en ligne : <a href="{}">voir sa page</a>.'
            messages.success(request, format_html(text, url))

    def delete_model(self, request, obj):
        require(request.user, Right.DELETE, obj)
        delete_actors(actors=[obj], user=request.user)

    def delete_queryset(self, request, queryset):
        actors = list(queryset)
        for actor in actors:
            require(request.user, Right.DELETE, actor)
        delete_actors(actors=actors, user=request.user)


def _warnings(row) -> list[str]:
    return getattr(row, "warnings", [])


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
