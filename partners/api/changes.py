"""What changed since a moment, and what is no longer there: enough to keep a copy without asking for everything."""

import datetime
from functools import cached_property

from django.db.models import Q
from django.utils import timezone
from pyroaring import BitMap

from actors.enums import PublicationStatus, PublicIdFate
from actors.history import changed_since
from actors.index import Answer
from actors.index.snapshot import Snapshot
from actors.models import Actor, PublicId
from territories.models import Change


class Changes:
    """Changes of actors from a moment on, for one version of the directory (5 queries at most).

    An entry changes with anything of it: a fact, a contact, a link, what became of a partner.
    """

    def __init__(self, since: datetime.datetime, snapshot: Snapshot) -> None:
        self._since = since
        self._snapshot = snapshot

    @cached_property
    def _recorded(self) -> set[str]:
        """Permanent ids of which a change was published."""
        return Change.objects.keys_since("actor", self._since)

    @cached_property
    def _written(self) -> set[int]:
        """Ids of which a new state was kept, whose own row was written, or that tell something else of others."""
        rows = Actor.objects.filter(
            Q(updated_at__gte=self._since) | Q(reached_at__gte=self._since)
        ).order_by()
        return changed_since(self._since) | set(rows.values_list("pk", flat=True))

    @cached_property
    def actor_ids(self) -> set[int]:
        """Ids of the published actors that changed."""
        ids, ranks = self._snapshot.ids, self._snapshot.by_public_id
        recorded = {ids[ranks[public_id]] for public_id in self._recorded if public_id in ranks}
        return recorded | {pk for pk in self._written if pk in self._snapshot.ranks}

    def deletions(self, asked: Answer, among: BitMap) -> list[dict]:
        """Who is not, or no longer, among those ``asked`` for, by permanent id.

        Deleted, merged, withdrawn, of those that visitors ever had a chance to see; and whoever of ``among`` (ranks)
        changed and does not meet the selection, which they may have met before: a copy drops them if it has them.
        """
        gone: dict[str, tuple[str, str | None]] = {}
        known = PublicId.objects.once_public()
        ended = known.exclude(fate=PublicIdFate.LIVE)
        ended = ended.filter(ended_on__gte=timezone.localdate(self._since))
        for public_id, fate, into in ended.values_list("value", "fate", "merged_into"):
            gone[public_id] = fate, into
        hidden = known.filter(actor__isnull=False).exclude(actor__publication=PublicationStatus.PUBLISHED)
        for public_id, at in hidden.values_list("value", "hidden_at"):
            if at is None or at >= self._since:
                gone[public_id] = "withdrawn", None
        for pk in self.actor_ids:
            rank = self._snapshot.ranks[pk]
            if rank in among and rank not in asked.ranks:
                gone[self._snapshot.public_ids[rank]] = "out_of_selection", None
        return [
            {"id": public_id, "fate": fate, "merged_into": into}
            for public_id, (fate, into) in sorted(gone.items())
        ]
