"""Forms and sets of filters that mistake nothing for a complete list."""

import re

import django_filters
from django import forms
from django.forms.renderers import Jinja2
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from actors.filters.fields import ActorSlugField, LinkedActorField, SeveralField
from actors.filters.meant import GONE


class Renderer(Jinja2):
    """Draws fields by compiled templates, and lines of text, which every page of filters has several of, without any."""

    def render(self, template_name: str, context: dict, request=None) -> str:
        if template_name != forms.TextInput.template_name:
            return super().render(template_name, context, request)
        widget = context["widget"]
        shown = {"type": widget["type"], "name": widget["name"], "value": widget["value"], **widget["attrs"]}
        told = [
            format_html(" {}" if value is True else ' {}="{}"', name, value)
            for name, value in shown.items()
            if value is not None and value is not False
        ]
        return format_html("<input{}>", mark_safe("".join(told)))


# One for all forms, since it keeps what it compiled.
_RENDERER = Renderer()
# What mail programs and social networks add to an address they pass on.
_TRACKING = re.compile(r"(utm|mtm|pk)_\w+|fbclid|gclid|mc_[ce]id")
# Parameters that other parts of a page read.
_ELSEWHERE = {"page", "tri", "par"}


def is_tracking(name: str) -> bool:
    """Whether a parameter was only added on the way, and asks nothing of any page."""
    return bool(_TRACKING.fullmatch(name))


class StrictForm(forms.Form):
    """A form that knows every parameter of its address, and takes one value where one is meant."""

    use_required_attribute = False
    default_renderer = _RENDERER

    def asks(self, *names: str) -> bool:
        """Whether the address fills one of these fields, or one has an error."""
        return any(self.data.get(name) or name in self.errors for name in names)

    def _clean_fields(self) -> None:
        """As Django's, but for the fields that the address does not name, most of two dozen: what nothing cleans to is
        known."""
        nothing = self._nothing()
        self.cleaned_data.update(nothing)
        for name in self.fields:
            if name in nothing and name not in self.data:
                continue
            bound = self[name]
            try:
                self.cleaned_data[name] = bound.field._clean_bound_field(bound)
                if read := getattr(self, f"clean_{name}", None):
                    self.cleaned_data[name] = read()
            except forms.ValidationError as error:
                self.add_error(name, error)

    @classmethod
    def _nothing(cls) -> dict:
        """What each field that may be left out is then."""
        made = vars(cls)
        if "_of_nothing" not in made:
            cls._of_nothing = {
                name: field.clean(field.widget.value_from_datadict({}, {}, name))
                for name, field in cls.base_fields.items()
                if not (field.required or isinstance(field, forms.FileField))
            }
        return made["_of_nothing"]

    def clean(self) -> dict:
        cleaned = super().clean()
        self._name_as_now(cleaned)
        # Of fields the address does not name there is nothing to say.
        unknown = None
        for name in self.data:
            field = self.fields.get(name)
            if field is None:
                unknown = name if unknown is None and not self._knows(name) else unknown
                continue
            several = isinstance(field, forms.MultipleChoiceField | SeveralField)
            if not several and len(set(filter(None, self._values(name)))) > 1:
                self.add_error(name, "Une seule valeur à la fois pour ce filtre.")
        if unknown is not None:
            shown, known = unknown.replace("\0", "")[:40], ", ".join(self.fields)
            self.add_error(None, f"« {shown} » n’est pas un filtre de cette liste. Filtres connus : {known}.")
        return cleaned

    @property
    def is_gone(self) -> bool:
        """Whether all that is wrong with the address is that what it names was deleted: 410 rather than 400."""
        errors = [error for found in self.errors.as_data().values() for error in found]
        return bool(errors) and all(error.code == GONE for error in errors)

    def _name_as_now(self, cleaned: dict) -> None:
        """Of an actor that the address names by a word it no longer has, the field shows the present one."""
        for name in self.data:
            if isinstance(self.fields.get(name), ActorSlugField | LinkedActorField) and cleaned.get(name):
                self.data = self.data.copy()
                self.data[name] = cleaned[name].slug

    def _knows(self, name: str) -> bool:
        return name in self.fields or name in _ELSEWHERE or is_tracking(name)

    def _values(self, name: str) -> list[str]:
        return self.data.getlist(name) if hasattr(self.data, "getlist") else [self.data.get(name)]


class StrictFilterSet(django_filters.FilterSet):
    """Shows no rows for parameters with errors, where django-filter's own shows all.

    Its filters and the class of its form are made once for all requests: they hold nothing of one.
    """

    def __init__(self, data=None, queryset=None, *, request=None, prefix=None) -> None:
        # All that django-filter's own does, but for a copy of every filter.
        self.is_bound = data is not None
        self.data = data or QueryDict()
        self.queryset = self._meta.model._default_manager.all() if queryset is None else queryset
        self.request = request
        self.form_prefix = prefix
        self.filters = self.base_filters
        for each in self.filters.values():
            # The same for all who ask; a filter without a label of its own takes that of the column.
            each.model = self.queryset.model

    def get_form_class(self) -> type[forms.Form]:
        made = vars(type(self))
        if "_form_class" not in made:
            type(self)._form_class = super().get_form_class()
        return made["_form_class"]

    @property
    def qs(self):
        """The rows that meet a valid form; none when it has errors."""
        if self.is_bound and not self.form.is_valid():
            return self.queryset.none()
        return super().qs
