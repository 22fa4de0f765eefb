"""Erasing somebody who asked for it: one act, final for every loader, import and restoration."""

import json
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import caches
from django.db import models, transaction
from reversion.models import Version

from actors.actions.erase_leftovers import erase_leftovers
from actors.actions.holdings import candidates
from actors.actions.remains import leave_no_remains
from actors.actions.restore import restore_documents
from actors.enums import ContactKind
from actors.history import act, document_of, read_documents
from actors.history.document import ROW_KINDS
from actors.history.erased import cleaned
from actors.index.documents import refresh
from actors.models import Actor, Citation, ContactPoint
from sources.erasure import DoNotRestore, Traces, orders, rows_of
from sources.kept_prints import write_down
from sources.models import ErasedPerson, Person
from territories.models import record_change
from territories.text import fold

_WHAT = "Effacement d’une personne"
Reach = Callable[[Collection[int], Traces], None]
# What apps above keep of persons in tables of their own: each is given the persons' numbers, and what tells of them.
_REACHES: list[Reach] = []


def reaches(erase: Reach) -> Reach:
    """Have ``erase`` called in the transaction of every erasure."""
    _REACHES.append(erase)
    return erase


def erase_person(*, person: Person, user: AbstractBaseUser | None = None) -> None:
    """Erase a person the directory knows, under every spelling: ``erase()`` with the names of the row."""
    erase(traces=Traces.of(person.spellings), user=user)


def erase(*, traces: Traces, user: AbstractBaseUser | None = None) -> list[Person]:
    """Remove somebody from articles and actors, from every text and every version of an entry, the bin included, from
    titles, from what waits in the back-office, from caches, and put a keyed fingerprint of each spelling, address and
    number on the list that every writer asks; returns the persons who were rows.

    Functions (spokesperson rows) go with the person; a contact that is theirs or says the name goes as well; in
    running text « […] » stands instead. Names of one word count for rows of persons alone: in texts they may be
    anybody's. Search documents are written anew. No loader creates a person whose fingerprint is on the list, and no
    version brings the name back. What an entry, a territory or an account is called stays.
    """
    with act(what=_WHAT, user=user) as current:
        persons = [person for person in Person.objects.order_by("pk") if traces.is_called(*person.spellings)]
        names = [*traces.names, *(name for person in persons for name in person.spellings)]
        traces = Traces.of(names, [*traces.emails, *_run_together(names)], traces.phones)
        remember(traces)
        ids = [person.pk for person in persons]
        actor_ids = set(Actor.objects.filter(spokespersons__person__in=ids).values_list("pk", flat=True))
        # Before the rows go: only they tell whose they are.
        actor_ids |= entries_that_say(traces)
        _erase_journal(ids, traces)
        Person.objects.filter(pk__in=ids).delete()
        actor_ids |= _erase_versions(ids, traces)
        _erase_present(actor_ids, ids, traces)
        for reach in _REACHES:
            reach(ids, traces)
        erase_leftovers(ids, traces)
        current.touch(*actor_ids)
        refresh(actor_ids)
        record_change(subject="all", key="", what=_WHAT)
        # Pages are kept by the version, which is another now; those kept under the old one would only lie there.
        transaction.on_commit(_forget_pages)
        transaction.on_commit(leave_no_remains)
    return persons


def remember(traces: Traces) -> None:
    """Put somebody on the list of whom the directory must not name again, in the database and beside it."""
    known = DoNotRestore.read()
    # « LÉCUYER Hélène » is on it with « Hélène Lécuyer ».
    new = [name for name in traces.names if not known.forbids(name)]
    rows = rows_of(replace(traces, names=tuple(new)))
    ErasedPerson.objects.bulk_create(rows, ignore_conflicts=True)
    transaction.on_commit(lambda: write_down(rows))


def _forget_pages() -> None:
    for name in settings.CACHES:
        caches[name].clear()


