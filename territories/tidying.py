"""What people paste is kept without signs nobody sees, whatever form, import or command it came by."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models

from territories.text import one_line, without_controls


def tidy(sender: type[models.Model], instance: models.Model, raw: bool = False, **kwargs) -> None:
    """Take them out of each text of a row before it is saved; a name is one line (no query)."""
    if raw or sender._meta.apps is not apps:
        return
    for name, tidied in _texts(sender):
        # Deferred columns are not written.
        text = instance.__dict__.get(name)
        if isinstance(text, str) and (clean := tidied(text)) != text:
            setattr(instance, name, clean)


@cache
def _texts(model: type[models.Model]) -> list[tuple[str, Callable[[str], str]]]:
    """Columns of words of the directory's own models, and how each is tidied."""
    if Path(model._meta.app_config.path).parent != settings.BASE_DIR:
        return []
    return [
        (field.attname, without_controls if isinstance(field, models.TextField) else one_line)
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField) and not field.choices
    ]
