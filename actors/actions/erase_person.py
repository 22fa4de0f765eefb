"""Erasing somebody who asked for it: one act, final for every loader, import and restoration."""

import json
from collections.abc import Callable, Container, Iterable, Sequence

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q, QuerySet
from reversion.models import Version

from actors.actions.restore import restore_documents
from actors.history import act, document_of, fragment_of, read_documents, states_saying
from actors.history.document import ROW_KINDS, Document
from actors.index.documents import refresh
from actors.models import Actor, reach_citing
from sources.erasure import fingerprint, without_names
from sources.models import Article, ErasedPerson, Person, Source
from territories.models import record_change

# What an entry is called is a fact about the entry, even where somebody gave it their name.
_OWN_NAMES = {"name", "slug"}
# What apps above keep of persons in tables of their own: each is given the person's number and names.
_REACHES: list[Callable[[int, Sequence[str]], None]] = []


def reaches(erase: Callable[[int, Sequence[str]], None]) -> Callable[[int, Sequence[str]], None]:
    """Have ``erase`` called in the transaction of every erasure."""
    _REACHES.append(erase)
    return erase


def erase_person(*, person: Person, user: AbstractBaseUser | None = None) -> None:
    """Remove the person from articles and actors, from every text and every version of an entry that says the name,
    from the titles of articles and sources, from what waits in the back-office, and remember a keyed fingerprint of
    each spelling.

    Functions (spokesperson rows) go with the person; a contact that holds the name goes as well; in
    running text « […] » stands instead. Search documents are written anew. No loader creates a
    person whose fingerprint is on the list, and no version brings the name back.
    """
    names = [name for name in (person.name, *person.other_spellings.splitlines()) if name.strip()]
    with act(what="Effacement d’une personne", user=user) as current:
        actor_ids = set(Actor.objects.filter(spokespersons__person=person).values_list("pk", flat=True))
        for name in names:
            ErasedPerson.objects.get_or_create(fingerprint=fingerprint(name))
        pk = person.pk
        _erase_journal(person, names)
        person.delete()
        actor_ids |= _erase_versions(pk, names)
        _erase_present(actor_ids, pk, names)
        _erase_titles(names)
        for erase in _REACHES:
            erase(pk, names)
        current.touch(*actor_ids)
        refresh(actor_ids)
        record_change(subject="all", key="", what="Effacement d’une personne")


def cleaned(document: Document, person_id: int, names: Iterable[str]) -> Document:
    """An entry's document without the person's functions and without the name in its texts."""
    names = list(names)
    clean = _cleaned_texts(document, names, but=_OWN_NAMES)
    for kind in ROW_KINDS:
        rows = [
            _cleaned_row(row, names, but=_OWN_NAMES if kind.name == "aliases" else ())
            for row in document.get(kind.name, [])
            if row.get("person_id") != person_id
            and not (kind.name == "contacts" and without_names(row["value"], names) != row["value"])
        ]
        clean.pop(kind.name, None)
        if rows:
            clean[kind.name] = rows
    if "citations" in document:
        # Where it stood, at the end: the text of a document is compared as it is.
        clean["citations"] = [_cleaned_texts(row, names) for row in clean.pop("citations")]
    return clean


def _cleaned_row(row: dict, names: list[str], but: Container[str]) -> dict:
    row = _cleaned_texts(row, names, but)
    if "citations" in row:
        row["citations"] = [_cleaned_texts(citation, names) for citation in row["citations"]]
    return row


def _cleaned_texts(row: dict, names: list[str], but: Container[str] = ()) -> dict:
    return {
        column: without_names(value, names) if isinstance(value, str) and column not in but else value
        for column, value in row.items()
    }


def _erase_versions(person_id: int, names: list[str]) -> set[int]:
    """Rewrite every version that knows the person; returns whose versions they were."""
    concerned = set()
    rewritten = []
    for version in _candidates(person_id, names).iterator(chunk_size=500):
        document = document_of(version)
        clean = cleaned(document, person_id, names)
        if clean != document:
            concerned.add(int(version.object_id))
            version.serialized_data = json.dumps(clean, ensure_ascii=False)
            rewritten.append(version)
    Version.objects.bulk_update(rewritten, ["serialized_data"], batch_size=200)
    return concerned


def _candidates(person_id: int, names: list[str]) -> QuerySet[Version]:
    """Versions that may know the person: by number, or by name."""
    by_number = Version.objects.get_for_model(Actor).filter(
        serialized_data__contains=f'"person_id": {person_id}'
    )
    return (by_number | states_saying(names)).order_by("pk")


def _erase_present(actor_ids: Iterable[int], person_id: int, names: list[str]) -> None:
    present = read_documents(actor_ids)
    clean = {pk: cleaned(document, person_id, names) for pk, document in present.items()}
    changed = [clean[pk] for pk, document in present.items() if clean[pk] != document]
    if changed:
        restore_documents(changed, what="Effacement d’une personne")


def _erase_titles(names: list[str]) -> None:
    for model, relation in ((Article, "article"), (Source, "pk")):
        for row in model.objects.exclude(title="").order_by("pk"):
            title = without_names(row.title, names)
            if title != row.title:
                model.objects.filter(pk=row.pk).update(title=title)
                reach_citing(**{relation: row.pk})


def _erase_journal(person: Person, names: list[str]) -> None:
    """The back-office's own journal: its lines on the person, and the name in its lines on others."""
    LogEntry.objects.filter(
        content_type__app_label="sources", content_type__model="person", object_id=str(person.pk)
    ).delete()
    changed = []
    for name in names:
        fragment = fragment_of(name)
        # Its messages are JSON with escapes; the longest plain part of a name is in them as it is.
        for entry in LogEntry.objects.filter(
            Q(change_message__icontains=fragment) | Q(object_repr__icontains=fragment)
        ):
            message = _cleaned_message(entry.change_message, names)
            label = without_names(entry.object_repr, names)
            if (message, label) != (entry.change_message, entry.object_repr):
                entry.change_message, entry.object_repr = message, label
                changed.append(entry)
    LogEntry.objects.bulk_update(changed, ["change_message", "object_repr"], batch_size=200)


def _cleaned_message(message: str, names: list[str]) -> str:
    if not message.startswith("["):
        return without_names(message, names)

    def clean(part):
        if isinstance(part, dict):
            return {key: clean(value) for key, value in part.items()}
        if isinstance(part, list):
            return [clean(value) for value in part]
        return without_names(part, names) if isinstance(part, str) else part

    return json.dumps(clean(json.loads(message)))
