"""What becomes of rows of the back-office from which an erasure takes a name: staged imports, facts that wait, what the
public wrote.

``actors/actions/erase_person.py`` asks for it, in its own transaction, wherever somebody is erased; columns of text
that are not named here it cleans by itself.
"""

from collections.abc import Collection, Sequence

from django.db import models

from actors.actions.erase_person import reaches
from actors.actions.holdings import candidates
from editing.import_models import NAMES_ERASED, ImportRow, Outcome
from editing.letter_models import PendingFact
from editing.models import LinkCheck, Suggestion
from editing.request_models import PersonRequest
from sources.erasure import INSTEAD, Traces

# Columns of free text, as one wrote it; JSON is walked down to its texts.
TEXTS: dict[type[models.Model], tuple[str, ...]] = {
    ImportRow: ("cells", "changes", "values", "reasons", "notes"),
    PendingFact: ("values", "printed", "before", "made", "carried"),
    Suggestion: ("name", "message", "how_known", "answer", "seen", "proposed", "decided", "email"),
    LinkCheck: ("address", "final_address"),
    PersonRequest: ("name", "contacts", "where", "message", "answer", "email"),
}


@reaches
def erase_texts(person_ids: Collection[int], traces: Traces) -> None:
    """Take the person out of everything staged; facts about the person go, addresses that say the name as well.

    A line of an import that says the name and is not written yet is rejected: half an address is none. Two
    queries per table, besides what is found.
    """
    PendingFact.objects.filter(kind="spokesperson", values__person_id__in=list(person_ids)).delete()
    for model, columns in TEXTS.items():
        changed = []
        for row in _candidates(model, columns, traces).iterator(chunk_size=500):
            before = [getattr(row, column) for column in columns]
            after = [traces.cleaned_value(value) for value in before]
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
    half_a_contact = isinstance(row, PendingFact) and row.kind == "contact" and INSTEAD in row.values["value"]
    if isinstance(row, LinkCheck) or half_a_contact:
        row.delete()
        return None
    if isinstance(row, Suggestion | PersonRequest) and INSTEAD in row.email:
        row.email = ""
    if isinstance(row, ImportRow) and not row.applied:
        row.outcome, row.reasons = Outcome.ERROR, [NAMES_ERASED]
    return row


def _candidates(model: type[models.Model], columns: Sequence[str], traces: Traces) -> models.QuerySet:
    return candidates(model, [model._meta.get_field(name) for name in columns], traces)
