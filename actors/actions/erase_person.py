"""Erasing somebody who asked for it: one act, final for every loader."""

from django.db import transaction

from actors.index.documents import refresh
from actors.models import Actor
from sources.erasure import fingerprint
from sources.models import ErasedPerson, Person
from territories.models import record_change


@transaction.atomic
def erase_person(*, person: Person) -> None:
    """Remove the person from articles and actors, and remember a keyed fingerprint of each spelling.

    Functions (spokesperson rows) go with the person; search documents are written anew. No loader
    creates a person whose fingerprint is on the list.
    """
    actor_ids = list(Actor.objects.filter(spokespersons__person=person).values_list("pk", flat=True))
    for name in {person.name, *person.other_spellings.splitlines()}:
        if name.strip():
            ErasedPerson.objects.get_or_create(fingerprint=fingerprint(name))
    person.delete()
    refresh(actor_ids)
    record_change(subject="all", key="", what="Effacement d’une personne")
