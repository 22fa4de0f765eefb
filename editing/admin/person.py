"""Persons stand in ``sources``; their admin is here, since erasing one reaches into the actors."""

from itertools import chain

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from actors.actions.erase_person import erase_person
from actors.actions.reach_saying import reach_saying
from actors.models import Actor, Spokesperson
from editing.admin.base import ActorRecordingAdmin, actor_subject
from sources.admin import letter_subjects
from sources.erasure import erased_names
from sources.models import Letter, Person
from territories.admin_base import DirectoryForm, ReadOnlyInline, Subject
from territories.text import fold, row_number

ERASED = "Cette personne a demandé à ne plus figurer dans l’annuaire : elle ne peut pas y être remise."


class PersonForm(DirectoryForm):
    """An erased person is refused here as by every loader."""

    def clean_name(self):
        return self._not_erased("name")

    def clean_other_spellings(self):
        return self._not_erased("other_spellings")

    def _not_erased(self, column):
        value = self.cleaned_data[column]
        if erased_names([line for line in value.splitlines() if line.strip()]):
            self.add_error(column, ERASED)
        return value


class FunctionInline(ReadOnlyInline, admin.TabularInline):
    model = Spokesperson
    fields = ("actor", "role", "category")
    verbose_name_plural = "ses fonctions (à modifier sur la fiche de chaque acteur)"


def _begin(words: list[str], of: list[str]) -> bool:
    return all(any(part.startswith(word) for part in of) for word in words)


@admin.register(Person)
class PersonAdmin(ActorRecordingAdmin):
    group = "Lettres"
    rank = 4
    form = PersonForm
    fields = ("name", "slug", "other_spellings")
    inlines = [FunctionInline]
    list_display = ("name", "other_names", "function_count", "article_count")
    list_filter = ("functions__category", "articles__letter")
    search_fields = ("name", "other_spellings")
    ordering = ("name", "pk")
    actions = ["erase_everywhere"]
    change_form_template = "admin/sources/person/change_form.html"

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(
                function_count=Count("functions", distinct=True),
                article_count=Count("articles", distinct=True),
            )
        )

    def get_search_results(self, request, queryset, search_term):
        """By the beginnings of words, whatever accents and capitals; a few hundred names are read (1 query)."""
        words = fold(search_term.replace("\0", "")).split()
        if not words:
            return queryset, False
        names = Person.objects.order_by("pk").values_list("pk", "name", "other_spellings")
        found = [pk for pk, *spellings in names if _begin(words, fold(" ".join(spellings)).split())]
        return queryset.filter(pk__in=found), False

    @admin.display(description="autres graphies")
    def other_names(self, obj):
        return ", ".join(obj.other_spellings.splitlines())

    @admin.display(description="fonctions", ordering="function_count")
    def function_count(self, obj):
        return obj.function_count

    @admin.display(description="articles signés", ordering="article_count")
    def article_count(self, obj):
        return obj.article_count

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ("name",)}

    def subjects(self, obj):
        """Also where nobody sees the person: files and the API leave every known name out of texts."""
        actors = Actor.objects.filter(spokespersons__person=obj).distinct()
        letters = Letter.objects.filter(articles__authors=obj).distinct()
        seen = {subject for letter in letters for subject in letter_subjects(letter)}
        known = Subject("person", str(obj.pk), "une personne")
        return {actor_subject(actor) for actor in actors} | seen | {known}

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if named := {"name", "other_spellings"} & {*form.changed_data}:
            given = (
                values.get(column) or "" for column in named for values in (form.initial, form.cleaned_data)
            )
            reach_saying(chain.from_iterable(map(str.splitlines, given)))

    def delete_model(self, request, obj):
        names = [obj.name, *obj.other_spellings.splitlines()]
        super().delete_model(request, obj)
        reach_saying(names)

    # -- erasing -----------------------------------------------------------------------------------

    def get_urls(self):
        erase = path(
            "<path:object_id>/effacer/",
            self.admin_site.admin_view(self.erase_view),
            name="sources_person_erase",
        )
        return [erase, *super().get_urls()]

    def erase_view(self, request, object_id):
        """The button of one person's page; the action of the list ends in the same question."""
        return self._erase(
            request, self.get_queryset(request).filter(pk=row_number(object_id))
        ) or HttpResponseRedirect(reverse("admin:sources_person_changelist"))

    @admin.action(description="Effacer ces personnes partout", permissions=["delete"])
    def erase_everywhere(self, request, queryset):
        return self._erase(request, queryset)

    def _erase(self, request, queryset):
        """Ask first; on « oui » erase, in one transaction, and return None."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        persons = list(queryset)
        if request.method == "POST" and request.POST.get("confirmed"):
            with transaction.atomic():
                for person in persons:
                    erase_person(person=person, user=request.user)
            told = "1 personne effacée" if len(persons) == 1 else f"{len(persons)} personnes effacées"
            self.message_user(request, f"{told} partout.", messages.SUCCESS)
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": "Effacer une personne partout",
            "opts": self.opts,
            "persons": persons,
            "action_checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/sources/person/erase.html", context)
