"""What a row holds, without the way around that Django takes: a page asks for it a hundred times."""

from collections.abc import Iterable
from functools import cache

from django.db.models import Model


def loaded(row: Model, relation: str) -> Iterable:
    """The rows of a relation that were read beforehand; read now where they were not.

    The manager that Django makes at each asking costs more than what it is asked for.
    """
    try:
        return row._prefetched_objects_cache[relation]
    except (AttributeError, KeyError):
        return getattr(row, relation).all()


def label_of(row: Model, field: str) -> str:
    """« Siège » of ``role``: what ``get_role_display()`` says, which goes through the choices each time."""
    value = getattr(row, field)
    return _labels(type(row), field).get(value, value)


@cache
def _labels(model: type[Model], field: str) -> dict[str, str]:
    return {value: str(label) for value, label in model._meta.get_field(field).flatchoices}
