"""What the whole back-office shares: choosing related rows, telling errors, recording changes.

It stands on the ground floor because territories, letters and actors all use it.
"""

import re
from dataclasses import dataclass, field

from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList, ChangeListSearchForm
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models, transaction
from django.forms.models import BaseInlineFormSet, _get_foreign_key
from django.utils.text import capfirst

from territories.admin_words import in_our_words
from territories.enums import ChangeFate
from territories.models import record_change
from territories.text import fold, row_number

TAKEN = "Une de ces valeurs est déjà prise ailleurs, ou en contredit une autre : vérifiez, puis enregistrez."


def refusal(error: IntegrityError) -> str:
    """The French sentence of the constraint a database error names; a general one where it names none.

    PostgreSQL and SQLite's checks give the constraint's name, SQLite's unique indexes their columns.
    """
    text = str(error)
    words = set(re.findall(r"\w+", text))
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name in words or _columns(model, constraint) == text.rpartition(": ")[2]:
                return str(constraint.violation_error_message)
    return TAKEN


def _columns(model: type[models.Model], constraint: models.BaseConstraint) -> str:
    """As SQLite tells a unique index: ``table.column, table.column``."""
    names = getattr(constraint, "fields", ())
    return ", ".join(f"{model._meta.db_table}.{model._meta.get_field(name).column}" for name in names)


def year_column(name: str, description: str):
    """A column of a list for a year, which is no number of thousands: « 2022 », not « 2 022 »."""

    @admin.display(description=description, ordering=name)
    def year(obj):
        return "" if (value := getattr(obj, name)) is None else str(value)

    return year


def foreign_keys(model: type[models.Model]) -> list[models.ForeignKey]:
    """Those that people choose; what the program fills in is not among them."""
    return [
        field
        for field in model._meta.concrete_fields
        if (field.many_to_one or field.one_to_one) and field.editable
    ]


# -- forms ----------------------------------------------------------------------------------------


class RelatedSelect(AutocompleteSelect):
    """One related row, found by typing, told as its own admin tells it.

    The current choice is shown from ``current``, the object its row already holds: Django's own widget
    asks the database once per row.
    """

    current: models.Model | None = None

    def optgroups(self, name, value, attr=None):
        related_admin = self.admin_site.get_model_admin(self.field.remote_field.model)
        value = [one for one in value if row_number(one)]
        if self.current is not None and value == [str(self.current.pk)]:
            chosen = [self.current]
        else:
            chosen = related_admin.for_label(self.choices.queryset.filter(pk__in=value)) if value else []
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        options += [
            self.create_option(name, str(one.pk), related_admin.label(one), True, index)
            for index, one in enumerate(chosen, start=len(options))
        ]
        return [(None, options, 0)]


class DirectoryForm(forms.ModelForm):
    """A form that lets each constraint speak, and its related rows show themselves without a query."""

    # Columns that no field shows but constraints name; Django would skip those constraints.
    checked_columns: frozenset[str] = frozenset()
    # What the database refused when the form itself had found nothing to say.
    refused = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, form_field in self.fields.items():
            widget = getattr(form_field.widget, "widget", form_field.widget)
            if isinstance(widget, RelatedSelect):
                widget.current = self.instance._state.fields_cache.get(name)

    def clean(self):
        cleaned = super().clean()
        if self.refused:
            raise ValidationError(self.refused)
        return cleaned

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() - (self.checked_columns - self.errors.keys())


class DirectoryFormSet(BaseInlineFormSet):
    """Rows of one parent: they know it without a query, and tell duplicates in the constraint's words."""

    def get_queryset(self):
        if not hasattr(self, "_queryset"):
            for row in super().get_queryset():
                setattr(row, self.fk.name, self.instance)
        return super().get_queryset()

    def get_unique_error_message(self, unique_check):
        for constraint in self.model._meta.constraints:
            if {*getattr(constraint, "fields", ())} == {*unique_check}:
                return constraint.violation_error_message
        return super().get_unique_error_message(unique_check)

    def get_form_error(self):
        return "Cette ligne en répète une autre."


