"""The form in which django-reversion keeps an entry: its whole document instead of one row (record 6)."""

import json

from actors.history.document import read_documents


class Serializer:
    """Writes one entry; the door has its document ready, others are read."""

    internal_use_only = True

    def serialize(self, queryset, **options) -> None:
        (actor,) = queryset
        text = getattr(actor, "kept_state", None)
        self.text = text or json.dumps(read_documents([actor.pk])[actor.pk], ensure_ascii=False)

    def getvalue(self) -> str:
        return self.text


def Deserializer(text, **options):
    """An entry is many rows in many tables: ``actors/actions/restore.py`` brings it back, not django-reversion."""
    raise NotImplementedError("Use actors.actions.restore.")
