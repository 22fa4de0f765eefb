"""Erasing again whoever was erased, after an older state of the database came back."""

from collections.abc import Iterable

from django.db import transaction

from actors.actions.erase_person import erase
from actors.actions.holdings import everywhere
from sources.erasure import DoNotRestore, Traces
from sources.kept_prints import in_file, row_of, write_down
from sources.models import ErasedPerson, Person
from territories.text import fold


def reapply_erasures(kept: Iterable[str] = (), *, even_if_known: bool = True) -> int:
    """Join the list with the lines of ``kept`` and of its file, then erase whoever of it the database names again.

    ``kept``: lines of ``sources.kept_prints.kept_prints()``, or bare fingerprints of names. Returns how many forms of
    names, addresses and numbers were found. Reads every text there is, once, unless nothing is new and not
    ``even_if_known``; minutes for a directory of 200,000 entries. Raises ImproperlyConfigured where the list was
    written under another key.
    """
    with transaction.atomic():
        new = _join([*kept, *in_file()])
        if not new and not even_if_known:
            return 0
        erased = DoNotRestore.read()
        if not erased:
            return 0
        found = set(everywhere(erased))
        # A name of one word is nobody's in a text, and somebody's in a row of persons.
        for person in Person.objects.order_by("pk"):
            if erased.forbids(*person.spellings):
                found.update(person.spellings)
        if found:
            erase(traces=_told_apart(found))
    write_down(ErasedPerson.objects.order_by("pk"))
    return len(found)


def _join(lines: Iterable[str]) -> list[ErasedPerson]:
    """Add the rows that the table does not hold; returns them."""
    rows = {row.fingerprint: row for line in lines if (row := row_of(line))}
    known = set(ErasedPerson.objects.values_list("fingerprint", flat=True))
    new = [row for fingerprint, row in sorted(rows.items()) if fingerprint not in known]
    ErasedPerson.objects.bulk_create(new)
    return new


def _told_apart(found: Iterable[str]) -> Traces:
    """Names, addresses and numbers, of what was found in texts."""
    emails = [text for text in found if "@" in text]
    names = [text for text in found if "@" not in text and any(char.isalpha() for char in fold(text))]
    phones = [text for text in found if text not in emails and text not in names]
    return Traces.of(sorted(names), sorted(emails), sorted(phones))
