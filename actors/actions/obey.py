"""The last word on every change: whoever was erased comes back through no form, import, merger or restoration."""

from collections.abc import Mapping

from actors.actions.restore import restore_documents
from actors.history import Act, read_documents
from actors.history.document import Document
from actors.history.erased import cleaned
from actors.history.versions import at_end
from sources.erasure import DoNotRestore


@at_end
def obey(act: Act, documents: Mapping[int, Document]) -> Mapping[int, Document]:
    """The states an act leaves, without anybody who is on the list (1 query; some 90 more where somebody was named).

    Forms refuse such names before, with a sentence; here it no longer matters who wrote them.
    """
    erased = DoNotRestore.read()
    if not erased:
        return documents
    clean = {pk: cleaned(document, erased) for pk, document in documents.items()}
    changed = [clean[pk] for pk, document in documents.items() if clean[pk] is not document]
    if not changed:
        return documents
    restore_documents(changed, what=act.what, user=act.user)
    return read_documents(documents)
