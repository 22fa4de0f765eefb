"""Pages of a single row: what somebody else saved since the page was opened is shown, not written over."""

import hashlib
import json

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from actors.history import versions_of
from territories.admin_base import DirectoryForm

MEANWHILE = (
    "{who} a enregistré cette ligne depuis que vous l’avez ouverte. Votre saisie est gardée : comparez, "
    "puis enregistrez de nouveau pour la retenir."
)
SOURCES_TOO = "Ses sources ont changé aussi : elles sont montrées comme elles sont à présent."
NOW = "Enregistré entre-temps : {value}"


class SeenForm(DirectoryForm):
    """The form of a row that knows in which state the row was shown (``seen``, a digest)."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and not self.is_bound:
            self.initial["seen"] = digest(self.instance)

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk and cleaned.get("seen"):
            self._meet(cleaned)
        return cleaned

    def has_changed(self):
        return bool(set(self.changed_data) - {"seen"})

    def _meet(self, cleaned):
        """Tell each value that is another by now; the next attempt is one that knows (1 to 4 queries)."""
        # Whoever saves at the same moment waits here (SQLite's transactions wait from their start).
        # The row alone, in no order: PostgreSQL locks nothing across the optional relations that rows are ordered by.
        rows = type(self.instance)._base_manager.select_for_update(of=("self",)).order_by()
        present = rows.filter(pk=self.instance.pk).first()
        if present is None or (now := digest(present)) == cleaned["seen"]:
            return
        told = {}
        for column in present._meta.concrete_fields:
            if column.name in self.fields and self.fields[column.name].has_changed(
                column.value_from_object(present), self[column.name].data
            ):
                told[column.name] = NOW.format(value=_said(present, column))
        before, after = cleaned["seen"].partition("-")[2], now.partition("-")[2]
        if not told and before == after:
            return  # both said the same
        general = [MEANWHILE.format(who=_who(present))]
        if before != after:
            general.append(SOURCES_TOO)
        self.add_error(None, {NON_FIELD_ERRORS: general, **told})
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = now


def digest(row: models.Model) -> str:
    """Of what the row says, and of what supports it; two queries at most."""
    values = {column.attname: column.value_from_object(row) for column in row._meta.concrete_fields}
    citations = []
    if hasattr(row, "citations"):
        columns = ("pk", "source", "printed")
        citations = list(row.citations.order_by("pk").values_list(*columns))
    return f"{_hash(values)}-{_hash(citations)}"


def _hash(value) -> str:
    return hashlib.sha256(json.dumps(value, cls=DjangoJSONEncoder).encode()).hexdigest()[:24]


def _said(row: models.Model, column: models.Field) -> str:
    value = getattr(row, column.name)
    if column.choices:
        value = dict(column.flatchoices).get(value, value)
    if isinstance(column, models.BooleanField):
        value = "oui" if value else "non"
    return f"« {value} »" if value not in (None, "") else "rien"


def _who(row: models.Model) -> str:
    """Who saved the entry last, as far as its history knows."""
    actor_id = getattr(row, "actor_id", None) or getattr(row, "target_id", None)
    version = versions_of(actor_id).first() if actor_id else None
    user = version.revision.user if version else None
    return (user.get_full_name() or user.get_username()) if user else "Quelqu’un"