class LinesField(forms.CharField):
    """Text of several lines, whose ends browsers send as CR LF: saving it untouched changes nothing."""

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


# -- searching ------------------------------------------------------------------------------------

# Each word is a condition of its own, and SQLite takes no more than a thousand; as long as on the site.
LONGEST_SEARCH = 200


class SearchForm(ChangeListSearchForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[SEARCH_VAR] = forms.CharField(required=False, strip=False, max_length=LONGEST_SEARCH)


class DirectoryChangeList(ChangeList):
    search_form_class = SearchForm

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # What the list holds, as the menu names it; a list to choose from keeps Django's own words.
        if not self.is_popup:
            self.title = getattr(self.model_admin, "menu_name", "") or capfirst(self.opts.verbose_name_plural)

    def get_filters(self, request):
        """Django finds what a column can't be; these only the database would, while the list is read."""
        for values in self.filter_params.values():
            for value in ",".join(values).split(","):
                if "\0" in value or (value.strip(" -").isdecimal() and len(value) > 18):
                    raise IncorrectLookupParameters
        return super().get_filters(request)


# -- admins ---------------------------------------------------------------------------------------


class _Related:
    """Every relation is chosen by typing, and loaded once for all rows."""

    form = DirectoryForm

    def get_autocomplete_fields(self, request):
        return [field.name for field in (*foreign_keys(self.model), *self.opts.many_to_many)]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, models.URLField):
            kwargs.setdefault("assume_scheme", "https")
        if isinstance(db_field, models.TextField):
            kwargs.setdefault("form_class", LinesField)
        if isinstance(db_field, models.DecimalField):
            # « 12,5 » as people write it.
            kwargs.setdefault("localize", True)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            # The pencil leads there too, and nobody deletes an entry from within another.
            field.widget.can_delete_related = field.widget.can_view_related = False
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs.setdefault("widget", RelatedSelect(db_field, self.admin_site))
        if "queryset" not in kwargs:
            # What is typed by hand is held to it as what is chosen, and nothing else is ever named.
            rows = db_field.remote_field.model._default_manager.all()
            kwargs["queryset"] = self.admin_site.readable(request.user, rows)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def loaded_keys(self) -> list[models.ForeignKey]:
        """Those to models with an admin of their own: nothing here names rows of others."""
        return [
            key for key in foreign_keys(self.model) if self.admin_site.is_registered(key.remote_field.model)
        ]

    def get_queryset(self, request):
        """Rows the person may read: whatever shows, offers or opens one asks here. One query more per foreign key,
        whatever the number of rows.
        """
        prefetches = []
        for key in self.loaded_keys():
            related = key.remote_field.model
            rows = self.admin_site.get_model_admin(related).for_label(related._default_manager.all())
            prefetches.append(models.Prefetch(key.name, queryset=rows))
        rows = self.admin_site.readable(request.user, super().get_queryset(request))
        return rows.prefetch_related(*prefetches)


class DirectoryInline(_Related):
    """Rows on their parent's page; combine with Django's tabular or stacked inline."""

    formset = DirectoryFormSet
    extra = 0
    show_change_link = True
    view_on_site = False
    ordering = ("pk",)

    def loaded_keys(self):
        parent_key = _get_foreign_key(self.parent_model, self.model, fk_name=self.fk_name)
        return [key for key in super().loaded_keys() if key != parent_key]


