"""Mergers of entries that a letter brought out: what it did there goes along, and comes back with an undone merger.

``actors/actions/merge_actors.py`` knows no letters. What waits for one is not merged
(``editing/duplicates/waiting.py``); what came out is, and a letter withdrawn later must still find what it wrote.
"""

from collections.abc import Mapping

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q

from actors.actions.merge_actors import merge_actors, undo_merger
from actors.actions.record import actor_changed
from actors.actions.restore import Restored
from actors.history import act
from actors.models import Actor, Merger
from editing.letter_models import PendingFact, PreparedEntry

_ENDS = ("source_id", "target_id")


@transaction.atomic
def merge_entries(
    *, kept: Actor, merged: Actor, chosen: Mapping[str, str], user: AbstractBaseUser | None
) -> Merger:
    """:func:`merge_actors`, with what letters brought to ``merged`` (4 queries more, 2 for each such row)."""
    _carry_facts(kept, merged)
    for prepared in PreparedEntry.objects.filter(actor=merged).select_related("release"):
        _carry_prepared(prepared, kept)
    if merged.is_public:
        _keep_out(kept, merged)
    return merge_actors(kept=kept, merged=merged, chosen=chosen, user=user)


@transaction.atomic
def undo_merger_of_entries(*, merger: Merger, user: AbstractBaseUser | None) -> Restored:
    """:func:`undo_merger`; an entry whose letter was withdrawn since waits for it again."""
    with act(what=f"Annulation de la réunion : {merger}"[:200], user=user):
        restored = undo_merger(merger=merger, user=user)
        _give_back_facts(merger)
        _give_back_prepared(merger)
    return restored


def _carry_facts(kept: Actor, merged: Actor) -> None:
    """Facts about the entry that goes, or of a link with it, are about the one that stays."""
    ends = Q(values__source_id=merged.pk) | Q(values__target_id=merged.pk)
    for fact in PendingFact.objects.filter(Q(actor=merged) | Q(kind="cooperation") & ends):
        before = {"from": merged.public_id, "actor": fact.actor_id, "values": fact.values}
        fact.carried = [*fact.carried, before]
        moved = {name: kept.pk for name in _ENDS if fact.values.get(name) == merged.pk}
        fact.values = {**fact.values, **moved}
        if fact.actor_id == merged.pk:
            fact.actor = kept
        fact.save(update_fields=["actor", "values", "carried"])


def _carry_prepared(prepared: PreparedEntry, kept: Actor) -> None:
    own, made = PreparedEntry.objects.get_or_create(release=prepared.release, actor=kept)
    came_out = {
        "made": made,
        "from": prepared.actor.public_id,
        "name": str(prepared.actor),
        "state_before": prepared.state_before,
        # Of mergers before this one.
        "carried": prepared.carried,
    }
    own.carried = [*own.carried, came_out]
    own.save(update_fields=["carried"])
    prepared.delete()


def _keep_out(kept: Actor, merged: Actor) -> None:
    """An entry that joins one visitors saw without the letter stays when that is withdrawn."""
    for own in PreparedEntry.objects.filter(actor=kept).exclude(state_before=""):
        if any(each["from"] == merged.public_id and each["state_before"] for each in own.carried):
            continue
        own.carried = [
            *own.carried,
            {"from": merged.public_id, "name": "", "own": own.state_before, "state_before": ""},
        ]
        own.state_before = ""
        own.save(update_fields=["carried", "state_before"])


def _give_back_facts(merger: Merger) -> None:
    for fact in PendingFact.objects.exclude(carried=[]):
        before = fact.carried[-1]
        if before["from"] == merger.merged_id:
            fact.actor_id, fact.values, fact.carried = before["actor"], before["values"], fact.carried[:-1]
            fact.save(update_fields=["actor", "values", "carried"])


def _give_back_prepared(merger: Merger) -> None:
    back = Actor.objects.get(public_id=merger.merged_id)
    for own in PreparedEntry.objects.exclude(carried=[]).select_related("release__letter"):
        mine = [each for each in own.carried if each["from"] == merger.merged_id]
        if not mine:
            continue
        own.carried = [each for each in own.carried if each not in mine]
        letter = own.release.letter
        for each in mine:
            if "own" in each:
                own.state_before = each["own"] if letter.is_published else ""
                _wait_again(own.actor, each["own"], letter)
                continue
            state = each["state_before"]
            PreparedEntry.objects.update_or_create(
                release=own.release,
                actor=back,
                defaults={"state_before": state if letter.is_published else "", "carried": each["carried"]},
            )
            _wait_again(back, state, letter)
        if any(each.get("made") for each in mine):
            own.delete()
        else:
            own.save(update_fields=["carried", "state_before"])


def _wait_again(actor: Actor, state: str, letter) -> None:
    """As withdrawing the letter would have left the entry, had it been there."""
    if state and not letter.is_published and actor.is_public:
        actor.publication = state
        actor.save(update_fields=["publication", "updated_at"])
        actor_changed(actor=actor, what=f"Retrait : {letter.label}", was_public=True)
