"""Every state of every entry: who changed what, when; comparing two states and going back to one.

Writers use :func:`act`; ``docs/architecture.md``, « Editing », shows how, and record 6 says why so.
"""

from actors.history.differences import Difference, differences
from actors.history.document import read_documents
from actors.history.versions import (
    Act,
    act,
    all_changed_at,
    changed_at_rows,
    changed_since,
    document_of,
    fragment_of,
    keep,
    keep_missing,
    latest_ids,
    states_saying,
    states_since,
    versions_of,
)

__all__ = [
    "Act",
    "Difference",
    "act",
    "all_changed_at",
    "changed_at_rows",
    "changed_since",
    "differences",
    "document_of",
    "fragment_of",
    "keep",
    "keep_missing",
    "latest_ids",
    "read_documents",
    "states_saying",
    "states_since",
    "versions_of",
]