class ReadOnlyInline(DirectoryInline):
    """Rows that the program keeps, shown for information."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class DirectoryAdmin(_Related, admin.ModelAdmin):
    """Base of every admin of the directory."""

    # Heading under which the home of the back-office lists it, see ``apes_directory/admin_site.py``.
    group = ""
    # Its place there, the lowest first, and its name there where the model's own is not clear enough.
    rank = 100
    menu_name = ""
    # Models whose rows nobody deletes on their own, but with a row of this one.
    goes_along: tuple[type[models.Model], ...] = ()
    list_per_page = 50
    view_on_site = False

    def message_user(self, request, message, *args, **kwargs) -> None:
        super().message_user(request, in_our_words(str(message)), *args, **kwargs)

    def label(self, obj: models.Model) -> str:
        """How a choice names the row; needs ``for_label()``."""
        return str(obj)

    def for_label(self, queryset: models.QuerySet) -> models.QuerySet:
        """``queryset`` with what :meth:`label` reads, so that a list of choices asks nothing per row."""
        return queryset

    def get_changelist(self, request, **kwargs):
        return DirectoryChangeList

    def get_object(self, request, object_id, from_field=None):
        """None, which the page tells, for a number larger or a text stranger than the database takes."""
        try:
            return super().get_object(request, object_id, from_field)
        except (OverflowError, DataError):
            return None

    def get_search_results(self, request, queryset, search_term):
        # Folded columns are searched by folded words.
        if all(name.endswith("name_key") for name in self.search_fields):
            search_term = fold(search_term)
        return super().get_search_results(request, queryset, search_term)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refused = getattr(request, "refused", "")
        return form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """A refusal of the database (somebody was faster, two rows clash) comes back on top of the form."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError as error:
            request.refused = refusal(error)
        # The transaction is rolled back: the same input once more, this time as an invalid form.
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_deleted_objects(self, objs, request):
        """What the program keeps for a row goes with it, though nobody may delete it on its own."""
        to_delete, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        kept = {
            model._meta.verbose_name
            for model, model_admin in self.admin_site._registry.items()
            if isinstance(model_admin, ReadOnlyAdmin) or model in self.goes_along
        }
        return to_delete, counts, perms_needed - kept, protected


class ReadOnlyAdmin(DirectoryAdmin):
    """Rows that the program or a command keeps: shown, never edited."""

    group = "Coulisses (lecture seule)"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


# -- telling the directory that something changed ---------------------------------------------------


@dataclass(frozen=True)
class Subject:
    """Something visitors see: kind and key as :class:`territories.models.Change` stores them."""

    kind: str
    key: str
    label: str = field(compare=False)


class RecordingAdmin(DirectoryAdmin):
    """An admin whose saves and deletions raise the directory's version, in their own transaction."""

    # Whether the row is itself a subject; otherwise a change of the row is a change of its subjects.
    is_subject = False

    def subjects(self, obj: models.Model) -> set[Subject]:
        """What visitors see differently when ``obj`` changes."""
        raise NotImplementedError

    def tell(self, subject: Subject, verb: str, fate: str = ChangeFate.LIVE) -> None:
        record_change(
            subject=subject.kind, key=subject.key, what=f"{verb} : {subject.label}"[:200], fate=fate
        )

    def save_model(self, request, obj, form, change):
        form.subjects_before = self.subjects(self.model._base_manager.get(pk=obj.pk)) if change else set()
        if not change or form.has_changed():
            super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if has_changes(form, formsets, change):
            verb = "Création" if self.is_subject and not change else "Modification"
            for subject in self.sorted(self.subjects(form.instance) | form.subjects_before):
                self.tell(subject, verb)

    def delete_model(self, request, obj):
        subjects = self.sorted(self.subjects(obj))
        super().delete_model(request, obj)
        for subject in subjects:
            if self.is_subject:
                self.tell(subject, "Suppression", ChangeFate.DELETED)
            else:
                self.tell(subject, "Modification")

    def delete_queryset(self, request, queryset):
        with transaction.atomic():
            for obj in queryset:
                self.delete_model(request, obj)

    @staticmethod
    def sorted(subjects: set[Subject]) -> list[Subject]:
        return sorted(subjects, key=lambda subject: (subject.kind, subject.key))


def has_changes(form: forms.ModelForm, formsets: list, change: bool) -> bool:
    """Whether saving made a difference: opening an entry and saving it as it is changes nothing."""
    return not change or form.has_changed() or any(formset.has_changed() for formset in formsets)
