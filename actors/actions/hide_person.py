"""Hiding somebody at once, before anything is decided; and showing them again."""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from actors.actions.erase_person import entries_that_say
from actors.actions.restore import restore_documents
from actors.history import act, read_documents
from actors.history.erased import cleaned
from actors.index.documents import refresh
from actors.models import Actor
from sources.erasure import Traces
from sources.models import Person
from territories.models import record_change

_HIDDEN, _SHOWN = "Masquage d’une personne qui l’a demandé", "Une personne masquée est de nouveau montrée"


def hide(*, traces: Traces, user: AbstractBaseUser | None = None) -> tuple[int, int]:
    """Take somebody off every page now; how many persons were hidden and how many entries changed.

    Persons keep their rows, functions and signatures, which no page shows. Names go out of the texts of entries, and
    contacts that are theirs or say the name go too: an entry's history brings both back.
    """
    today = timezone.localdate()
    with act(what=_HIDDEN, user=user) as current:
        persons = [person for person in Person.objects.shown() if traces.is_called(*person.spellings)]
        Person.objects.filter(pk__in=[person.pk for person in persons]).update(hidden_on=today)
        actor_ids = _actors_of(persons)
        said = entries_that_say(traces)
        documents = read_documents(said)
        changed = {pk: cleaned(document, traces) for pk, document in documents.items()}
        changed = {pk: document for pk, document in changed.items() if document is not documents[pk]}
        if changed:
            restore_documents(list(changed.values()), what=_HIDDEN, user=user)
        if persons or changed:
            refresh(actor_ids)
            current.touch(*actor_ids)
            record_change(subject="all", key="", what=_HIDDEN)
    return len(persons), len(changed)


def show_again(*, persons: Iterable[Person], user: AbstractBaseUser | None = None) -> int:
    """Persons who are hidden and may be named after all; returns how many there were."""
    hidden = [person for person in persons if person.hidden_on]
    with act(what=_SHOWN, user=user) as current:
        Person.objects.filter(pk__in=[person.pk for person in hidden]).update(hidden_on=None)
        if hidden:
            actor_ids = _actors_of(hidden)
            refresh(actor_ids)
            current.touch(*actor_ids)
            record_change(subject="all", key="", what=_SHOWN)
    return len(hidden)


def _actors_of(persons: Iterable[Person]) -> set[int]:
    rows = Actor.objects.filter(spokespersons__person__in=[person.pk for person in persons])
    return set(rows.values_list("pk", flat=True))
