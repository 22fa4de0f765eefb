from django.db import transaction

from actors.models import Actor
from territories.enums import ChangeFate
from territories.models import record_change


@transaction.atomic
def delete_actor(*, actor: Actor) -> None:
    """Delete an actor with everything that belongs to it.

    Its permanent id stays, marked as deleted, and its addresses answer 410; a published one raises
    the directory's version.
    """
    was_public, public_id, name = actor.is_public, actor.public_id, actor.full_name
    actor.delete()
    if was_public:
        record_change(subject="actor", key=public_id, what=f"Suppression de {name}", fate=ChangeFate.DELETED)