def _run_together(names: Iterable[str]) -> list[str]:
    """E-mail addresses of entries that are nothing but a name: « helenelecuyer@exemple.fr »."""
    whole = {
        "".join(each) for name in names if " " in fold(name) for each in orders(tuple(fold(name).split()))
    }
    values = ContactPoint.objects.filter(kind=ContactKind.EMAIL).values_list("value", flat=True)
    return [
        value for value in values if whole and re.sub(r"[^a-z]", "", value.lower().partition("@")[0]) in whole
    ]


def entries_that_say(traces: Traces) -> set[int]:
    """Ids of the entries one of whose rows says something of the person (1 query for each table of rows)."""
    found = {row.pk for row in _rows_that_say(Actor, traces)}
    for kind in ROW_KINDS:
        for row in _rows_that_say(kind.model, traces):
            found.update(getattr(row, f"{parent}_id") for parent in kind.parents)
    for citation in _rows_that_say(Citation, traces):
        if citation.actor_id:
            found.add(citation.actor_id)
        for kind in ROW_KINDS:
            if kind.cited_by and getattr(citation, f"{kind.cited_by}_id"):
                row = getattr(citation, kind.cited_by)
                found.update(getattr(row, f"{parent}_id") for parent in kind.parents)
    # A figure may be a territory's.
    return found - {None}


def _rows_that_say(model: type[models.Model], traces: Traces) -> list[models.Model]:
    columns = [
        column
        for column in model._meta.concrete_fields
        if isinstance(column, models.CharField | models.TextField) and not column.choices
    ]
    rows = candidates(model, columns, traces)
    return [
        row for row in rows if any(traces.knows(getattr(row, column.attname) or "") for column in columns)
    ]


def _erase_versions(person_ids: Collection[int], traces: Traces) -> set[int]:
    """Rewrite every version that knows the person; returns whose versions they were."""
    concerned = set()
    rewritten = []
    versions = Version.objects.get_for_model(Actor)
    texts = [Version._meta.get_field("serialized_data")]
    known = models.Q(pk__in=candidates(Version, texts, traces).order_by().values("pk"))
    for pk in person_ids:
        known |= models.Q(serialized_data__contains=f'"person_id": {pk}')
    for version in versions.filter(known).order_by("pk").iterator(chunk_size=500):
        document = document_of(version)
        clean = cleaned(document, traces, person_ids)
        if clean != document:
            concerned.add(int(version.object_id))
            version.serialized_data = json.dumps(clean, ensure_ascii=False)
            rewritten.append(version)
    Version.objects.bulk_update(rewritten, ["serialized_data"], batch_size=200)
    return concerned


def _erase_present(actor_ids: Iterable[int], person_ids: Collection[int], traces: Traces) -> None:
    present = read_documents(actor_ids)
    clean = {pk: cleaned(document, traces, person_ids) for pk, document in present.items()}
    changed = [clean[pk] for pk, document in present.items() if clean[pk] != document]
    if changed:
        restore_documents(changed, what=_WHAT)


def _erase_journal(person_ids: Collection[int], traces: Traces) -> None:
    """The back-office's own journal: its lines on the person, and what its lines on others say."""
    LogEntry.objects.filter(
        content_type__app_label="sources",
        content_type__model="person",
        object_id__in=[str(pk) for pk in person_ids],
    ).delete()
    changed = []
    # Its messages are JSON with escapes; the longest plain part of a name is in them as it is.
    columns = [LogEntry._meta.get_field(name) for name in ("change_message", "object_repr")]
    for entry in candidates(LogEntry, columns, traces):
        message = _cleaned_message(entry.change_message, traces)
        label = traces.cleaned(entry.object_repr)
        if (message, label) != (entry.change_message, entry.object_repr):
            entry.change_message, entry.object_repr = message, label
            changed.append(entry)
    LogEntry.objects.bulk_update(changed, ["change_message", "object_repr"], batch_size=200)


def _cleaned_message(message: str, traces: Traces) -> str:
    if not message.startswith("["):
        return traces.cleaned(message)
    return json.dumps(traces.cleaned_value(json.loads(message)))
