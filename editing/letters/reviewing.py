"""What comes out with a letter, so that an editor has read it: each thing that waits, with a digest of what it says.

A page posts the digests of what it showed; a plan keeps them. What came later is not published unread.
"""

import hashlib
import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.serializers.json import DjangoJSONEncoder
from reversion.models import Version

from actors.actions.add_fact import stored
from actors.actions.facts import COLUMN
from actors.history import latest_ids
from actors.models import Actor
from editing.letter_models import PendingFact, PreparedEntry
from editing.letters.work import column_name, column_value, waiting_entries
from editing.rights import has_right
from editing.roles import Right
from sources.models import Letter

_DIGEST = re.compile(r"e\d{1,18}-\d{1,18}|f\d{1,18}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Waiting:
    """A fact or an entry that waits; ``overruled``: what a column says that is neither the fact nor what it replaced."""

    what: PendingFact | PreparedEntry
    digest: str
    overruled: tuple[str, ...] = ()

    @property
    def is_fact(self) -> bool:
        return isinstance(self.what, PendingFact)


def waiting_for(letter: Letter) -> list[Waiting]:
    """Everything that would come out now, facts as they were entered (7 queries at most, whatever the number)."""
    entries = list(
        waiting_entries()
        .filter(release__letter=letter)
        .select_related("actor")
        .order_by("actor__name_key", "pk")
    )
    versions = latest_ids([entry.actor_id for entry in entries]) if entries else {}
    facts = PendingFact.objects.waiting().of_letter(letter)
    facts = facts.select_related("actor", "territory", "article__letter", "entered_by")
    facts = facts.prefetch_related("actor__sectors", "actor__labels", "actor__activities")
    return [
        *(Waiting(entry, f"e{entry.actor_id}-{versions.get(entry.actor_id, 0)}") for entry in entries),
        *(_of_fact(fact) for fact in facts),
    ]


def _of_fact(fact: PendingFact) -> Waiting:
    present = _overruled(fact)
    said = [fact.article_id, fact.actor_id, fact.territory_id, fact.kind, fact.values, fact.printed, present]
    text = json.dumps(said, cls=DjangoJSONEncoder, sort_keys=True)
    told = tuple(f"{column_name(name)} « {column_value(name, value)} »" for name, value in present.items())
    return Waiting(fact, f"f{fact.pk}-{hashlib.sha256(text.encode()).hexdigest()[:12]}", told)


def _overruled(fact: PendingFact) -> dict:
    """Columns that somebody changed since the fact was entered, with what they say now."""
    if fact.kind != COLUMN:
        return {}
    wanted = fact.values["set"]
    present = stored(fact.actor, fact.before)
    return {
        name: present[name]
        for name, before in fact.before.items()
        if present[name] not in (before, wanted.get(name))
    }


def unread(items: Sequence[Waiting], shown: Collection[str]) -> list[Waiting]:
    """Those that are new, or say something else than what was shown."""
    return [item for item in items if item.digest not in shown]


def held(items: Sequence[Waiting], shown: Collection[str]) -> list[Waiting]:
    """Of those unread, what came from somebody who does not publish, or would undo what somebody wrote since
    (1 query, 1 more for each such person).
    """
    late = unread(items, shown)
    entries = [item.what.actor_id for item in late if not item.is_fact]
    before = _versions_shown(shown)
    changed = (
        Version.objects.get_for_model(Actor)
        .filter(object_id__in=[str(pk) for pk in entries])
        .select_related("revision__user")
        .order_by("pk")
        if entries
        else ()
    )
    publishes: dict[int, bool] = {}

    def may(user) -> bool:
        if user is None:
            return False
        return publishes.setdefault(user.pk, has_right(user, Right.PUBLISH))

    doubtful = {
        int(version.object_id)
        for version in changed
        if version.pk > before.get(int(version.object_id), 0)
        and version.revision.user is not None
        and not may(version.revision.user)
    }
    return [
        item
        for item in late
        if (
            item.overruled or not may(item.what.entered_by)
            if item.is_fact
            else item.what.actor_id in doubtful
        )
    ]


def _versions_shown(shown: Collection[str]) -> dict[int, int]:
    pairs = (digest[1:].split("-") for digest in shown if digest.startswith("e"))
    return {int(pk): int(version) for pk, version in pairs}


def read_digests(posted: str) -> list[str]:
    """The digests a page posts, as it wrote them; anything else is left out."""
    return [each for each in posted.split(",") if _DIGEST.fullmatch(each)]
