"""What a browser would send back from a page of the back-office."""

from django.db.models import QuerySet
from django.forms import BaseForm
from django.forms import ModelMultipleChoiceField as MultipleChoice


def form_data(response) -> dict:
    """Every field of the form and its inlines, as shown."""
    data = _values(response.context["adminform"].form)
    for inline in response.context["inline_admin_formsets"]:
        data |= _values(inline.formset.management_form)
        for form in inline.formset.forms:
            data |= _values(form)
    return data


def _values(form: BaseForm) -> dict:
    values = {}
    for bound in form:
        value = bound.value()
        if value is False or (value is None and isinstance(bound.field, MultipleChoice)):
            continue  # an empty box sends nothing
        if value is None or value is True:
            value = "on" if value else ""
        values[bound.html_name] = list(value) if isinstance(value, QuerySet) else value
    return values


def add_row(data: dict, prefix: str, **values) -> dict:
    """``data`` with one more row in the inline ``prefix``, as its « Ajouter » button makes it."""
    number = int(data[f"{prefix}-TOTAL_FORMS"])
    row = {f"{prefix}-{number}-{name}": value for name, value in values.items()}
    return {**data, **row, f"{prefix}-TOTAL_FORMS": number + 1}


def messages_of(response) -> list[str]:
    """Every error shown on a form that came back: its own, its fields', its inlines'."""
    assert response.status_code == 200, "saved, where an error was expected"
    found = []
    for error in response.context["errors"]:
        found += [str(error)] if isinstance(error, str) else [str(message) for message in error]
    return found
