"""Who writes and what they write on, run once on a prepared site: ``python -m tests.torture.scene WRITERS ENTRIES``."""

import sys

import django

WRITER, PASSWORD = "plume", "un mot de passe de test"
# Of every entry: what an edit changes in one act, in three tables. Readers look for all of them at once.
BEGINNING = "marque0x0"


def name_of(number: int) -> str:
    return f"Atelier des pannes {number}"


def make(writers: int, entries: int) -> None:
    from django.contrib.auth import get_user_model
    from django.db import transaction

    from actors.enums import AliasKind
    from actors.history import keep_missing
    from actors.index.documents import refresh
    from territories.models import record_change
    from tests.factories.actors import make_alias, make_organisation

    for number in range(writers):
        get_user_model().objects.create_superuser(f"{WRITER}-{number}", password=PASSWORD)
    with transaction.atomic():
        made = []
        for number in range(entries):
            actor = make_organisation(
                name=name_of(number), summary=BEGINNING, description=f"Dans la description : {BEGINNING}."
            )
            make_alias(actor=actor, name=BEGINNING, kind=AliasKind.OTHER)
            made.append(actor)
        refresh([actor.pk for actor in made])
        record_change(subject="all", key="", what="Ateliers des pannes")
    keep_missing()
    for actor in made:
        sys.stdout.write(f"{actor.pk} {actor.public_id} {actor.slug}\n")


if __name__ == "__main__":
    django.setup()
    make(int(sys.argv[1]), int(sys.argv[2]))
