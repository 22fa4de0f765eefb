from django.contrib.auth.models import AbstractBaseUser

from actors.actions.record import actor_changed
from actors.history import act, keep
from actors.models import Actor, BinnedActor, Cooperation
from territories.enums import ChangeFate
from territories.models import record_change


def delete_actor(*, actor: Actor, user: AbstractBaseUser | None = None) -> BinnedActor:
    """Put an actor into the bin with everything that belongs to it; ``restore_from_bin()`` brings it back.

    Its permanent id stays, marked as deleted, and its addresses answer 410; a published one raises
    the directory's version, as do the published actors it was linked with.
    """
    what = f"Suppression de {actor.full_name}"
    with act(what=what, user=user) as current:
        keep([actor.pk], what="État avant la suppression", user=user)
        links = Cooperation.objects.of(actor.pk).values_list("source", "target")
        partners = {end for ends in links for end in ends} - {actor.pk}
        was_public = actor.is_public
        binned = BinnedActor.objects.create(
            actor_id=actor.pk,
            public_id_id=actor.public_id,
            name=actor.full_name,
            nature=actor.nature,
            deleted_by=user,
        )
        actor.delete()
        if was_public:
            record_change(subject="actor", key=binned.public_id_id, what=what, fate=ChangeFate.DELETED)
        current.touch(*partners)
        if was_public:
            for partner in Actor.objects.published().filter(pk__in=partners):
                actor_changed(actor=partner, what=f"Modification : {partner}", was_public=True)
    return binned
