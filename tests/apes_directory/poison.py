"""Rows whose every text tries to break out of the page that shows it."""

import re

from django.apps import apps
from django.db import DatabaseError, models, transaction

from sources.partial_date import PartialDateField
from tests.factories import building

# Out of an attribute, into a tag.
MARKUP = "\"' onxss=1><xss>"
# As a page shows it that breaks nothing.
SHOWN = b"&lt;xss&gt;"
_OUT = re.compile(rb"""<xss|="[^"<>]*" onxss|='[^'<>]*' onxss""")
# Addresses of pages and what the program compares: with other words in them a row is found no more.
_KEYS = ("slug", "public_id", "_key", "code", "username", "path", "serialized_data", "digest", "fingerprint")
_OURS = {"actors", "editing", "pages", "partners", "sources", "territories", "axes", "post_office"}


@building()
def poison() -> int:
    """Write it into every text of every row that the database takes it in; how many texts there are then."""
    return sum(
        _poison(model, field)
        for model in apps.get_models()
        if model._meta.app_label in _OURS and model._meta.managed and not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if _is_text(field)
    )


def _is_text(field: models.Field) -> bool:
    return (
        isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, models.SlugField | PartialDateField)
        and not field.choices
        and not field.primary_key
        and not any(key in field.name for key in _KEYS)
    )


def _poison(model: type[models.Model], field: models.Field) -> int:
    count = 0
    for row in model._base_manager.all():
        text = f"{getattr(row, field.name) or ''}{MARKUP}"[-field.max_length if field.max_length else 0 :]
        if not text.endswith(MARKUP):
            continue
        try:
            with transaction.atomic():
                count += model._base_manager.filter(pk=row.pk).update(**{field.name: text})
        except DatabaseError:
            # It holds a form that keeps such words out.
            continue
    return count


def breaks_out(content: bytes, kind: str) -> list[str]:
    """Where it is markup in an answer that a browser reads as a page, a drawing or a feed. ``kind``: its Content-Type."""
    if not re.search(r"html|xml|svg", kind):
        return []
    return [
        content[out.start() - 60 : out.end() + 40].decode(errors="replace") for out in _OUT.finditer(content)
    ]
