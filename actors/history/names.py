"""What the numbers in documents are called today: one query for each kind of thing they point to."""

from collections import defaultdict
from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.db import models

from actors.history.document import ACTOR_COLUMNS, CITATION_COLUMNS, ROW_KINDS, Document, Row
from actors.models import Activity, Actor
from sources.models import Person, Source
from territories.models import Territory

GONE = "(supprimé depuis)"


class Names:
    """Names of all that some documents point to (at most 6 queries)."""

    def __init__(self, documents: Iterable[Document]) -> None:
        wanted: dict[type[models.Model], set[int]] = defaultdict(set)
        for document in documents:
            self._want(wanted, ACTOR_COLUMNS, document)
            self._want_citations(wanted, document)
            wanted[Actor].add(document["id"])
            wanted[Activity].update(document.get("activities", []))
            for kind in ROW_KINDS:
                for row in document.get(kind.name, []):
                    self._want(wanted, kind.columns, row)
                    self._want_citations(wanted, row)
        self._found = {model: self._rows(model).in_bulk(list(pks)) for model, pks in wanted.items() if pks}

    @staticmethod
    def _want(wanted: dict, columns: list[models.Field], row: Row) -> None:
        for column in columns:
            if column.is_relation and column.attname in row:
                wanted[column.remote_field.model].add(row[column.attname])

    def _want_citations(self, wanted: dict, row: Row) -> None:
        for citation in row.get("citations", []):
            self._want(wanted, CITATION_COLUMNS, citation)

    @staticmethod
    def _rows(model: type[models.Model]) -> models.QuerySet:
        rows = model._default_manager.all()
        return rows.select_related("article__letter") if model is Source else rows

    def get(self, model: type[models.Model], pk: int) -> models.Model | None:
        """The row itself; None when it is gone."""
        return self._found.get(model, {}).get(pk)

    def of(self, model: type[models.Model], pk: int) -> str:
        row = self.get(model, pk)
        if row is None:
            return GONE
        if model is Source:
            return row.label
        if model is get_user_model():
            return row.get_full_name() or row.get_username()
        return row.name if model in (Territory, Person, Activity) else str(row)
