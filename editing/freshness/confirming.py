"""Editors confirming entries, one or many: those of a selection that they may change."""

from django.contrib.auth.models import AbstractBaseUser

from actors.actions.confirm import confirm_actors
from actors.enums import ConfirmedBy
from actors.models.actor_queryset import ActorQuerySet
from editing.rights import changeable


def confirm_all(actors: ActorQuerySet, user: AbstractBaseUser) -> int:
    """Note today, for the Apes, on those of ``actors`` that the person may change; how many (see confirm_actors)."""
    ticked = list(actors.order_by().values_list("pk", flat=True))
    mine = changeable(user).filter(pk__in=ticked).order_by().values_list("pk", flat=True)
    return confirm_actors(actor_ids=sorted(mine), by=ConfirmedBy.APES, user=user)


def confirmed(number: int) -> str:
    """« 3 fiches vérifiées aujourd’hui par l’Apes. »"""
    several = "s" if number > 1 else ""
    return f"{number} fiche{several} vérifiée{several} aujourd’hui par l’Apes."
