"""A moderator's decisions. Each is made once; the sender, where there is one, is written to once."""

import datetime
from collections.abc import Callable, Mapping

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from actors.models import Actor
from editing.rights import require
from editing.roles import Right
from editing.suggestion_models import RefusalReason, Suggestion, SuggestionKind, SuggestionState
from editing.suggestions import keys
from editing.suggestions.answering import answer_sender
from editing.suggestions.applying import NotApplied, apply_to_entry, make_draft
from editing.suggestions.comparing import actor_of


class AlreadyDecided(Exception):
    """Somebody else answered it meanwhile."""


def accept(
    *,
    suggestion: Suggestion,
    values: Mapping[str, str],
    user: AbstractBaseUser,
    answer: str = "",
    keep_old_name: bool = True,
) -> Suggestion:
    """Take over the given keys with the given values, all or some of those proposed; the sender is told which.

    A correction is written into the entry, a new actor becomes a draft, a message is only answered. Raises
    NotApplied, nothing written, for values that do not fit; AlreadyDecided.
    """
    unknown = values.keys() - suggestion.proposed.keys()
    if unknown:
        raise NotApplied({"": ["Un champ qui n’était pas proposé ne s’accepte pas."]})
    if suggestion.proposed and not values:
        raise NotApplied({"": ["Cochez au moins un champ à reprendre, ou refusez la proposition."]})

    def take(row: Suggestion) -> None:
        if row.kind == SuggestionKind.NEW:
            row.actor = make_draft(suggestion=row, values=values, user=user)
            row.public_id = row.actor.public_id
        elif row.proposed:
            actor = actor_of(row)
            if actor is None:
                raise NotApplied(
                    {"": ["La fiche n’est plus dans l’annuaire : il n’y a plus rien à corriger."]}
                )
            require(user, Right.EDIT, actor)
            row.revision = apply_to_entry(
                suggestion=row, actor=actor, values=values, user=user, keep_old_name=keep_old_name
            )
        row.decided = {key: {"taken": key in values, "value": values.get(key, "")} for key in row.proposed}
        row.state = (
            SuggestionState.ACCEPTED if row.proposed.keys() <= values.keys() else SuggestionState.PARTLY
        )

    return _decide(suggestion, user, take, answer)


def refuse(*, suggestion: Suggestion, reason: str, user: AbstractBaseUser, answer: str = "") -> Suggestion:
    """Refuse all of it, with a reason that the sender is told; raises NotApplied without one."""
    if reason not in RefusalReason.values or not reason:
        raise NotApplied({"reason": ["Choisissez une raison."]})
    if reason == RefusalReason.OTHER and not answer.strip():
        raise NotApplied({"answer": ["Dites la raison en quelques mots."]})

    def take(row: Suggestion) -> None:
        row.state, row.reason = SuggestionState.REFUSED, reason
        row.decided = {key: {"taken": False, "value": ""} for key in row.proposed}

    return _decide(suggestion, user, take, answer)


def mark_as_spam(*, suggestion: Suggestion, user: AbstractBaseUser) -> Suggestion:
    """Nobody is written to; the row goes after thirty days."""

    def take(row: Suggestion) -> None:
        row.state = SuggestionState.SPAM

    return _decide(suggestion, user, take, "", told=False)


def postpone(*, suggestion: Suggestion, days: int, user: AbstractBaseUser) -> Suggestion:
    """Out of the queue for so many days, for all moderators; the sender hears nothing yet."""
    require(user, Right.MODERATE)
    with transaction.atomic():
        row = _waiting(suggestion)
        row.postponed_until = timezone.localdate() + datetime.timedelta(days=days)
        row.save(update_fields=["postponed_until"])
    return row


def reopen(*, suggestion: Suggestion, user: AbstractBaseUser) -> Suggestion:
    """Back into the queue, of one refused, put aside or postponed: what was accepted is undone in the history instead."""
    require(user, Right.MODERATE)
    with transaction.atomic():
        row = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
        if row.state in {SuggestionState.ACCEPTED, SuggestionState.PARTLY}:
            raise AlreadyDecided
        row.state, row.reason, row.decided = SuggestionState.WAITING, RefusalReason.NONE, {}
        row.decided_at = row.decided_by = row.postponed_until = None
        row.save()
    return row


def take_as_correction(*, suggestion: Suggestion, actor: Actor, user: AbstractBaseUser) -> Suggestion:
    """A proposed actor is in the directory already: what was told of it becomes a correction of that entry."""
    require(user, Right.MODERATE)
    with transaction.atomic():
        row = _waiting(suggestion)
        if row.kind != SuggestionKind.NEW:
            raise AlreadyDecided
        now = keys.shown_values(actor)
        told = {key: value for key, value in row.proposed.items() if key != "kind"}
        row.proposed = {key: value for key, value in told.items() if value != now.get(key, "")}
        row.seen = {key: now.get(key, "") for key in row.proposed}
        row.kind, row.actor, row.public_id = SuggestionKind.CORRECTION, actor, actor.public_id
        row.name = actor.full_name[:200]
        row.save()
    return row


def _decide(
    suggestion: Suggestion,
    user: AbstractBaseUser,
    take: Callable[[Suggestion], None],
    answer: str,
    *,
    told: bool = True,
) -> Suggestion:
    require(user, Right.MODERATE)
    with transaction.atomic():
        row = _waiting(suggestion)
        take(row)
        row.decided_at, row.decided_by, row.answer = timezone.now(), user, answer.strip()
        row.postponed_until = None
        if told and row.email and row.answered_at is None:
            answer_sender(row)
            row.answered_at = timezone.now()
        row.save()
    return row


def _waiting(suggestion: Suggestion) -> Suggestion:
    """The row as it is now, kept from others until the end of the transaction; raises AlreadyDecided."""
    row = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    if not row.is_waiting:
        raise AlreadyDecided
    return row
