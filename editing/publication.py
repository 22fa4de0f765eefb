"""Draft, review, published, withdrawn: the buttons of an entry's form, and who may press which."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser

from actors.enums import PublicationStatus
from actors.models import Actor
from editing.rights import has_right
from editing.roles import Right

_S = PublicationStatus


@dataclass(frozen=True)
class Button:
    """One way to save: its name in the form, its words, the state the entry is in afterwards (None: as before)."""

    name: str
    label: str
    state: PublicationStatus | None = None


SAVE = Button("_save", "Enregistrer")
DRAFT = Button("_draft", "Enregistrer comme brouillon", _S.DRAFT)
REVIEW = Button("_review", "Proposer à la relecture", _S.REVIEW)
PUBLISH = Button("_publish", "Enregistrer et publier", _S.PUBLISHED)
WITHDRAW = Button("_withdraw", "Enregistrer et retirer du site", _S.WITHDRAWN)
CONFIRM = Button("_confirm", "Confirmer que c’est à jour")
CONTINUE = Button("_continue", "Enregistrer et continuer")
_STATES = {button.name: button.state for button in (DRAFT, REVIEW, PUBLISH, WITHDRAW)}


def buttons(user: AbstractBaseUser, actor: Actor | None) -> list[Button]:
    """How the person may save this entry, or a new one, the most usual way first (no query but the role's)."""
    if not has_right(user, Right.PUBLISH):
        return [DRAFT, REVIEW, CONTINUE]
    if actor is not None and actor.is_public:
        return [SAVE, CONTINUE, CONFIRM, WITHDRAW]
    return [PUBLISH, DRAFT, CONTINUE]


def asked_state(posted: Mapping[str, str], present: str) -> str:
    """The state the pressed button asks for; the present one for a button that leaves it."""
    return next((state for name, state in _STATES.items() if name in posted), present)


def needs_publishing(before: str, after: str) -> bool:
    """Whether going from one state to the other shows visitors an entry, or takes it from them."""
    return before != after and _S.PUBLISHED in (before, after)
