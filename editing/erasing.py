"""Where the back-office keeps names besides the entries: staged imports, facts that wait, what the public wrote.

``actors/actions/erase_person.py`` asks for it, in its own transaction, wherever somebody is erased.
"""

import re
from collections.abc import Sequence

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from actors.actions.erase_person import reaches
from editing.import_models import ImportRow, Outcome
from editing.letter_models import PendingFact
from editing.models import LinkCheck, Suggestion
from sources.erasure import without_names

# Columns of free text, as one wrote it; JSON is walked down to its texts.
TEXTS: dict[type[models.Model], tuple[str, ...]] = {
    ImportRow: ("cells", "changes", "values", "reasons", "notes"),
    PendingFact: ("values", "printed", "before", "made", "carried"),
    Suggestion: ("message", "how_known", "answer", "seen", "proposed", "decided", "email"),
    LinkCheck: ("address", "final_address"),
}
REJECTED = "La ligne nomme une personne qui a demandé à ne plus figurer dans l’annuaire."


@reaches
def erase_texts(person_id: int, names: Sequence[str]) -> None:
    """Take ``names`` out of everything staged; facts about the person itself go, addresses that hold the name as well.

    A line of an import that says the name and is not written yet is rejected: half an address is none. Two
    queries per table, besides what is found.
    """
    PendingFact.objects.filter(kind="spokesperson", values__person_id=person_id).delete()
    for model, columns in TEXTS.items():
        changed = []
        for row in _candidates(model, columns, names).iterator(chunk_size=500):
            before = [getattr(row, column) for column in columns]
            after = [_cleaned(value, names) for value in before]
            if after == before:
                continue
            for column, value in zip(columns, after, strict=True):
                setattr(row, column, value)
            changed.append(_usable(row))
        kept = [row for row in changed if row is not None]
        more = ("outcome",) if model is ImportRow else ()
        model._base_manager.bulk_update(kept, [*columns, *more], batch_size=200)


def _usable(row: models.Model) -> models.Model | None:
    """The row as it may stay once a name was taken out of it; None, and gone, where nothing of it is left."""
    half_a_contact = isinstance(row, PendingFact) and row.kind == "contact" and "[…]" in row.values["value"]
    if isinstance(row, LinkCheck) or half_a_contact:
        row.delete()
        return None
    if isinstance(row, Suggestion) and "[…]" in row.email:
        row.email = ""
    if isinstance(row, ImportRow) and not row.applied:
        row.outcome, row.reasons = Outcome.ERROR, [REJECTED]
    return row


def _candidates(model: type[models.Model], columns: Sequence[str], names: Sequence[str]) -> models.QuerySet:
    """Rows that may say a name: by the longest part of each that no spelling changes; JSON holds it as it is."""
    known = Q()
    for name in names:
        fragment = max(re.findall(r"[A-Za-z]+", name), key=len, default="")
        for column in columns:
            known |= Q(**{f"{column}_as_text__icontains": fragment})
    as_text = {f"{column}_as_text": Cast(column, models.TextField()) for column in columns}
    return model._base_manager.annotate(**as_text).filter(known).order_by("pk")


def _cleaned(value, names: Sequence[str]):
    if isinstance(value, dict):
        return {key: _cleaned(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [_cleaned(each, names) for each in value]
    return without_names(value, names) if isinstance(value, str) else value
