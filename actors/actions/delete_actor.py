from collections.abc import Sequence

from django.contrib.auth.models import AbstractBaseUser

from actors.actions.record import actor_changed
from actors.history import Act, act, keep
from actors.models import Actor, BinnedActor, Cooperation
from territories.enums import ChangeFate
from territories.models import record_change


def delete_actor(*, actor: Actor, user: AbstractBaseUser | None = None) -> BinnedActor:
    """Put an actor into the bin with everything that belongs to it; ``restore_from_bin()`` brings it back.

    Its permanent id stays, marked as deleted, and its addresses answer 410; a published one raises
    the directory's version, as do the published actors it was linked with.
    """
    return delete_actors(actors=[actor], user=user)[0]


def delete_actors(*, actors: Sequence[Actor], user: AbstractBaseUser | None = None) -> list[BinnedActor]:
    """The same for several, in one act.

    The state of all is kept before the first one goes: a link between two of them is in the last version of both,
    and comes back with whichever is restored second.
    """
    with act(what=_told(actors), user=user) as current:
        keep([actor.pk for actor in actors], what="État avant la suppression", user=user)
        return [_delete(actor, current) for actor in actors]


def _told(actors: Sequence[Actor]) -> str:
    if len(actors) == 1:
        return f"Suppression de {actors[0].full_name}"
    return f"Suppression de {len(actors)} fiches"


def _delete(actor: Actor, current: Act) -> BinnedActor:
    links = Cooperation.objects.of(actor.pk).values_list("source", "target")
    partners = {end for ends in links for end in ends} - {actor.pk}
    was_public = actor.is_public
    binned = BinnedActor.objects.create(
        actor_id=actor.pk,
        public_id_id=actor.public_id,
        name=actor.full_name,
        nature=actor.nature,
        deleted_by=current.user,
    )
    actor.delete()
    current.touch(*partners)
    if was_public:
        record_change(subject="actor", key=binned.public_id_id, what=_told([actor]), fate=ChangeFate.DELETED)
        for partner in Actor.objects.published().filter(pk__in=partners):
            actor_changed(actor=partner, what=f"Modification : {partner}", was_public=True)
    return binned
