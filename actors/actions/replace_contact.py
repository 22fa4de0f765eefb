"""Taking over the new address of a site that moved."""

from django.contrib.auth.models import AbstractBaseUser

from actors.actions.record import actor_changed
from actors.history import act
from actors.models import Citation, ContactPoint


def replace_contact(*, contact: ContactPoint, value: str, user: AbstractBaseUser | None = None) -> None:
    """Give the contact another value; letters that printed the old one are cited as having done so.

    One act, one change of the directory. Raises ValidationError, in French, for a value that the entry has
    already or that is none (some 35 queries).
    """
    old, contact.value = contact.value, value
    contact.full_clean()
    with act(user=user):
        printed = Citation.objects.filter(contact=contact, printed="", source__article__isnull=False)
        printed.update(printed=old)
        contact.save(update_fields=["value"])
        actor = contact.actor
        actor.save(update_fields=["updated_at"])
        actor_changed(actor=actor, what=f"Modification : {actor.full_name}"[:200], was_public=actor.is_public)
